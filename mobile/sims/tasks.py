"""Sweeps over SIMs: due and not yet done."""

from datetime import datetime

from django.db.models import Count

from accounts import deadlines
from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from core.calendar import Month
from core.schedule import Daily, Every, each, sweep
from mobile.connect.models import Connect
from mobile.sims import actions, silence
from mobile.sims.models import Sim


@sweep(Every(minutes=1), next_due=lambda at: at if Sim.objects.without_contract().exists() else None)
def delete_without_contract(at: datetime) -> None:
    """Delete what is no longer agreed (3-2)."""
    rows = Sim.objects.without_contract().select_related("project__organisation", "contract", "card").order_by("pk")
    each(rows, lambda sim: actions.delete(sim, by=SYSTEM, at=at))


def next_silence(at: datetime) -> datetime | None:
    """The next month's beginning; a month whose warnings were missed is warned of at once."""
    if not Sim.objects.alive().exists():
        return None
    told = Deadline.objects.filter(kind=silence.KIND, occasion=str(Month.of(at))).exists()
    return at if not told and silence.due(at).exists() else Month.of(at).end


@sweep(Daily(2, 10), next_due=next_silence)
def warn_of_silence(at: datetime) -> None:
    """Say what silent SIMs will cost at the month's end, and follow those that were used or deleted (37-1)."""
    silence.mark(at)
    counts = dict(silence.due(at).order_by().values_list("project").annotate(Count("pk")))
    rows = Connect.objects.active().filter(project__in=counts).select_related("project__organisation").order_by("pk")
    each(rows, lambda connect: silence.warn(connect, counts[connect.project_id], at=at))
    put = Deadline.objects.filter(kind=silence.KIND, occasion=str(Month.of(at)), done_at=None)
    over = Connect.objects.filter(pk__in=put.exclude(project__in=counts).values("subject_pk"))
    each(over, lambda connect: deadlines.clear(connect, silence.KIND, at=at))


SWEEPS = (delete_without_contract, warn_of_silence)
