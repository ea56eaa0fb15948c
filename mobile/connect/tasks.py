"""Sweeps over the yearly contracts."""

from datetime import datetime, timedelta

from django.db.models import Min

from core.calendar import midnight
from core.schedule import Daily, Every, each, sweep
from mobile.connect import actions
from mobile.connect.models import NOTICE_DAYS, Connect


def next_reminder(at: datetime) -> datetime | None:
    if Connect.objects.to_remind(at).exists():
        return at
    running = Connect.objects.active().filter(contract__state__in=("PROVISIONAL", "ACTIVE"))
    day = running.aggregate(day=Min("contract__term_on"))["day"]
    return max(at, midnight(day - timedelta(days=NOTICE_DAYS))) if day else None


@sweep(Daily(1, 10), next_due=next_reminder)
def remind_of_renewals(at: datetime) -> None:
    """Tell of renewals 30 days before (49-1)."""
    due = Connect.objects.to_remind(at).select_related("project__organisation", "contract").order_by("pk")
    each(due, lambda connect: actions.remind(connect, at=at))


@sweep(Every(minutes=5), next_due=lambda at: at if Connect.objects.over().exists() else None)
def end_connects(at: datetime) -> None:
    """Follow contracts that have ended (49-2)."""
    rows = Connect.objects.over().select_related("project__organisation").order_by("pk")
    each(rows, lambda connect: actions.end(connect, at=at))


SWEEPS = (remind_of_renewals, end_connects)
