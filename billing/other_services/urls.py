"""Addresses of services elsewhere."""

from django.urls import path

from billing.other_services import views

urlpatterns = [
    path("other-services/", views.index, name="other_services"),
    path("other-services/new", views.new, name="other_services_new"),
    path("other-services/<int:number>/end", views.end, name="other_end"),
]
