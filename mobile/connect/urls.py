"""Addresses of Secure Mobile Connect as a whole."""

from django.urls import path

from mobile.connect import views

urlpatterns = [path("connect", views.index, name="connect")]
