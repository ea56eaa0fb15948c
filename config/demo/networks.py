"""The demo customer's network."""

from datetime import datetime

from accounts.access import Actor
from accounts.projects.models import Project
from compute.networks.bridges import actions as bridges
from compute.networks.filters import actions as filters
from compute.networks.filters import rules
from compute.networks.models import RouterPlan
from compute.networks.routers import actions as routers
from compute.networks.routers import blocks
from compute.networks.routers.actions import RouterOrder
from compute.networks.switches import actions as switches
from compute.networks.switches.actions import SwitchOrder
from compute.zones import Zone

RULES = "allow tcp * * 443\nallow tcp 198.51.100.0/24 * 22\ndeny ip"


def build(project: Project, by: Actor, at: datetime) -> None:
    """A router+switch with additional addresses, a filter, and a private switch bridged to another zone."""
    near, far = Zone.objects.get(code="is1b"), Zone.objects.get(code="is1a")
    plan = RouterPlan.objects.get(bandwidth_mbps=100)
    router = routers.create(project, RouterOrder(SwitchOrder("edge", near), plan, 28), by=by, at=at)
    blocks.add(router, 28, str(router.blocks.get().network[4]), by=by, at=at)
    filters.create(project, near, name="web", rules=rules.of_text(RULES), by=by, at=at)
    bridge = bridges.create(project, name="backbone", by=by, at=at)
    for name, zone in (("back-is1b", near), ("back-is1a", far)):
        bridges.attach(bridge, switches.create(project, SwitchOrder(name, zone), by=by, at=at), by=by, at=at)
