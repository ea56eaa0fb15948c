"""Sweeps over cards: their end is told of; registrations that nobody finishes are let go."""

from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.payments import actions, expiry
from billing.payments.expiry import BEFORE, Stage
from billing.payments.models import Card, CardSetup
from core.calendar import Month, jst_date
from core.schedule import Daily, Every, each, sweep

UNFINISHED_AFTER = timedelta(days=1)


def in_use() -> QuerySet[Card]:
    """Cards whose end matters to somebody."""
    closed = Organisation.State.CLOSED
    return Card.objects.filter(removed_at=None).exclude(organisation__state=closed).select_related("organisation")


def soonest(stage: Stage) -> date | None:
    """The last day of the first card whose next telling is that one."""
    day: date | None = in_use().filter(expiry_stage=stage - 1).aggregate(day=Min("expires_on"))["day"]
    return day


def next_warning(at: datetime) -> datetime | None:
    days = [(stage, soonest(stage)) for stage in BEFORE]
    due = [Month.of(day).end - BEFORE[stage] for stage, day in days if day is not None]
    return max(at, min(due)) if due else None


@sweep(Daily(9), next_due=next_warning)
def warn_of_expiry(at: datetime) -> None:
    """Tell of the end of cards 30 days and 7 days before it, and on the day after (4-2)."""
    for stage, before in reversed(BEFORE.items()):  # who is told of the last needs no telling of the first
        due = in_use().filter(expiry_stage__lt=stage, expires_on__lt=jst_date(at + before))
        each(due.order_by("pk"), lambda card: expiry.warn(card, at=at))


def waiting() -> QuerySet[CardSetup]:
    return CardSetup.objects.filter(state=CardSetup.State.READY)


def next_let_go(at: datetime) -> datetime | None:
    since: datetime | None = waiting().aggregate(since=Min("state_changed_at"))["since"]
    return max(at, since + UNFINISHED_AFTER) if since else None


@sweep(Every(60), next_due=next_let_go)
def let_go_of_registrations(at: datetime) -> None:
    """Look a last time at registrations left for a day."""
    left = waiting().filter(state_changed_at__lte=at - UNFINISHED_AFTER)
    each(left.order_by("pk"), lambda setup: actions.let_go(setup, by=SYSTEM, at=at))


SWEEPS = (warn_of_expiry, let_go_of_registrations)
