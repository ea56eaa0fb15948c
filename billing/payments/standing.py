"""Whether a customer may add services: not while their card can't be authorised (4-3)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import audit, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.contracts.models import Standing


@transaction.atomic
def block(organisation: Organisation, reason: str, *, at: datetime) -> bool:
    """Nothing can be added or enlarged from now on; tells the customer. Returns whether it was open before.

    reason: why, in a sentence. Nothing is suspended by it.
    """
    Standing.objects.get_or_create(organisation=organisation, defaults={"changed_at": at})
    if not _turn(organisation, blocked=True, reason=reason[:200], at=at):
        return False
    audit.record("standing.blocked", organisation, by=SYSTEM, at=at, reason=reason[:200])
    notices.send(
        "additions_blocked", organisation, to=organisation, occasion=at.isoformat(), topic=Topic.MONEY,
        act_url=reverse("holds"), at=at, reason=reason[:200],
    )  # fmt: skip
    return True


@transaction.atomic
def clear(organisation: Organisation, *, at: datetime) -> bool:
    """Everything can be ordered again. Returns whether it was blocked before."""
    if not _turn(organisation, blocked=False, reason="", at=at):
        return False
    audit.record("standing.cleared", organisation, by=SYSTEM, at=at)
    return True


def _turn(organisation: Organisation, *, blocked: bool, reason: str, at: datetime) -> bool:
    other = Standing.objects.filter(organisation=organisation, additions_blocked=not blocked)
    return bool(other.update(additions_blocked=blocked, reason=reason, changed_at=at))
