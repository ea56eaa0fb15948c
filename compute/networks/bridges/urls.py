"""Addresses of bridges."""

from django.urls import path

from compute.networks.bridges import views

urlpatterns = [
    path("bridges/", views.index, name="bridges"),
    path("bridges/new", views.create, name="bridge_new"),
    path("bridges/<int:number>/", views.detail, name="bridge"),
    path("bridges/<int:number>/attach", views.attach, name="bridge_attach"),
    path("bridges/<int:number>/edit", views.edit, name="bridge_edit"),
    path("bridges/<int:number>/protection", views.protect, name="bridge_protect"),
    path("bridges/<int:number>/delete", views.delete, name="bridge_delete"),
]
