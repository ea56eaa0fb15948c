"""Addresses of betas."""

from django.urls import path

from mobile.betas import views

urlpatterns = [
    path("betas/", views.index, name="betas"),
    path("betas/new", views.enrol, name="beta_new"),
    path("betas/<int:number>/", views.detail, name="beta"),
    path("betas/<int:number>/end", views.end, name="beta_end"),
]
