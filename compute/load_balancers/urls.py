"""Addresses of load balancers."""

from django.urls import path

from compute.load_balancers import views

AT = "load-balancers/<int:number>"

urlpatterns = [
    path("load-balancers/", views.index, name="balancers"),
    path("load-balancers/new", views.create, name="balancer_new"),
    path("load-balancers/price", views.price, name="balancer_price"),
    path(f"{AT}/", views.detail, name="balancer"),
    path(f"{AT}/status", views.status, name="balancer_status"),
    path(f"{AT}/edit", views.edit, name="balancer_edit"),
    path(f"{AT}/health", views.health, name="balancer_health"),
    path(f"{AT}/ports/new", views.listen, name="balancer_listen"),
    path(f"{AT}/ports/<int:port>/close", views.unlisten, name="balancer_unlisten"),
    path(f"{AT}/servers/new", views.add_target, name="balancer_target_new"),
    path(f"{AT}/servers/<int:target>/switch", views.switch_target, name="balancer_target_switch"),
    path(f"{AT}/servers/<int:target>/remove", views.remove_target, name="balancer_target_remove"),
    path(f"{AT}/certificates/new", views.install, name="balancer_install"),
    path(f"{AT}/certificates/<int:certificate>/remove", views.uninstall, name="balancer_uninstall"),
    path(f"{AT}/protection", views.protect, name="balancer_protect"),
    path(f"{AT}/delete", views.delete, name="balancer_delete"),
]
