"""Facts for billing: what was in use from when to when, and how many of what."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Span(models.Model):
    """An item was in use, half-open [from, to); without an end it still is. Never empty, never twice at one time."""

    contract = models.ForeignKey("billing.Contract", models.PROTECT, related_name="spans")
    item = models.ForeignKey("billing.Item", models.PROTECT, related_name="+", db_index=False)
    plan = models.CharField(_("plan"), max_length=32, blank=True)
    period = DateTimeRangeField(_("period"))

    class Meta:
        verbose_name = _("span")
        verbose_name_plural = _("spans")
        constraints = [
            ExclusionConstraint(
                name="span_no_overlap",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="span_has_length",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__lower_inc=True, period__upper_inc=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.plan} {self.period}"


class Count(models.Model):
    """So many units of an item at an instant. The same event of a source counts once, at its first time.

    Partitioned by month (`billing.meters.partitions`): closing a month and pages of a month read one small table, and
    a year that needn't be kept any longer goes by dropping its tables. Contracts and items can't be deleted, and a
    trigger asks for them once per statement, so these pointers need no checks of their own.
    """

    pk = models.CompositePrimaryKey("source", "event_id", "month")
    source = models.CharField(_("source"), max_length=32, db_collation="C")
    event_id = models.CharField(_("event"), max_length=64, db_collation="C")
    month = models.DateField(_("month"))
    contract = models.ForeignKey(
        "billing.Contract", models.PROTECT, related_name="counts", db_index=False, db_constraint=False
    )
    item = models.ForeignKey("billing.Item", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    at = models.DateTimeField(_("time"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    direction = models.CharField(_("direction"), max_length=8, blank=True)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="count_positive", condition=Q(quantity__gt=0)),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index("contract", "month", name="count_of_contract")]

    def __str__(self) -> str:
        return f"{self.item_id} × {self.quantity}"


class Event(models.Model):
    """An event that was counted, and in which month: its key is unique over all months. A trigger writes these rows.

    The uniqueness of a partitioned table ends at its partitions: without this table a repetition that carries a later
    time would be counted again in the next month.
    """

    pk = models.CompositePrimaryKey("source", "event_id")
    source = models.CharField(_("source"), max_length=32, db_collation="C")
    event_id = models.CharField(_("event"), max_length=64, db_collation="C")
    month = models.DateField(_("month"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
