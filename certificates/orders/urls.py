"""Addresses of certificates."""

from django.urls import path

from certificates.orders import views

AT = "certificates/<int:number>"

urlpatterns = [
    path("certificates/", views.index, name="certificates"),
    path("certificates/new", views.create, name="certificate_new"),
    path(f"{AT}/", views.detail, name="certificate"),
    path(f"{AT}/status", views.status, name="certificate_status"),
    path(f"{AT}/edit", views.edit, name="certificate_edit"),
    path(f"{AT}/renewal", views.opt_out, name="certificate_opt_out"),
    path(f"{AT}/renewal/again", views.opt_in, name="certificate_opt_in"),
    path(f"{AT}/anew", views.reissue, name="certificate_reissue"),
    path(f"{AT}/retry", views.retry, name="certificate_retry"),
    path(f"{AT}/replace", views.replace, name="certificate_replace"),
    path(f"{AT}/cancel", views.cancel, name="certificate_cancel"),
    path("load-balancers/<int:number>/certificates/", views.of_balancer, name="balancer_certificates"),
    path(".well-known/acme-challenge/<str:token>", views.answer, name="acme_answer"),
]
