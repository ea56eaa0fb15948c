"""Addresses of hybrid connections."""

from django.urls import path

from compute.networks.hybrid import views

urlpatterns = [
    path("hybrid-connections/", views.index, name="hybrids"),
    path("hybrid-connections/new", views.create, name="hybrid_new"),
    path("hybrid-connections/price", views.price, name="hybrid_price"),
    path("hybrid-connections/<int:number>/", views.detail, name="hybrid"),
    path("hybrid-connections/<int:number>/connect", views.connect, name="hybrid_connect"),
    path("hybrid-connections/<int:number>/disconnect", views.disconnect, name="hybrid_disconnect"),
    path("hybrid-connections/<int:number>/edit", views.edit, name="hybrid_edit"),
    path("hybrid-connections/<int:number>/protection", views.protect, name="hybrid_protect"),
    path("hybrid-connections/<int:number>/cancel", views.delete, name="hybrid_delete"),
]
