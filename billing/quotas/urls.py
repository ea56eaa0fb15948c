"""Addresses of limits."""

from django.urls import path

from billing.quotas import views

urlpatterns = [
    path("quotas/", views.index, name="quotas"),
    path("quotas/more", views.ask, name="quota_ask"),
]
