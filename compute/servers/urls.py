"""Addresses of servers."""

from django.urls import path

from compute.servers import network, storage_views, views

urlpatterns = [
    path("servers/", views.index, name="servers"),
    path("servers/new", views.create, name="server_new"),
    path("servers/price", views.price, name="server_price"),
    path("servers/<int:number>/", views.detail, name="server"),
    path("servers/<int:number>/status", views.status, name="server_status"),
    path("servers/<int:number>/monitor", views.monitor, name="server_monitor"),
    path("servers/<int:number>/network", network.network, name="server_network"),
    path("servers/<int:number>/network/new", network.add_interface, name="server_interface_new"),
    path("servers/<int:number>/start", views.start, name="server_start"),
    path("servers/<int:number>/stop", views.stop, name="server_stop"),
    path("servers/<int:number>/stop-at-once", views.force_stop, name="server_force_stop"),
    path("servers/<int:number>/reset", views.reset, name="server_reset"),
    path("servers/<int:number>/plan", views.change_plan, name="server_plan"),
    path("servers/<int:number>/edit", views.edit, name="server_edit"),
    path("servers/<int:number>/protection", views.protect, name="server_protect"),
    path("servers/<int:number>/reinstall", storage_views.reinstall, name="server_reinstall"),
    path("servers/<int:number>/cdrom", storage_views.cdrom, name="server_cdrom"),
    path("servers/<int:number>/cdrom/eject", storage_views.eject, name="server_eject"),
    path("disks/<int:number>/attach", storage_views.attach, name="disk_attach"),
    path("servers/<int:number>/delete", views.delete, name="server_delete"),
]
