"""Addresses of local routers."""

from django.urls import path

from compute.networks.local_routers import peer_views, views

urlpatterns = [
    path("local-routers/", views.index, name="local_routers"),
    path("local-routers/new", views.create, name="local_router_new"),
    path("local-routers/price", views.price, name="local_router_price"),
    path("local-routers/<int:number>/", views.detail, name="local_router"),
    path("local-routers/<int:number>/connect", views.connect, name="local_router_connect"),
    path("local-routers/<int:number>/disconnect", views.disconnect, name="local_router_disconnect"),
    path("local-routers/<int:number>/routes", views.routes, name="local_router_routes"),
    path("local-routers/<int:number>/key", views.key, name="local_router_key"),
    path("local-routers/<int:number>/new-key", views.rotate, name="local_router_rotate"),
    path("local-routers/<int:number>/edit", views.edit, name="local_router_edit"),
    path("local-routers/<int:number>/protection", views.protect, name="local_router_protect"),
    path("local-routers/<int:number>/delete", views.delete, name="local_router_delete"),
    path("local-routers/<int:number>/add-peer", peer_views.add, name="local_router_peer"),
    path("peers/<int:number>/edit", peer_views.edit, name="peer_edit"),
    path("peers/<int:number>/switch", peer_views.switch, name="peer_switch"),
    path("peers/<int:number>/remove", peer_views.remove, name="peer_remove"),
]
