"""Adjustments and overcharges for staff."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.adjustments import actions
from billing.adjustments.models import Adjustment, Overcharge
from core.admin import ReasonForm, Record, verb


@admin.register(Adjustment)
class AdjustmentAdmin(Record):
    """What waits for the next invoice or was taken up by one."""

    list_display = ("organisation", "contract", "kind", "for_month", "amount", "reason", "created_at", "withdrawn_at")
    list_filter = ("kind", "for_month")
    list_select_related = ("organisation", "contract")
    ordering = ("-pk",)
    actions = ("withdraw",)

    @verb(_("Withdraw a correction before it is invoiced"))
    def withdraw(self, adjustment: Adjustment, *, by: Actor, at: Any) -> None:
        actions.withdraw(adjustment, by=by, at=at)


@admin.register(Overcharge)
class OverchargeAdmin(Record):
    """Months that later facts have made cheaper than what was charged: to be given back by a credit note."""

    list_display = ("organisation", "month", "amount", "settled", "found_at")
    list_filter = ("month",)
    list_select_related = ("organisation",)
    ordering = ("-found_at",)
    actions = ("settle",)

    @verb(_("It is dealt with …"), form=ReasonForm)
    def settle(self, overcharge: Overcharge, *, reason: str, by: Actor, at: Any) -> None:
        actions.settle(overcharge, reason, by=by, at=at)
