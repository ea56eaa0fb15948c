"""Alerts and budgets for staff: read-only, without the webhooks' addresses."""

from django.contrib import admin

from billing.alerts.models import AlertFiring, Budget, PriceAlert
from core.admin import Record


@admin.register(PriceAlert)
class PriceAlertAdmin(Record):
    """Who is told at which total."""

    list_display = ("organisation", "threshold", "format", "host", "created_at", "removed_at")
    list_select_related = ("organisation",)
    ordering = ("-pk",)
    exclude = ("url", "secret")


@admin.register(AlertFiring)
class AlertFiringAdmin(Record):
    """When they were told."""

    list_display = ("alert", "day", "total", "at")
    list_select_related = ("alert",)
    ordering = ("-pk",)


@admin.register(Budget)
class BudgetAdmin(Record):
    """What customers mean to spend."""

    list_display = ("organisation", "limit", "mode", "changed_at")
    list_select_related = ("organisation",)
    ordering = ("-pk",)
