"""Addresses of the two kinds."""

from django.urls import path

from sms.subscriptions import views

urlpatterns = [
    path("sms/", views.index, name="sms"),
    path("sms/order/<slug:kind>", views.order, name="sms_order"),
    path("sms/support", views.support, name="sms_support"),
    path("sms/<int:number>/", views.detail, name="sms_subscription"),
    path("sms/<int:number>/cancel", views.cancel, name="sms_cancel"),
    path("sms/<int:number>/edit", views.edit, name="sms_edit"),
]
