"""Addresses of the application for resale."""

from django.urls import path

from sms.resale import views

urlpatterns = [
    path("sms/resale/new", views.new, name="resale_new"),
    path("sms/resale/<int:number>/", views.detail, name="resale"),
    path("sms/resale/<int:number>/cancel", views.cancel, name="resale_cancel"),
]
