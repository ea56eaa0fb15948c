from django.urls import path

from accounts.audit import views

urlpatterns = [path("events", views.event_log, name="event_log")]
