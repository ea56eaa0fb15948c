"""Addresses of verifications."""

from django.urls import path

from sms.two_factor import views

urlpatterns = [
    path("sms/codes/new", views.new, name="code_new"),
    path("sms/codes/<uuid:uuid>/", views.detail, name="code"),
    path("sms/codes/<uuid:uuid>/again", views.resend, name="code_resend"),
]
