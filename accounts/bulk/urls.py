"""Addresses of bulk actions."""

from django.urls import path

from accounts.bulk import views

urlpatterns = [
    path("bulk/", views.index, name="bulk_runs"),
    path("bulk/new", views.new, name="bulk_new"),
    path("bulk/<int:number>/", views.detail, name="bulk"),
    path("bulk/<int:number>/act", views.act, name="bulk_act"),
    path("bulk/<int:number>/stop", views.stop, name="bulk_stop"),
]
