"""Sweeps over networks whose contract ended without their own verb (staff, 3-2): due and not yet done."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.access import SYSTEM
from billing.contracts.models import Contract
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.models import Bridge
from compute.networks.routers import actions, blocks
from compute.networks.routers.models import Block, Router
from compute.networks.switches import actions as switches
from compute.networks.switches.models import Switch
from core.schedule import Every, each, sweep

OVER = (Contract.State.ENDED, Contract.State.REFUSED)


def orphans() -> list[QuerySet[Any]]:
    """Additional addresses, routers, switches and bridges that exist under a contract that is over."""
    return [
        Block.objects.alive().filter(contract__state__in=OVER).select_related("router__project", "contract"),
        Router.objects.alive().filter(contract__state__in=OVER).select_related("project", "switch", "contract"),
        Switch.objects.alive().filter(contract__state__in=OVER, router=None).select_related("project"),
        Bridge.objects.alive().filter(contract__state__in=OVER).select_related("project"),
    ]


def next_orphan(at: datetime) -> datetime | None:
    return at if any(rows.exists() for rows in orphans()) else None


def take_away(thing: Any, at: datetime) -> None:
    """Take away what is no longer agreed."""
    match thing:
        case Block():
            blocks.remove(thing, by=SYSTEM, at=at)
        case Router():
            actions.remove(thing, following=[], by=SYSTEM, at=at)
        case Switch():
            switches.remove(thing, by=SYSTEM, at=at)
        case Bridge():
            bridges.remove(thing, by=SYSTEM, at=at)


@sweep(Every(minutes=1), next_due=next_orphan)
def take_away_ended_networks(at: datetime) -> None:
    """Take away networks whose contract is over; what is attached to them refused that end (AM-12)."""
    for rows in orphans():
        each(rows, lambda thing: take_away(thing, at))
