"""Addresses of packet filters."""

from django.urls import path

from compute.networks.filters import views

urlpatterns = [
    path("packet-filters/", views.index, name="filters"),
    path("packet-filters/new", views.create, name="filter_new"),
    path("packet-filters/copies", views.copies, name="filter_copies"),
    path("packet-filters/<int:number>/", views.detail, name="filter"),
    path("packet-filters/<int:number>/rules", views.edit_rules, name="filter_rules"),
    path("packet-filters/<int:number>/edit", views.edit, name="filter_edit"),
    path("packet-filters/<int:number>/delete", views.delete, name="filter_delete"),
]
