"""Routers in the cloud API (`internet`), their subnets, IPv6 prefixes and addresses."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, visible
from accounts.api import Collection, Resources, labels
from compute.networks.api import IPV6, SUBNET, ByAddress, Things, listed, range_of
from compute.networks.models import Address
from compute.networks.routers import actions, blocks
from compute.networks.routers.actions import RouterOrder
from compute.networks.routers.models import Block, Router, RouterPlan
from compute.networks.switches.actions import SwitchOrder
from compute.zones import Zone
from compute.zones_api import OPEN, ZONE
from core.api import Body, Choice, Fixed, Id, Instant, Link, Made, Many, Part, Reply, Tags, Text, Whole
from core.errors import Refused

PLAN = Part(
    {
        "ID": Id("number"),
        "Name": Made("{}Mbps".format, "bandwidth_mbps"),
        "BandWidthMbps": Whole("bandwidth_mbps"),
        "ServiceClass": Made("cloud/internet/router/{}".format, "code"),
        "Availability": Choice("is_open", OPEN),
    }
)
ROUTER = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "BandWidthMbps": Whole("plan__bandwidth_mbps"),
        "Scope": Fixed("user"),
        "ServiceClass": Made("cloud/internet/router/{}".format, "plan__code"),
        "Switch": {
            "ID": Id("switch__number"),
            "Name": Text("switch__name"),
            "Scope": Fixed("user"),
            "Subnets": Many(
                lambda: Block.objects.alive().ipv4().order_by("pk"),
                by="router",
                fields={**SUBNET, "IPAddresses": Made(range_of, "kind", "network")},
            ),
            "IPv6Nets": Many(lambda: Block.objects.alive().filter(kind="IPV6"), by="router", fields=IPV6),
        },
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
    }
)
OF_ROUTER: dict[str, Any] = {"Switch": {"ID": Id("router__switch__number"), "Internet": {"ID": Id("router__number")}}}
ADDRESS = Part(
    {"IPAddress": Text("address"), "HostName": Text("host_name"), "Subnet": Link("block", {"ID": Id("number")})}
)


def in_zone(request: Any) -> QuerySet[Router]:
    """Those of the zone in the address, with what the verbs need."""
    related = ("zone", "plan", "contract", "switch__contract")
    return Router.objects.filter(zone__code=request.zone).select_related(*related)


def blocks_in_zone(request: Any) -> Any:
    """The blocks of the zone's routers, with what the verbs need."""
    related = ("router__project", "router__zone", "contract")
    return Block.objects.filter(router__zone__code=request.zone).select_related(*related)


def addresses_in_zone(request: Any) -> QuerySet[Address]:
    """The addresses in use in the zone."""
    related = ("block__router__project", "interface__server__project")
    return Address.objects.filter(zone__code=request.zone).select_related(*related).order_by("address")


routers = Resources("internet", "Internet", "Internet", rows=in_zone, fields=ROUTER)
subnets = Things(
    "subnet", "Subnet", "Subnets", rows=lambda request: blocks_in_zone(request).ipv4(),
    fields={**SUBNET, **OF_ROUTER, "IPAddresses": Made(listed, "kind", "network")},
)  # fmt: skip
ipv6_nets = Things(
    "ipv6net", "IPv6Net", "IPv6Nets", rows=lambda request: blocks_in_zone(request).filter(kind="IPV6"),
    fields={**IPV6, **OF_ROUTER},
)  # fmt: skip
ip_addresses = ByAddress(
    "ipaddress", "IPAddress", "IPAddress", rows=addresses_in_zone, fields=ADDRESS, key="address"
)  # fmt: skip
plans = Collection(
    "product/internet", "InternetPlan", "InternetPlans",
    rows=lambda request: RouterPlan.objects.order_by("bandwidth_mbps"), fields=PLAN,
)  # fmt: skip


def plan_of(body: Body, at: str) -> RouterPlan:
    """The bandwidth the body names. Raises Refused."""
    plan = RouterPlan.objects.filter(bandwidth_mbps=body.whole(at)).first()
    if plan is None:
        text = _("This bandwidth is not sold now. Please choose another one.")
        raise Refused(text, code="invalid_plan", field=at, status=400)
    return plan


@routers.creates(level=CREATE)
def create(request: Any, body: Body) -> Router:
    """Order a router with its switch and a block."""
    switch = SwitchOrder(zone=Zone.objects.get(code=request.zone), **labels(body, "Internet"))
    length = body.whole("Internet.NetworkMaskLen", 28)
    order = RouterOrder(switch, plan_of(body, "Internet.BandWidthMbps"), length)
    return actions.create(request.project, order, by=request.actor, at=request.now)


@routers.changes(level=ARRANGE)
def change(request: Any, router: Router, body: Body) -> Router:
    """Change its name, description and tags."""
    actions.edit(router, **labels(body, "Internet", router), by=request.actor, at=request.now)
    return router


@routers.deletes(level=Router.MOVES["delete"].level)
def delete(request: Any, router: Router, body: Body) -> None:
    """Delete it with all that is its own."""
    actions.delete(router, by=request.actor, at=request.now)


@routers.verb("PUT", "bandwidth", level=Router.MOVES["change_bandwidth"].level)
def change_bandwidth(request: Any, router: Router, body: Body) -> Router:
    """Give it another bandwidth; the answer has its new number."""
    plan = plan_of(body, "Internet.BandWidthMbps")
    actions.change_bandwidth(router, plan, by=request.actor, at=request.now)
    return router


@routers.verb("POST", "subnet", level=CREATE)
def add_subnet(request: Any, router: Router, body: Body) -> Reply:
    """Order additional addresses."""
    length, hop = body.whole("NetworkMaskLen"), body.text("NextHop")
    block = blocks.add(router, length, hop, by=request.actor, at=request.now)
    return subnets.replied(request, Reply(status=201, subject=block))


@routers.verb("PUT", "subnet/<str:subnet>", level=ARRANGE)
def route_subnet(request: Any, router: Router, body: Body, subnet: str) -> Reply:
    """Route additional addresses to another machine."""
    block = own(request, router, subnet)
    blocks.route(block, body.text("NextHop"), by=request.actor, at=request.now)
    return subnets.replied(request, Reply(subject=block))


@routers.verb("DELETE", "subnet/<str:subnet>", level=CREATE)
def remove_subnet(request: Any, router: Router, body: Body, subnet: str) -> None:
    """End additional addresses."""
    blocks.remove(own(request, router, subnet), by=request.actor, at=request.now)


@routers.verb("POST", "ipv6net", level=CREATE)
def add_ipv6(request: Any, router: Router, body: Body) -> Reply:
    """Give it an IPv6 prefix."""
    block = actions.add_ipv6(router, by=request.actor, at=request.now)
    return ipv6_nets.replied(request, Reply(status=201, subject=block))


@routers.verb("DELETE", "ipv6net/<str:net>", level=CREATE)
def remove_ipv6(request: Any, router: Router, body: Body, net: str) -> None:
    """Take the IPv6 prefix away."""
    block = own(request, router, net)
    if block.kind != Block.Kind.IPV6:
        raise Refused(_("This is not an IPv6 prefix."), code="not_found", status=404)
    actions.remove_ipv6(block, by=request.actor, at=request.now)


def own(request: Any, router: Router, number: str) -> Any:
    """A block of the router. Raises Http404."""
    return visible(request, blocks_in_zone(request).filter(router=router), routers.id_of(number))


@ip_addresses.changes(level=ARRANGE)
def name(request: Any, address: Address, body: Body) -> Address:
    """Set its reverse DNS name."""
    blocks.name(address, body.text("IPAddress.HostName", ""), by=request.actor, at=request.now)
    return address
