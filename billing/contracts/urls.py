"""Addresses of contracts."""

from django.urls import path

from billing.contracts import views

urlpatterns = [
    path("contracts/", views.index, name="contracts"),
    path("contracts/<int:number>/", views.detail, name="contract"),
]
