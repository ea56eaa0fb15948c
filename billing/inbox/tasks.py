"""Sweep: the bodies of calls are evidence for a while; then only who called about what, and what came of it, stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, QuerySet

from billing.inbox.models import GatewayEvent
from core.schedule import Daily, sweep


def kept() -> timedelta:
    """How long a body is evidence."""
    return timedelta(days=settings.GATEWAY_BODY_DAYS)


def with_body() -> QuerySet[GatewayEvent]:
    """Calls that workers have looked at and whose body is still there."""
    return GatewayEvent.objects.exclude(processed_at=None).exclude(body=b"")


def next_old(at: datetime) -> datetime | None:
    oldest = with_body().aggregate(first=Min("received_at"))["first"]
    return max(at, oldest + kept()) if oldest else None


@sweep(Daily(hour=4), next_due=next_old)
def forget_bodies(at: datetime) -> None:
    """Empty the bodies that are old enough; a call that nobody has looked at keeps its own."""
    with_body().filter(received_at__lte=at - kept()).update(body=b"")


SWEEPS = (forget_bodies,)
