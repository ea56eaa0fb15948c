"""Addresses of messages."""

from django.urls import path

from sms.messages import views

urlpatterns = [
    path("sms/messages", views.index, name="texts"),
    path("sms/messages/new", views.new, name="text_new"),
    path("sms/messages/measure", views.measure, name="text_measure"),
    path("sms/messages/<uuid:uuid>/", views.detail, name="text"),
    path("sms/messages/<uuid:uuid>/reveal", views.reveal, name="text_reveal"),
    path("sms/messages/<uuid:uuid>/stop", views.stop, name="text_stop"),
]
