"""Sweeps over betas: due and not yet done."""

from datetime import datetime

from accounts.access import SYSTEM
from core.schedule import Every, each, sweep
from mobile.betas import actions
from mobile.betas.models import Enrolment

ALL = ("project__organisation", "contract", "beta")


@sweep(Every(minutes=5), next_due=lambda at: at if Enrolment.objects.to_tell().exists() else None)
def tell_of_last_days(at: datetime) -> None:
    """Mail to everybody enrolled, each once, going on where it was cut off (63-2, 65-1)."""
    rows = Enrolment.objects.to_tell().select_related(*ALL).order_by("pk")
    each(rows, lambda one: actions.tell(one, at=at))


@sweep(Every(minutes=5), next_due=lambda at: at if Enrolment.objects.over().exists() else None)
def end_with_parents(at: datetime) -> None:
    """Follow contracts that have ended with their parents' (66-1)."""
    rows = Enrolment.objects.over().select_related(*ALL).order_by("pk")
    each(rows, lambda one: actions.end(one, by=SYSTEM, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if Enrolment.objects.to_suspend().exists() else None)
def suspend_with_parents(at: datetime) -> None:
    """Stop what is in use while its parent is stopped (66-2)."""
    rows = Enrolment.objects.to_suspend().select_related(*ALL).order_by("pk")
    each(rows, lambda one: actions.suspend(one, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if Enrolment.objects.to_resume().exists() else None)
def resume_with_parents(at: datetime) -> None:
    """Set up again what was stopped with a parent that goes on (66-2)."""
    rows = Enrolment.objects.to_resume().select_related(*ALL).order_by("pk")
    each(rows, lambda one: actions.resume(one, at=at))


@sweep(Every(minutes=5), next_due=lambda at: at if Enrolment.objects.past(at).exists() else None)
def end_past_betas(at: datetime) -> None:
    """End what was abolished, or went formal and was not concluded anew (63-2, 65-1)."""
    rows = Enrolment.objects.past(at).select_related(*ALL).order_by("pk")
    each(rows, lambda one: actions.end(one, reason="beta over", by=SYSTEM, at=at))


SWEEPS = (tell_of_last_days, end_with_parents, suspend_with_parents, resume_with_parents, end_past_betas)
