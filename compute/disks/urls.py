"""Addresses of disks."""

from django.urls import path

from compute.disks import views

urlpatterns = [
    path("disks/", views.index, name="disks"),
    path("disks/<int:number>/", views.detail, name="disk"),
    path("disks/<int:number>/edit", views.edit, name="disk_edit"),
    path("disks/<int:number>/detach", views.detach, name="disk_detach"),
    path("disks/<int:number>/delete", views.delete, name="disk_delete"),
]
