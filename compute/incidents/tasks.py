"""Sweep: announced maintenance begins and ends as announced, unless staff say otherwise."""

from datetime import datetime

from django.db.models import Min, Q, QuerySet

from compute.incidents import actions
from compute.incidents.models import Incident
from core.schedule import Every, each, sweep

State = Incident.State


def planned() -> QuerySet[Incident]:
    """Maintenance that isn't over."""
    return Incident.objects.filter(cause=Incident.Cause.MAINTENANCE, state__in=(State.ANNOUNCED, State.ONGOING))


def next_step(at: datetime) -> datetime | None:
    waiting = Q(state=State.ANNOUNCED)
    found = planned().aggregate(begin=Min("starts_at", filter=waiting), end=Min("ends_at", filter=~waiting))
    steps = [step for step in found.values() if step is not None]
    return max(at, min(steps)) if steps else None


@sweep(Every(minutes=1), next_due=next_step)
def follow_maintenance(at: datetime) -> None:
    """Begin what is to begin, end what is to have ended (9-1)."""
    each(
        planned().filter(state=State.ANNOUNCED, starts_at__lte=at).order_by("pk"),
        lambda incident: actions.begin(incident, at=at),
    )
    each(
        planned().filter(state=State.ONGOING, ends_at__lte=at).order_by("pk"),
        lambda incident: actions.finish(incident, at=at),
    )


SWEEPS = (follow_maintenance,)
