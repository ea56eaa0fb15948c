"""Sweeps: closing the months that are over, and telling customers about their invoices."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from billing.contracts.models import Contract
from billing.invoices import closing, publishing
from billing.invoices.models import BillingRun, Invoice
from core.calendar import Month
from core.operations.models import Operation
from core.schedule import Every, each, sweep

PUBLISH_BATCH = 500


def next_month() -> Month | None:
    """The earliest month whose closing hasn't finished; None while nothing was ever agreed."""
    unfinished = BillingRun.objects.filter(finished_at=None).order_by("month").values_list("month", flat=True).first()
    if unfinished is not None:
        return Month.of(unfinished)
    last = BillingRun.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None:
        return Month.of(last).next
    first = Contract.objects.order_by("started_on").values_list("started_on", flat=True).first()
    return Month.of(first) if first else None


def opens_at(month: Month) -> datetime:
    """When a month is closed: after a grace for facts that are still on their way."""
    return month.end + timedelta(hours=settings.CLOSE_GRACE_HOURS)


def next_close(at: datetime) -> datetime | None:
    month = next_month()
    return max(at, opens_at(month)) if month else None


@sweep(Every(minutes=60), next_due=next_close)
def close_months(at: datetime) -> None:
    """Close every month that is over and not yet closed, oldest first (4-1)."""
    month = next_month()
    while month is not None and opens_at(month) <= at:
        closing.close(month, at=at)
        month = month.next


def unpublished(run: BillingRun) -> QuerySet[Invoice]:
    """The run's issued invoices whose customer was not told yet."""
    asked = Operation.objects.filter(kind="invoice.render", subject_kind="billing.invoice", subject_pk=OuterRef("pk"))
    issued = run.invoices.filter(~Exists(asked), state=Invoice.State.ISSUED)
    return issued.select_related("organisation").order_by("pk")


def to_publish() -> QuerySet[BillingRun]:
    """Closed months of which somebody may not know yet, the oldest first."""
    return BillingRun.objects.filter(published_at=None, finished_at__isnull=False).order_by("month")


def next_publication(at: datetime) -> datetime | None:
    """Now, unless all that is left are drafts that wait for staff."""
    due = any(unpublished(run).exists() or not has_drafts(run) for run in to_publish())
    return at if due else None


def has_drafts(run: BillingRun) -> bool:
    return run.invoices.filter(state=Invoice.State.DRAFT).exists()


@sweep(Every(minutes=5), next_due=next_publication)
def publish_invoices(at: datetime) -> None:
    """Mail what was issued and have its PDF made, some hundred at a time."""
    for run in to_publish():
        publish_some(run, at=at)


def publish_some(run: BillingRun, *, at: datetime) -> bool:
    """Publish one batch of a run; whether there are more. A run with drafts isn't published yet."""
    each(unpublished(run)[:PUBLISH_BATCH], lambda invoice: publishing.publish(invoice, at=at))
    more = unpublished(run).exists()
    if not more and not has_drafts(run):
        BillingRun.objects.filter(pk=run.pk, published_at=None).update(published_at=at)
    return more


SWEEPS = (close_months, publish_invoices)
