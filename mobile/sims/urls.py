"""Addresses of SIMs."""

from django.urls import path

from mobile.sims import views

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
    path(f"{AT}/delete", views.delete, name="sim_delete"),
]
