"""The end of a card is told three times: 30 days and 7 days before the end of its last month, and after it.

A card is valid to the end of the month printed on it, and charges are made by card (4-2): usage of its last month is
charged after it has expired. That is tried all the same, because banks often let an old card be charged until the new
one is known; the bank's answer decides.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import deadlines, notices
from accounts.notices import Topic
from billing.payments.models import Card
from core.calendar import Month
from core.errors import Refused


class Stage(IntEnum):
    """How near the end is."""

    FAR = 0
    MONTH = 1
    WEEK = 2
    OVER = 3

    @property
    def is_near(self) -> bool:
        return self >= Stage.MONTH

    @property
    def is_over(self) -> bool:
        return self == Stage.OVER


BEFORE = {Stage.MONTH: timedelta(days=30), Stage.WEEK: timedelta(days=7), Stage.OVER: timedelta()}


def ends_at(card: Card) -> datetime:
    """The first instant at which it is no longer valid."""
    return Month.of(card.expires_on).end


def stage(card: Card, at: datetime) -> Stage:
    """How near the end of the card is."""
    return max((stage for stage, before in BEFORE.items() if at >= ends_at(card) - before), default=Stage.FAR)


@transaction.atomic
def warn(card: Card, *, at: datetime) -> None:
    """Tell what is due of the three tellings, once; one that was missed is not made up for by a later one (4-2).

    Raises Refused when it was told already, or the card is no longer in use.
    """
    due = stage(card, at)
    untold = Card.objects.filter(pk=card.pk, removed_at=None, expiry_stage=card.expiry_stage)
    if not untold.filter(expiry_stage__lt=due).update(expiry_stage=due):
        raise Refused(_("Of this card's end was told already."))
    page, end = reverse("cards"), ends_at(card)
    if due < Stage.OVER:
        deadlines.put("deadline.card_expiry", card, due_at=end, act_url=page, at=at)
    notices.send(
        "card.expired" if due == Stage.OVER else "card.expiring",
        card,
        to=card.organisation,
        occasion=due.name.lower(),
        topic=Topic.MONEY,
        act_url=page,
        deadline=None if due == Stage.OVER else end,
        at=at,
    )
