"""Addresses of AWS connections."""

from django.urls import path

from compute.networks.aws import views

urlpatterns = [
    path("aws-connections/", views.index, name="aws_connections"),
    path("aws-connections/new", views.create, name="aws_new"),
    path("aws-connections/price", views.price, name="aws_price"),
    path("aws-connections/<int:number>/", views.detail, name="aws_connection"),
    path("aws-connections/<int:number>/edit", views.edit, name="aws_edit"),
    path("aws-connections/<int:number>/protection", views.protect, name="aws_protect"),
    path("aws-connections/<int:number>/delete", views.delete, name="aws_delete"),
]
