"""Sweeps over networks: whose contract has ended (3-2, 14-1), and hybrid connections that survive all else (14-1)."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import SYSTEM
from billing.contracts.graph import BASE
from billing.contracts.models import Contract
from compute.networks.aws import actions as aws
from compute.networks.aws.models import AwsConnection
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.models import Bridge
from compute.networks.hybrid import actions as hybrids
from compute.networks.hybrid.models import HybridConnection
from compute.networks.local_routers import actions as local_routers
from compute.networks.local_routers.models import LocalRouter
from compute.networks.routers import actions, blocks
from compute.networks.routers.models import Block, Router
from compute.networks.switches import actions as switches
from compute.networks.switches.models import Switch
from core.calendar import Month
from core.schedule import Daily, Every, each, sweep

OVER = (Contract.State.ENDED, Contract.State.REFUSED)


def orphans() -> list[QuerySet[Any]]:
    """Additional addresses, hybrid connections, (local) routers, switches and bridges under a contract that is over."""
    return [
        AwsConnection.objects.alive().filter(contract__state__in=OVER).select_related("project", "contract"),
        HybridConnection.objects.alive().filter(contract__state__in=OVER).select_related("project", "contract"),
        LocalRouter.objects.alive().filter(contract__state__in=OVER).select_related("project", "switch", "contract"),
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
        case AwsConnection():
            aws.remove(thing, by=SYSTEM, at=at)
        case LocalRouter():
            local_routers.remove(thing, by=SYSTEM, at=at)
        case Router():
            actions.remove(thing, following=[], by=SYSTEM, at=at)
        case Switch():
            switches.remove(thing, by=SYSTEM, at=at)
        case Bridge():
            bridges.remove(thing, by=SYSTEM, at=at)
        case HybridConnection():
            hybrids.remove(thing, by=SYSTEM, at=at)


@sweep(Every(minutes=1), next_due=next_orphan)
def take_away_ended_networks(at: datetime) -> None:
    """Take away networks whose contract is over; what is attached to them refused that end (AM-12)."""
    for rows in orphans():
        each(rows, lambda thing: take_away(thing, at))


def surviving(at: datetime) -> QuerySet[HybridConnection]:
    """Those of customers whose last base service has ended this month (14-1)."""
    base = Contract.objects.filter(organisation=OuterRef("project__organisation"), terms__item=BASE)
    ended = base.filter(state=Contract.State.ENDED, closed_at__gte=Month.of(at).start)
    rows = HybridConnection.objects.alive().filter(Exists(ended)).exclude(Exists(base.running()))
    return rows.exclude(contract__state=Contract.State.ENDING).select_related("project")


@sweep(Daily(3, 15), next_due=lambda _at: None)
def tell_hybrid_survivors(at: datetime) -> None:
    """Say that a hybrid connection goes on and is charged although all base services have ended (14-1)."""
    each(surviving(at), lambda one: hybrids.survive(one, at=at))
