"""The steps of the due run for staff; what is proposed to them is one filter away."""

from django.contrib import admin

from billing.dues.models import DueStep
from core.admin import Record


@admin.register(DueStep)
class DueStepAdmin(Record):
    """What was done about each unpaid invoice; filter by outcome "For staff" for those nobody paid in time."""

    list_display = ("invoice", "day", "outcome", "at")
    list_filter = ("outcome", "day")
    list_select_related = ("invoice",)
    ordering = ("-pk",)
