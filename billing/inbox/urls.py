from django.urls import path

from billing.inbox import views

urlpatterns = [path("gateway/events", views.receive, name="gateway_events")]
