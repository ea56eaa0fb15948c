"""Sweeps over the yearly contracts."""

from datetime import datetime

from core.schedule import Daily, Every, each, sweep
from mobile.connect.actions import KIND


@sweep(Daily(1, 10), next_due=KIND.next_reminder)
def remind_of_renewals(at: datetime) -> None:
    """Tell of renewals 30 days before (49-1)."""
    each(KIND.to_remind(at), lambda connect: KIND.remind(connect, at=at))


@sweep(Every(minutes=5), next_due=lambda at: at if KIND.over().exists() else None)
def end_connects(at: datetime) -> None:
    """Follow contracts that have ended (49-2)."""
    each(KIND.over(), lambda connect: KIND.end(connect, at=at))


SWEEPS = (remind_of_renewals, end_connects)
