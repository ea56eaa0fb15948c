"""Addresses of SIMs."""

from django.urls import path

from mobile.sims import option_views, views

AT = "sims/<int:number>"

urlpatterns = [
    path("sims/", views.index, name="sims"),
    path("sims/register", views.register, name="sim_new"),
    path(f"{AT}/", views.detail, name="sim"),
    path(f"{AT}/status", views.status, name="sim_status"),
    path(f"{AT}/activate", views.activate, name="sim_activate"),
    path(f"{AT}/deactivate", views.deactivate, name="sim_deactivate"),
    path(f"{AT}/edit", views.edit, name="sim_edit"),
    path(f"{AT}/protection", views.protect, name="sim_protect"),
    path(f"{AT}/sessions", views.sessions, name="sim_sessions"),
    path(f"{AT}/address", option_views.fix_address, name="sim_address"),
    path(f"{AT}/address/free", option_views.free_address, name="sim_address_free"),
    path(f"{AT}/device", option_views.lock_device, name="sim_device"),
    path(f"{AT}/device/unlock", option_views.unlock_device, name="sim_device_unlock"),
    path(f"{AT}/networks", option_views.allow_networks, name="sim_networks"),
    path(f"{AT}/lock", option_views.note_lock, name="sim_lock"),
    path(f"{AT}/delete", views.delete, name="sim_delete"),
]
