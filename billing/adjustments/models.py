"""Charges that wait for the next invoice: each names the closed month it belongs to and becomes one line of it."""

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from billing.invoices.models import InvoiceLine


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    """Which adjustments."""

    def invoiced(self) -> Self:
        """Those that a line of an invoice, draft or issued, has taken up."""
        return self.filter(Exists(_lines()))

    def waiting(self) -> Self:
        """Those that the next run will take up."""
        return self.filter(~Exists(_lines()), withdrawn_at=None)


def _lines() -> models.QuerySet[InvoiceLine]:
    return InvoiceLine.objects.filter(kind=InvoiceLine.Kind.ADJUSTMENT, source_pk=OuterRef("pk"))


class Adjustment(models.Model):
    """So many yen without tax for a closed month, by one price of one contract. Never edited; withdrawn while it waits.

    quantity, before, allowance: as on an `InvoiceLine`. Late usage is the difference to what was charged already:
    amount = charge(charged_quantity + quantity) - charged_amount; both are 0 in a correction by staff.
    """

    class Kind(models.TextChoices):
        LATE = "LATE", _("Late usage")
        CORRECTION = "CORRECTION", _("Correction")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    contract = models.ForeignKey("billing.Contract", models.PROTECT, related_name="+", verbose_name=_("contract"))
    price = models.ForeignKey("billing.Price", models.PROTECT, related_name="+", verbose_name=_("price"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    for_month = models.DateField(_("for the month"))
    period = DateTimeRangeField(_("period"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6, default=1)
    before = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    allowance = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    charged_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=0)
    charged_amount = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(_("amount, without tax"))
    reason = models.CharField(_("reason"), max_length=200)
    staff = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(
                name="adjustment_not_negative",
                condition=Q(amount__gte=0, before__gte=0, charged_quantity__gte=0, charged_amount__gte=0),
            ),
            models.CheckConstraint(name="adjustment_of_a_month", condition=Q(for_month__day=1)),
            models.CheckConstraint(
                name="adjustment_has_length", condition=Q(period__lower_inf=False, period__upper_inf=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_withdrawn",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF to_jsonb(OLD) - 'withdrawn_at' <> to_jsonb(NEW) - 'withdrawn_at' OR OLD.withdrawn_at IS NOT NULL
                       OR EXISTS (SELECT FROM billing_invoiceline WHERE kind = 'ADJUSTMENT' AND source_pk = OLD.id) THEN
                        RAISE EXCEPTION 'an adjustment is never edited: withdraw it before an invoice takes it up'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.for_month:%Y-%m} {self.amount}"


class LateMark(models.Model):
    """Facts of a closed month have arrived: written with them by triggers, removed when the month was rated anew."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="late_mark_of_a_month", condition=Q(month__day=1))]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month:%Y-%m}"


class Overcharge(models.Model):
    """Yen without tax by which later facts would have lowered a closed month. Staff give it back by a credit note.

    settled: the part that staff have dealt with.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(_("month"))
    amount = models.BigIntegerField(_("charged too much, without tax"))
    settled = models.BigIntegerField(_("dealt with"), default=0)
    found_at = models.DateTimeField(_("found"))

    class Meta:
        verbose_name = _("overcharge")
        verbose_name_plural = _("overcharges")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="overcharge_once"),
            models.CheckConstraint(name="overcharge_not_negative", condition=Q(amount__gte=0, settled__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%Y-%m} {self.amount}"
