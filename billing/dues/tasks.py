"""The sweep of the due run."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from billing.dues import actions, rules
from billing.dues.models import DueStep
from billing.invoices.models import Invoice
from billing.postings.queries import with_open
from core.calendar import DAY, jst_date, midnight
from core.schedule import Daily, each, sweep

HOUR = timedelta(hours=9)


def unpaid(at: datetime) -> QuerySet[Any]:
    """Invoices with something to pay for which not every step is taken, each with `taken`, its last step."""
    steps = DueStep.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    issued = Invoice.objects.filter(state=Invoice.State.ISSUED)
    lacking: QuerySet[Any] = issued.annotate(taken=Subquery(steps.annotate(last=Max("day")).values("last")))
    lacking = lacking.filter(Q(taken=None) | Q(taken__lt=rules.PROPOSAL))
    return with_open(lacking, jst_date(at)).filter(open__gt=0)


def next_due_step(at: datetime) -> datetime | None:
    """When the next step of any invoice is due."""
    days = set(unpaid(at).order_by().values_list("due_on", "taken").distinct())
    coming = [due_on + step * DAY for due_on, taken in days if (step := rules.next_step(taken)) is not None]
    return max(at, midnight(min(coming)) + HOUR) if coming else None


@sweep(Daily(hour=9), next_due=next_due_step)
def run_dues(at: datetime) -> None:
    """Charge, remind and propose: for each unpaid invoice the step that is due and not yet taken (4-1)."""
    today = jst_date(at)
    rows = unpaid(at).filter(due_on__lte=today - rules.CHARGES[0] * DAY).select_related("organisation")
    due = ((row, rules.step_due(row.taken, row.due_on, today)) for row in rows.order_by("pk").iterator(1000))
    each(((row, day) for row, day in due if day is not None), lambda one: actions.take(*one, at=at))


SWEEPS = (run_dues,)
