"""Interfaces in the cloud API: added to servers, wired, filtered."""

from typing import Any

from accounts.access import ARRANGE
from accounts.api import referred
from compute.networks.api import INTERFACE_WITH_SERVER, Things, address_in, in_zone
from compute.networks.filters.models import PacketFilter
from compute.networks.interfaces import actions
from compute.networks.interfaces.actions import SHARED
from compute.networks.interfaces.models import Interface
from compute.networks.switches.models import Switch
from compute.servers.models import Server
from core.api import Body

interfaces = Things("interface", "Interface", "Interfaces", rows=in_zone, fields=INTERFACE_WITH_SERVER)


@interfaces.creates(level=ARRANGE)
def create(request: Any, body: Body) -> Interface:
    """One more interface for a server, connected to nothing."""
    body.value("Interface.Server.ID")
    rows = Server.objects.filter(zone__code=request.zone).select_related("project", "zone", "contract")
    server = referred(request, rows, body, "Interface.Server.ID", ARRANGE)
    return actions.add(server, by=request.actor, at=request.now)


@interfaces.changes(level=ARRANGE)
def change(request: Any, interface: Interface, body: Body) -> Interface:
    """Note which address the machine uses."""
    address = address_in(body, "Interface.UserIPAddress")
    actions.note_address(interface, address, by=request.actor, at=request.now)
    return interface


@interfaces.deletes(level=ARRANGE)
def delete(request: Any, interface: Interface, body: Body) -> None:
    """Take it out of its server."""
    actions.remove(interface, by=request.actor, at=request.now)


@interfaces.verb("PUT", "to/switch/<str:switch>", level=ARRANGE)
def connect(request: Any, interface: Interface, body: Body, switch: str) -> None:
    """Put it on the shared segment or on a switch."""
    rows = Switch.objects.select_related("project", "contract")
    wire: Any = SHARED if switch == SHARED else referred(request, rows, Body({"Switch": switch}), "Switch")
    actions.connect(interface, wire, by=request.actor, at=request.now)


@interfaces.verb("DELETE", "to/switch", level=ARRANGE)
def disconnect(request: Any, interface: Interface, body: Body) -> None:
    """Put it on nothing."""
    actions.connect(interface, None, by=request.actor, at=request.now)


@interfaces.verb("PUT", "to/packetfilter/<str:packet_filter>", level=ARRANGE)
def put_filter(request: Any, interface: Interface, body: Body, packet_filter: str) -> None:
    """Put a packet filter on it."""
    rows = PacketFilter.objects.select_related("project")
    one = referred(request, rows, Body({"PacketFilter": packet_filter}), "PacketFilter")
    actions.filter_by(interface, one, by=request.actor, at=request.now)


@interfaces.verb("DELETE", "to/packetfilter", level=ARRANGE)
def take_filter(request: Any, interface: Interface, body: Body) -> None:
    """Take its packet filter off."""
    actions.filter_by(interface, None, by=request.actor, at=request.now)
