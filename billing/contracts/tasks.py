"""Sweeps over contracts: confirmed, renewed, ended; due and not yet done, so that a missed night heals itself."""

from datetime import datetime

from django.db.models import Min

from accounts.access import SYSTEM
from billing.contracts import ending
from billing.contracts.models import Contract
from core.calendar import end_of_day
from core.schedule import Daily, each, sweep

State = Contract.State


def next_end(at: datetime) -> datetime | None:
    day = Contract.objects.filter(state=State.ENDING).aggregate(day=Min("ends_on"))["day"]
    return max(at, end_of_day(day)) if day else None


@sweep(Daily(0, 20), next_due=next_end)
def end_contracts(at: datetime) -> None:
    """End what has passed its last day, as of that day (49-2, 60-2, 74-1, 84-2)."""
    each(Contract.objects.over(at).order_by("pk"), lambda contract: ending.end(contract, by=SYSTEM, at=at))


def next_renewal(at: datetime) -> datetime | None:
    running = Contract.objects.filter(terms__renewal="YEARLY", state__in=(State.PROVISIONAL, State.ACTIVE))
    day = running.aggregate(day=Min("term_on"))["day"]
    return max(at, end_of_day(day)) if day else None


@sweep(Daily(1), next_due=next_renewal)
def renew_contracts(at: datetime) -> None:
    """Extend by a year what runs past its term (49-1, 60-1)."""
    each(Contract.objects.to_renew(at).order_by("pk"), lambda contract: ending.renew(contract, by=SYSTEM, at=at))


def next_confirmation(at: datetime) -> datetime | None:
    day = Contract.objects.filter(state=State.PROVISIONAL).aggregate(day=Min("confirms_on"))["day"]
    return max(at, end_of_day(day)) if day else None


@sweep(Daily(0, 10), next_due=next_confirmation)
def confirm_contracts(at: datetime) -> None:
    """Confirm what staff did not refuse by the end of the next day (3-2, AM-26)."""
    each(Contract.objects.to_confirm(at).order_by("pk"), lambda contract: ending.confirm(contract, by=SYSTEM, at=at))


SWEEPS = (confirm_contracts, end_contracts, renew_contracts)
