"""Addresses of switches."""

from django.urls import path

from compute.networks.switches import views

urlpatterns = [
    path("switches/", views.index, name="switches"),
    path("switches/new", views.create, name="switch_new"),
    path("switches/price", views.price, name="switch_price"),
    path("switches/<int:number>/", views.detail, name="switch"),
    path("switches/<int:number>/edit", views.edit, name="switch_edit"),
    path("switches/<int:number>/protection", views.protect, name="switch_protect"),
    path("switches/<int:number>/detach", views.detach, name="switch_detach"),
    path("switches/<int:number>/delete", views.delete, name="switch_delete"),
]
