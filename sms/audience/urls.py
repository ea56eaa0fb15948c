"""Addresses of sender names and opt-outs."""

from django.urls import path

from sms.audience import views

urlpatterns = [
    path("sms/senders", views.senders, name="senders"),
    path("sms/senders/new", views.sender_new, name="sender_new"),
    path("sms/senders/<int:number>/delete", views.sender_delete, name="sender_delete"),
    path("sms/opt-outs", views.opt_outs, name="optouts"),
    path("sms/opt-outs/new", views.opt_out_new, name="optout_new"),
    path("sms/opt-outs/<int:number>/delete", views.opt_out_delete, name="optout_delete"),
]
