"""Addresses of interfaces."""

from django.urls import path

from compute.networks.interfaces import views

urlpatterns = [
    path("interfaces/<int:number>/network", views.connect, name="interface_connect"),
    path("interfaces/<int:number>/filter", views.filter_by, name="interface_filter"),
    path("interfaces/<int:number>/address", views.note_address, name="interface_address"),
    path("interfaces/<int:number>/name", views.name, name="interface_name"),
    path("interfaces/<int:number>/remove", views.remove, name="interface_remove"),
]
