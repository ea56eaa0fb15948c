"""The sweep of late usage: months that facts arrived for after their closing are rated anew."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.organisations.models import Organisation
from billing.adjustments import late
from billing.adjustments.models import LateMark
from billing.invoices.models import BillingRun, Invoice
from core.calendar import Month
from core.schedule import Every, each, sweep


def due() -> QuerySet[Any, Any]:
    """Which customers' months: those whose run has ended and of which no draft waits for staff."""
    closed = BillingRun.objects.filter(month=OuterRef("month"), finished_at__isnull=False)
    draft = Invoice.objects.filter(organisation=OuterRef("organisation"), month=OuterRef("month"), state="DRAFT")
    marks = LateMark.objects.filter(Exists(closed), ~Exists(draft))
    return marks.order_by("month", "organisation").values_list("organisation", "month").distinct()


def next_late(at: datetime) -> datetime | None:
    return at if due().exists() else None


@sweep(Every(minutes=60), next_due=next_late)
def charge_late_usage(at: datetime) -> None:
    """Put what arrived for closed months on the next invoices, each naming its month (4-1)."""
    found = list(due())
    organisations = Organisation.objects.in_bulk({organisation for organisation, _month in found})
    each(found, lambda one: late.settle(organisations[one[0]], Month.of(one[1]), at=at))


SWEEPS = (charge_late_usage,)
