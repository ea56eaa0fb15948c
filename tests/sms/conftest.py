"""A small world of SMS, made by the verbs themselves."""

from datetime import datetime
from typing import Any

import pytest

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing.meters.models import Count
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.messages.models import Message
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind, Subscription
from tests.make import MORNING

PHONE, OTHER = "819012345678", "818012345678"
FAILS, REFUSED, SILENT = "819012340001", "819012340002", "819012340003"
CONSENTS = ("sms", "sms-a2p")


def ordered(project: Project, kind: str, *, by: Actor = SYSTEM, at: datetime = MORNING) -> Subscription:
    """A kind of SMS with its consents accepted."""
    return subscriptions.order(project, kind, accepted=CONSENTS, by=by, at=at)


def sent(subscription: Subscription, to: str = PHONE, body: str = "Hello", **options: Any) -> Message:
    """A message that was accepted."""
    values: dict[str, Any] = {"by": SYSTEM, "at": MORNING} | {k: options.pop(k) for k in ("by", "at") if k in options}
    return messages.send(subscription, Text(to, body, **options), **values)


def counted(subscription: Subscription) -> list[tuple[str, int]]:
    """What its contract was charged for: (month, units)."""
    rows = Count.objects.filter(contract=subscription.contract).order_by("at", "pk")
    return [(f"{row.month:%Y-%m}", int(row.quantity)) for row in rows]


@pytest.fixture
def a2p(project: Project, alice: Actor) -> Subscription:
    """Alice's A2P delivery."""
    return ordered(project, Kind.A2P, by=alice)


@pytest.fixture
def codes(project: Project, alice: Actor) -> Subscription:
    """Alice's two-step verification."""
    return ordered(project, Kind.TWO_FACTOR, by=alice)
