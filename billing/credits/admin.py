"""Claims for staff to decide, the table of credits, and the facts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.credits import actions, uptime
from billing.credits.models import Outage, SlaClaim, SlaGrade
from core.admin import ReasonForm, Record, verb
from core.calendar import Month


class ProvenForm(forms.Form):
    """What the customer has proven beside what we recorded."""

    proven_from = forms.DateTimeField(label=_("Proven outage from (JST; empty: none)"), required=False)
    proven_until = forms.DateTimeField(label=_("to"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("proven_from"), data.get("proven_until")
        if (start is None) != (end is None) or (start and end and end <= start):
            raise forms.ValidationError(_("The end must be after the beginning."))
        return data


class GradeForm(forms.Form):
    """The row from a coming month on."""

    since = forms.DateField(label=_("First day (JST): the 1st of a coming month"))
    below = forms.DecimalField(label=_("uptime below"), min_value=0, max_value=1, max_digits=6, decimal_places=5)
    credit = forms.DecimalField(
        label=_("part of the fee credited"), min_value=0, max_value=1, max_digits=5, decimal_places=4
    )


@admin.register(SlaClaim)
class SlaClaimAdmin(Record):
    """The customer's words and proof stand in the case."""

    list_display = ("number", "contract", "organisation", "month", "measured", "state", "case", "claimed_at", "amount")
    list_filter = ("state", "month")
    list_select_related = ("contract", "organisation", "case")
    search_fields = ("=number", "contract__name")
    ordering = ("-state", "claimed_at")
    actions = ("approve", "reject")

    @admin.display(description=_("Recorded uptime"))
    def measured(self, claim: SlaClaim) -> str:
        month = Month.of(claim.month)
        return uptime.of(claim.contract, month, until=month.end).percent

    @verb(_("Approve and credit …"), form=ProvenForm)
    def approve(
        self, claim: SlaClaim, *, proven_from: datetime | None, proven_until: datetime | None, by: Actor, at: Any
    ) -> None:
        proven = [(proven_from, proven_until)] if proven_from and proven_until else []
        actions.approve(claim, proven=proven, by=by, at=at)

    @verb(_("Reject …"), form=ReasonForm)
    def reject(self, claim: SlaClaim, *, reason: str, by: Actor, at: Any) -> None:
        actions.reject(claim, reason, by=by, at=at)


@admin.register(SlaGrade)
class SlaGradeAdmin(Record):
    """Below so much uptime, so much of the fee."""

    list_display = ("below", "credit", "valid")
    ordering = ("-below", "-valid")
    actions = ("replace",)

    @verb(_("Replace from a coming month on …"), form=GradeForm)
    def replace(self, grade: SlaGrade, *, since: date, below: Decimal, credit: Decimal, by: Actor, at: Any) -> None:
        actions.set_grade(grade, below=below, credit=credit, since=since, by=by, at=at)


@admin.register(Outage)
class OutageAdmin(Record):
    """Written by incidents and approved claims."""

    list_display = ("contract", "cause", "period", "source_kind", "source_number")
    list_filter = ("cause",)
    list_select_related = ("contract",)
    ordering = ("-pk",)
