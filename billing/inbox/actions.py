"""Noting what the gateway calls about, once."""

from datetime import datetime

from django.db import transaction

from accounts.access import SYSTEM
from billing.inbox.models import GatewayEvent
from billing.payments.drivers import Event
from core import operations


@transaction.atomic
def receive(event: Event, body: bytes, *, at: datetime) -> bool:
    """Note a signed call and ask a worker to look; False for one that was noted before. body: as it came."""
    values = {"kind": event.kind, "reference": event.reference, "body": body, "received_at": at}
    row, new = GatewayEvent.objects.get_or_create(event_id=event.id, defaults=values)
    if new:
        operations.ask("gateway.event", row, by=SYSTEM, at=at)
    return new


def processed(row: GatewayEvent, result: str, *, at: datetime) -> None:
    """A worker has looked."""
    GatewayEvent.objects.filter(pk=row.pk).update(processed_at=at, result=result)
