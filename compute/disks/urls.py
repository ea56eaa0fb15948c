"""Addresses of disks. Attaching stands in compute/servers, which knows both."""

from django.urls import path

from compute.disks import views

urlpatterns = [
    path("disks/", views.index, name="disks"),
    path("disks/new", views.create, name="disk_new"),
    path("disks/price", views.price, name="disk_price"),
    path("disks/<int:number>/", views.detail, name="disk"),
    path("disks/<int:number>/status", views.status, name="disk_status"),
    path("disks/<int:number>/edit", views.edit, name="disk_edit"),
    path("disks/<int:number>/archive", views.archive, name="disk_archive"),
    path("disks/<int:number>/settings", views.settings, name="disk_settings"),
    path("disks/<int:number>/rewrite", views.rewrite, name="disk_rewrite"),
    path("disks/<int:number>/grow", views.grow, name="disk_grow"),
    path("disks/<int:number>/protection", views.protect, name="disk_protect"),
    path("disks/<int:number>/detach", views.detach, name="disk_detach"),
    path("disks/<int:number>/delete", views.delete, name="disk_delete"),
]
