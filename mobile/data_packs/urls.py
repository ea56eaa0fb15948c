"""Addresses of data packs."""

from django.urls import path

from mobile.data_packs import views

urlpatterns = [
    path("data-packs/", views.index, name="packs"),
    path("data-packs/new", views.order, name="pack_new"),
    path("data-packs/<int:number>/", views.detail, name="pack"),
    path("data-packs/<int:number>/cancel", views.cancel, name="pack_cancel"),
]
