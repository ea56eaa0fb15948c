"""Addresses of SSH keys."""

from django.urls import path

from compute.library import views

urlpatterns = [
    path("ssh-keys/", views.index, name="ssh_keys"),
    path("ssh-keys/new", views.create, name="ssh_key_new"),
    path("ssh-keys/<int:number>/delete", views.delete, name="ssh_key_delete"),
]
