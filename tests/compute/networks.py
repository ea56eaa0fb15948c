"""A small world of networks, made by the verbs themselves."""

from typing import Any

from accounts.access import Actor
from accounts.projects.models import Project
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.models import Bridge
from compute.networks.filters import actions as filters
from compute.networks.filters import rules
from compute.networks.filters.models import PacketFilter
from compute.networks.routers import actions as routers
from compute.networks.routers.actions import RouterOrder
from compute.networks.routers.models import Router, RouterPlan
from compute.networks.switches import actions as switches
from compute.networks.switches.actions import SwitchOrder
from compute.networks.switches.models import Switch
from compute.zones import Zone
from tests.make import MORNING


def zone(code: str = "is1b") -> Zone:
    return Zone.objects.get(code=code)


def plan(mbps: int = 100) -> RouterPlan:
    return RouterPlan.objects.get(bandwidth_mbps=mbps)


def switch(project: Project, name: str = "backend", *, place: str = "is1b", by: Actor, **changes: Any) -> Switch:
    """A switch, ordered at MORNING."""
    return switches.create(project, SwitchOrder(name, zone(place), **changes), by=by, at=MORNING)


def router(
    project: Project, name: str = "edge", *, place: str = "is1b", mbps: int = 100, length: int = 28, by: Actor
) -> Router:
    """A router with its switch and a block, ordered at MORNING."""
    order = RouterOrder(SwitchOrder(name, zone(place)), plan(mbps), length)
    return routers.create(project, order, by=by, at=MORNING)


def packet_filter(
    project: Project, name: str = "web", text: str = "allow tcp * * 80\ndeny ip", *, by: Actor
) -> PacketFilter:
    """A packet filter in is1b."""
    return filters.create(project, zone(), name=name, rules=rules.of_text(text), by=by, at=MORNING)


def bridge(project: Project, name: str = "between", *, by: Actor) -> Bridge:
    """A bridge."""
    return bridges.create(project, name=name, by=by, at=MORNING)
