"""Addresses of bulk sendings."""

from django.urls import path

from sms.batches import views

urlpatterns = [
    path("sms/bulk", views.index, name="batches"),
    path("sms/bulk/new", views.new, name="batch_new"),
    path("sms/bulk/<int:number>/", views.detail, name="batch"),
    path("sms/bulk/<int:number>/release", views.release, name="batch_release"),
    path("sms/bulk/<int:number>/stop", views.stop, name="batch_stop"),
    path("sms/bulk/<int:number>/discard", views.discard, name="batch_discard"),
]
