"""The quality guarantee: when a service was out and why, what is credited for it, and who claimed it (9-1, 77-1)."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.calendar import Month
from core.ids import NumberField
from core.lifecycle import Move, Stateful


def percent(share: Decimal) -> str:
    """A share as people read it: 0.9995 is "99.95"."""
    text = f"{share * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class OutageQuerySet(models.QuerySet["Outage"]):
    """Which outages."""

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those with time in [start, end)."""
        return self.filter(period__overlap=(start, end))


class Outage(models.Model):
    """A contract's service was out of order, or out of use, half-open [from, to); without an end it still is.

    Only a FAULT counts against the provider, and not while the customer had stopped it or maintenance was announced.
    source: what says so, as (kind, pk), and its public number for the link.
    """

    class Cause(models.TextChoices):
        FAULT = "FAULT", _("Fault")
        MAINTENANCE = "MAINTENANCE", _("Announced maintenance")
        OWN_STOP = "OWN_STOP", _("Stopped by the customer")
        SMS = "SMS", _("Caused by SMS")  # 77-1

    contract = models.ForeignKey("billing.Contract", models.PROTECT, related_name="outages", db_index=False)
    cause = models.CharField(_("cause"), max_length=11, choices=Cause.choices)
    period = DateTimeRangeField(_("period"))
    source_kind = models.CharField(max_length=64)
    source_pk = models.BigIntegerField()
    source_number = models.BigIntegerField()

    objects = OutageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            ExclusionConstraint(
                name="outage_no_overlap",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    ("cause", RangeOperators.EQUAL),
                    ("source_kind", RangeOperators.EQUAL),
                    ("source_pk", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="outage_has_length",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__lower_inc=True, period__upper_inc=False
                ),
            ),
        ]
        indexes = [models.Index("source_kind", "source_pk", name="outage_of_source")]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.period}"


class SlaGrade(models.Model):
    """Below so much uptime in a month, so much of the server's fee is credited; dated, added, never changed."""

    # 0.9995: 99.95 %.
    below = models.DecimalField(_("uptime below"), max_digits=6, decimal_places=5)
    credit = models.DecimalField(_("part of the fee credited"), max_digits=5, decimal_places=4)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("grade of the quality guarantee")
        verbose_name_plural = _("grades of the quality guarantee")
        constraints = [
            ExclusionConstraint(
                name="sla_grade_no_overlap",
                expressions=[("below", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="sla_grade_sane", condition=Q(below__gt=0, below__lte=1, credit__gte=0, credit__lte=1)
            ),
            models.CheckConstraint(
                name="sla_grade_begins", condition=Q(valid__isempty=True) | Q(valid__lower_inf=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.UpdateOf("below", "credit"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return f"< {self.below_percent} %: {self.credit_percent} %"

    @property
    def below_percent(self) -> str:
        """99.95"""
        return percent(self.below)

    @property
    def credit_percent(self) -> str:
        """10"""
        return percent(self.credit)


class SlaClaim(Stateful):
    """A customer's claim for one server and month, made once; the talk about it is its case (9-1)."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Being looked at")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")

    MOVES = {
        "approve": Move(State.OPEN, State.REJECTED, to=State.APPROVED, level=SYSTEM_ONLY),
        "reject": Move(State.OPEN, to=State.REJECTED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    contract = models.ForeignKey("billing.Contract", models.PROTECT, related_name="sla_claims", db_index=False)
    month = models.DateField(_("month"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    claimed_at = models.DateTimeField(_("claimed"))
    case = models.OneToOneField("accounts.Case", models.PROTECT, related_name="+")
    # Decided: seconds of outage, the part of the fee, yen without tax, why not.
    outage_seconds = models.PositiveIntegerField(_("outage, seconds"), null=True)
    credit = models.DecimalField(_("part of the fee credited"), max_digits=5, decimal_places=4, null=True)
    amount = models.BigIntegerField(_("credit, without tax"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("claim under the quality guarantee")
        verbose_name_plural = _("claims under the quality guarantee")
        constraints = [
            models.UniqueConstraint(F("contract"), F("month"), name="sla_claim_once"),
            models.CheckConstraint(
                name="sla_claim_approved_has_amount", condition=~Q(state="APPROVED") | Q(amount__gt=0, credit__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-claimed_at"], name="sla_claim_of_organisation")]

    def __str__(self) -> str:
        return f"{self.contract.name} {Month.of(self.month)}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.case.number])

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"OPEN": "busy", "APPROVED": "ok"}.get(self.state, "idle")
