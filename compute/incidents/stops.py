"""When a customer had a server stopped themselves: that time is no outage (9-1)."""

from datetime import datetime

from accounts.audit.models import AuditEvent
from compute.servers.models import Server
from core.ids import kind_of

Stretch = tuple[datetime, datetime | None]
STOPS = ("server.stopped", "server.force_stopped")
CUSTOMERS = ("user", "key")


def own_stops(server: Server, start: datetime, end: datetime | None) -> list[Stretch]:
    """Stretches within [start, end) in which it was down by its customer's choice; without an end: still. One query.

    That is from its creation or a stop by the customer until it is powered on.
    """
    events = AuditEvent.objects.filter(
        subject_kind=kind_of(server), subject_pk=server.pk, verb__in=(*STOPS, "server.powered_on")
    )
    found: list[Stretch] = []
    since: datetime | None = server.created_at
    for event in events.order_by("at", "id").only("at", "verb", "actor_kind"):
        if event.verb == "server.powered_on":
            if since is not None:
                found.append((since, event.at))
            since = None
        elif since is None and event.actor_kind in CUSTOMERS:
            since = event.at
    if since is not None:
        found.append((since, None))
    return [part for one in found if (part := within(one, start, end)) is not None]


def within(stretch: Stretch, start: datetime, end: datetime | None) -> Stretch | None:
    """The part of a stretch in [start, end); None when there is none."""
    ends = [one for one in (stretch[1], end) if one is not None]
    first, last = max(stretch[0], start), min(ends, default=None)
    return (first, last) if last is None or first < last else None
