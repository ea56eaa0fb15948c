"""Mails about networks: what was ordered and what it costs, what ended."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import notices
from accounts.notices import Topic
from billing import estimates
from billing.contracts.models import Contract
from billing.estimates.orders import Wish


def ordered(thing: Any, items: list[Wish], *, at: datetime) -> None:
    """Tell the project what was ordered and what it costs (3-1)."""
    zone = getattr(thing, "zone", None)  # a local router is in none
    price = estimates.order(items, zone=zone.code if zone else "", charged=not (zone and zone.is_sandbox), at=at)
    notices.send(
        "network.ordered", thing, to=thing.project, topic=Topic.SERVICE, occasion="ordered",
        act_url=thing.get_absolute_url(), at=at, price=price, what=thing._meta.verbose_name,
    )  # fmt: skip


def addresses(router: Any, block: Any, *, at: datetime) -> None:
    """Tell the project which additional addresses were ordered and what they cost (3-1, 11-3)."""
    price = estimates.order(
        [("address", str(block.network.prefixlen))], zone=router.zone.code, charged=not router.zone.is_sandbox, at=at
    )
    notices.send(
        "addresses.ordered", block, to=router.project, topic=Topic.SERVICE, occasion="ordered",
        act_url=router.get_absolute_url(), at=at, price=price,
    )  # fmt: skip


def ended(router: Any, following: list[Contract], *, at: datetime) -> None:
    """Tell the project that a router ended and which additional addresses ended with it (11-2)."""
    notices.send(
        "router.ended", router, to=router.project, topic=Topic.SERVICE, occasion="ended",
        act_url=reverse("routers"), at=at, following=following,
    )  # fmt: skip
