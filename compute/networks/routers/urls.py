"""Addresses of routers and of their blocks."""

from django.urls import path

from compute.networks.routers import block_views, views

urlpatterns = [
    path("routers/", views.index, name="routers"),
    path("routers/new", views.create, name="router_new"),
    path("routers/price", views.price, name="router_price"),
    path("routers/<int:number>/", views.detail, name="router"),
    path("routers/<int:number>/edit", views.edit, name="router_edit"),
    path("routers/<int:number>/protection", views.protect, name="router_protect"),
    path("routers/<int:number>/bandwidth", views.bandwidth, name="router_bandwidth"),
    path("routers/<int:number>/addresses", views.add_addresses, name="router_addresses"),
    path("routers/<int:number>/addresses/price", views.addresses_price, name="router_addresses_price"),
    path("routers/<int:number>/ipv6", views.add_ipv6, name="router_ipv6"),
    path("routers/<int:number>/delete", views.delete, name="router_delete"),
    path("blocks/<int:number>/", block_views.detail, name="block"),
    path("blocks/<int:number>/route", block_views.route, name="block_route"),
    path("blocks/<int:number>/names/new", block_views.name_ipv6, name="block_name_new"),
    path("blocks/<int:number>/names/<str:address>", block_views.name, name="address_name"),
    path("blocks/<int:number>/remove", block_views.remove, name="block_remove"),
]
