"""The demo customer's network."""

from datetime import datetime

from accounts.access import Actor
from accounts.projects.models import Project
from compute.networks.aws import actions as aws
from compute.networks.aws.actions import AwsOrder
from compute.networks.bridges import actions as bridges
from compute.networks.filters import actions as filters
from compute.networks.filters import rules
from compute.networks.local_routers import actions as local_routers
from compute.networks.local_routers import keys, peering
from compute.networks.local_routers.models import LocalRouter
from compute.networks.local_routers.wires import Route, Wire
from compute.networks.models import RouterPlan
from compute.networks.routers import actions as routers
from compute.networks.routers import blocks
from compute.networks.routers.actions import RouterOrder
from compute.networks.switches import actions as switches
from compute.networks.switches.actions import SwitchOrder
from compute.services import AWS, LOCAL_ROUTER
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


def peer(project: Project, by: Actor, at: datetime) -> None:
    """Local routers in Ishikari and Tokyo that are connected, and a partner's whose answer is waited for."""
    ishikari = local_router(project, "lr-ishikari", "is1b", 20, by, at)
    tokyo = local_router(project, "lr-tokyo", "tk1b", 30, by, at)
    local_routers.set_routes(tokyo, (Route("10.20.0.0/16", "192.168.30.9"),), by=by, at=at)
    partner = local_routers.create(project, name="lr-partner", accepted=LOCAL_ROUTER.consents, by=by, at=at)
    for one, other, note in (
        (ishikari, tokyo, "東京"), (tokyo, ishikari, "石狩"), (ishikari, partner, "取引先"),
    ):  # fmt: skip
        key = keys.of_router(other.pk, other.sealed_key)
        peering.add(one, other.number, key, description=note, by=by, at=at)


def local_router(project: Project, name: str, zone: str, third: int, by: Actor, at: datetime) -> LocalRouter:
    """One in the network of a new switch."""
    switch = switches.create(project, SwitchOrder(f"{name}-lan", Zone.objects.get(code=zone)), by=by, at=at)
    made = local_routers.create(project, name=name, accepted=LOCAL_ROUTER.consents, by=by, at=at)
    virtual, first, second = (f"192.168.{third}.{host}" for host in (1, 2, 3))
    local_routers.connect(made, switch, Wire(virtual, first, second, 24, third), by=by, at=at)
    return made


def reach_aws(project: Project, by: Actor, at: datetime) -> None:
    """The local router in Tokyo is joined with an AWS account."""
    tokyo = LocalRouter.objects.select_related("contract").get(project=project, name="lr-tokyo")
    aws.create(project, AwsOrder("aws-tokyo", tokyo, "123456789012"), accepted=AWS.consents, by=by, at=at)
