"""Switches in the cloud API, those of routers too."""

from typing import Any

from django.db.models import QuerySet

from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.api import Resources, labels
from compute.networks.api import SUBNET, USER_SUBNET, address_in, range_of
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.models import Bridge
from compute.networks.interfaces.models import Interface
from compute.networks.routers.models import Block
from compute.networks.switches import actions
from compute.networks.switches.actions import SwitchOrder
from compute.networks.switches.models import Switch
from compute.zones import Zone
from compute.zones_api import ZONE
from core.api import Body, Fixed, Id, Instant, Link, Made, Many, Part, Reply, Tags, Text, Whole, number_of

ROUTED: dict[str, Any] = {
    **SUBNET,
    "IPAddresses": Made(range_of, "kind", "network"),
    "Internet": {"BandWidthMbps": Whole("router__plan__bandwidth_mbps")},
}
SWITCH = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Scope": Fixed("user"),
        "ServiceClass": Fixed("cloud/switch/default"),
        "UserSubnet": USER_SUBNET,
        "Subnets": Many(lambda: Block.objects.alive().ipv4().order_by("pk"), by="router__switch", fields=ROUTED),
        "Bridge": Link("bridge", {"ID": Id("number"), "Name": Text("name")}),
        "HybridConnection": Link("hybrid", {"ID": Id("number"), "Name": Text("name")}),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def in_zone(request: Any) -> QuerySet[Switch]:
    """Those of the zone in the address, with what the verbs need."""
    related = ("zone", "contract", "router", "bridge__contract", "hybrid")
    return Switch.objects.filter(zone__code=request.zone).select_related(*related)


switches = Resources("switch", "Switch", "Switches", rows=in_zone, fields=SWITCH)


def notes(body: Body, current: Switch | None = None) -> dict[str, Any]:
    """Default route and prefix length that were sent; what an update leaves out stays as it is."""
    if current is not None and not body.sends("Switch.UserSubnet"):
        return {"default_route": current.default_route, "mask_length": current.mask_length}
    length = body.like(Switch, "mask_length", "Switch.UserSubnet.NetworkMaskLen", None) or None
    return {"default_route": address_in(body, "Switch.UserSubnet.DefaultRoute"), "mask_length": length}


@switches.creates(level=CREATE)
def create(request: Any, body: Body) -> Switch:
    """Order a switch."""
    zone = Zone.objects.get(code=request.zone)
    order = SwitchOrder(zone=zone, **labels(body, "Switch"), **notes(body))
    return actions.create(request.project, order, by=request.actor, at=request.now)


@switches.changes(level=ARRANGE)
def change(request: Any, switch: Switch, body: Body) -> Switch:
    """Change what it is called and what is noted about it."""
    actions.edit(switch, **labels(body, "Switch", switch), **notes(body, switch), by=request.actor, at=request.now)
    return switch


@switches.deletes(level=Switch.MOVES["delete"].level)
def delete(request: Any, switch: Switch, body: Body) -> None:
    """Delete it."""
    actions.delete(switch, by=request.actor, at=request.now)


@switches.verb("PUT", "to/bridge/<str:bridge>", level=ARRANGE)
def attach(request: Any, switch: Switch, body: Body, bridge: str) -> None:
    """Join it to a bridge."""
    rows = Bridge.objects.select_related("project", "contract")
    bridges.attach(visible(request, rows, switches.id_of(bridge), ARRANGE), switch, by=request.actor, at=request.now)


@switches.verb("DELETE", "to/bridge", level=ARRANGE)
def detach(request: Any, switch: Switch, body: Body) -> None:
    """Take it off its bridge."""
    bridges.detach(switch, by=request.actor, at=request.now)


@switches.verb("GET", "server", level=VIEW)
def wired(request: Any, switch: Switch, body: Body) -> Reply:
    """The servers on it, each once."""
    number = number_of(request)
    rows = Interface.objects.filter(switch=switch).order_by("server__name", "server")
    found = dict(rows.values_list("server__number", "server__name"))
    servers = [{"ID": number(one), "Name": name} for one, name in found.items()]
    return Reply({"From": 0, "Count": len(servers), "Total": len(servers), "Servers": servers}, success=None)
