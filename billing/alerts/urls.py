"""Addresses of price alerts and of the budget."""

from django.urls import path

from billing.alerts import views

urlpatterns = [
    path("alerts", views.index, name="alerts"),
    path("alerts/new", views.new, name="alert_new"),
    path("alerts/<uuid:uuid>/remove", views.remove, name="alert_remove"),
    path("budget", views.budget, name="budget"),
    path("budget/remove", views.remove_budget, name="budget_remove"),
    path("budget/ask", views.ask, name="budget_ask"),
]
