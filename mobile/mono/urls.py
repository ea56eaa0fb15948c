"""Addresses of Mono Platform."""

from django.urls import path

from mobile.mono import views

AT = "mono/<int:number>"
DEVICE = "mono/devices/<int:number>"

urlpatterns = [
    path("mono/", views.index, name="monos"),
    path("mono/new", views.create, name="mono_new"),
    path(f"{AT}/", views.detail, name="mono"),
    path(f"{AT}/edit", views.edit, name="mono_edit"),
    path(f"{AT}/protection", views.protect, name="mono_protect"),
    path(f"{AT}/delete", views.delete, name="mono_delete"),
    path(f"{AT}/add", views.add, name="mono_add"),
    path(f"{AT}/adapter/stop", views.stop, {"kind": "ADAPTER"}, name="mono_adapter_stop"),
    path(f"{AT}/transfer/stop", views.stop, {"kind": "TRANSFER"}, name="mono_transfer_stop"),
    path(f"{DEVICE}/", views.device, name="device"),
    path(f"{DEVICE}/remove", views.remove, name="device_remove"),
    path(f"{DEVICE}/token", views.token, name="device_token"),
]
