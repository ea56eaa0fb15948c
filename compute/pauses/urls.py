"""Addresses of pause cases."""

from django.urls import path

from compute.pauses import views

urlpatterns = [
    path("pauses/", views.index, name="pause_cases"),
    path("pauses/<int:number>/", views.detail, name="pause_case"),
]
