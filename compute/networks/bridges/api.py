"""Bridges in the cloud API; they stand in no zone."""

from typing import Any

from accounts.access import ARRANGE, CREATE
from accounts.api import Resources, labels
from compute.networks.bridges import actions
from compute.networks.bridges.models import Bridge
from compute.networks.switches.models import Switch
from compute.zones_api import ZONE
from core.api import Body, Fixed, Id, Instant, Link, Many, Part, Tags, Text

JOINED = {"ID": Id("number"), "Name": Text("name"), "Scope": Fixed("user"), "Zone": Link("zone", ZONE)}
BRIDGE = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Info": {"Switches": Many(lambda: Switch.objects.alive().order_by("zone"), by="bridge", fields=JOINED)},
        "ServiceClass": Fixed("cloud/bridge/default"),
        "CreatedAt": Instant("created_at"),
    }
)

bridges = Resources(
    "bridge", "Bridge", "Bridges", rows=lambda request: Bridge.objects.select_related("contract"), fields=BRIDGE
)


@bridges.creates(level=CREATE)
def create(request: Any, body: Body) -> Bridge:
    """Make a bridge."""
    return actions.create(request.project, **labels(body, "Bridge"), by=request.actor, at=request.now)


@bridges.changes(level=ARRANGE)
def change(request: Any, bridge: Bridge, body: Body) -> Bridge:
    """Change its name, description and tags."""
    actions.edit(bridge, **labels(body, "Bridge", bridge), by=request.actor, at=request.now)
    return bridge


@bridges.deletes(level=Bridge.MOVES["delete"].level)
def delete(request: Any, bridge: Bridge, body: Body) -> None:
    """Delete it."""
    actions.delete(bridge, by=request.actor, at=request.now)
