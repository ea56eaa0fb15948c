"""What a hint of the gateway leads to: the thing is looked up, and what we know is brought in line.

In whatever order and however often hints come, the end is the same, because each only says where to look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from billing.inbox import actions
from billing.inbox.models import GatewayEvent
from billing.payments import holds
from billing.payments.drivers import Outcome, gateway
from billing.payments.models import CardHold, CardSetup
from core.operations import Gone
from core.operations.models import Operation
from core.operations.performing import Performer

Result = GatewayEvent.Result


@dataclass(frozen=True)
class Follower:
    """Things with a `gateway_ref`. follow(thing, outcome, at=): bring it in line; whether that changed anything."""

    model: type[models.Model]
    follow: Callable[..., bool]


# Money is not followed from here: its attempts stay open and ask by themselves until the answer is definite.
FOLLOWERS = (Follower(CardSetup, holds.follow_card), Follower(CardHold, holds.follow))


def event_of(operation: Operation) -> GatewayEvent:
    """The call an operation is about."""
    return GatewayEvent.objects.get(pk=operation.subject_pk)


def concerned(row: GatewayEvent) -> tuple[Any, Follower] | None:
    """What of ours the call is about."""
    for follower in FOLLOWERS:
        found = follower.model._base_manager.filter(gateway_ref=row.reference).first()
        if found is not None:
            return found, follower
    return None


def look(operation: Operation, at: datetime) -> Outcome | None:
    """What the thing is now, from the gateway itself; None when it is none of ours."""
    row = event_of(operation)
    if concerned(row) is None:
        return None
    try:
        return gateway().lookup(row.reference)
    except Gone:
        return None


def looked(operation: Operation, outcome: Outcome | None, at: datetime) -> None:
    row = event_of(operation)
    ours = concerned(row)
    if ours is None or outcome is None:
        return actions.processed(row, Result.NOT_OURS, at=at)
    thing, follower = ours
    changed = follower.follow(thing, outcome, at=at)
    return actions.processed(row, Result.CHANGED if changed else Result.KNOWN, at=at)


PERFORMERS = {"gateway.event": Performer(look, looked)}
