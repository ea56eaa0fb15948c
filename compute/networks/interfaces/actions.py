"""The verbs of interfaces. `server` is a compute.Server: compute/servers stands above and calls these."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from billing import contracts
from billing.contracts.models import REFUSES
from compute.networks.addressing import plan, shared
from compute.networks.filters.models import PacketFilter
from compute.networks.interfaces.models import Interface
from compute.networks.switches.models import Switch
from core import operations
from core.errors import Refused

SHARED: Final = "shared"
Wire = Switch | Literal["shared"] | None
MOST = 10
DOWN = ("PROVISIONING", "STOPPED")


def plug(server: Any, wires: Iterable[Wire]) -> None:
    """Give a server that is just being ordered its interfaces, in order. Raises Refused for a network elsewhere."""
    for position, wire in enumerate(wires):
        check_room(position)
        tie(make(server, position), wire)
    tell_address(server)


@transaction.atomic
def add(server: Any, wire: Wire = None, *, by: Actor, at: datetime) -> Interface:
    """One more interface for a server that is down. Raises Refused while it is not, or when it has ten."""
    check_down(server)
    taken = set(Interface.objects.filter(server=server).values_list("position", flat=True))
    check_room(len(taken))
    interface = make(server, min(set(range(MOST)) - taken))
    tie(interface, wire)
    record("interface.added", interface, by=by, at=at)
    return interface


@transaction.atomic
def remove(interface: Interface, *, by: Actor, at: datetime) -> None:
    """Take an interface out of its server, which is down."""
    check_down(interface.server)
    untie(interface)
    Interface.objects.filter(pk=interface.pk).delete()
    record("interface.removed", interface, by=by, at=at)


@transaction.atomic
def connect(interface: Interface, wire: Wire, *, by: Actor, at: datetime) -> None:
    """Put it on the shared segment, on a switch, or on nothing; its server is down.

    Raises Refused while the server is not down, and for a switch of another zone or project or one that is gone.
    """
    check_down(interface.server)
    untie(interface)
    tie(interface, wire)
    verb = "interface.connected" if isinstance(wire, Switch) else "interface.shared" if wire else "interface.unplugged"
    record(verb, interface, by=by, at=at, network=wire.name if isinstance(wire, Switch) else "")


@transaction.atomic
def filter_by(interface: Interface, packet_filter: PacketFilter | None, *, by: Actor, at: datetime) -> None:
    """Put a packet filter on the interface, or take it off; also while the server runs. Raises Refused."""
    if packet_filter is not None:
        check_place(packet_filter, interface.server, _("The packet filter"))
        if packet_filter.hold().state != PacketFilter.State.AVAILABLE:
            raise Refused(_("This packet filter was deleted meanwhile. Choose another one."), field="packet_filter")
    Interface.objects.filter(pk=interface.pk).update(packet_filter=packet_filter)
    interface.packet_filter = packet_filter
    verb = "interface.filtered" if packet_filter else "interface.unfiltered"
    record(verb, interface, by=by, at=at, filter=packet_filter.name if packet_filter else "")


@transaction.atomic
def note_address(interface: Interface, address: str | None, *, by: Actor, at: datetime) -> None:
    """Note which address the machine uses on its switch; on the switch of a router only one routed there.

    Raises Refused for what is no IPv4 address, outside the router's blocks, used by another interface of the switch, or
    on the shared segment, where addresses are given.
    """
    if address is not None:
        check_address(interface, address)
    Interface.objects.filter(pk=interface.pk).update(user_address=address)
    interface.user_address = address
    record("interface.addressed", interface, by=by, at=at, address=address or "—")


def check_address(interface: Interface, address: str) -> None:
    def refuse(text: str) -> Refused:
        return Refused(text, field="user_address", code="invalid_address", status=400)

    try:
        IPv4Address(address)
    except AddressValueError as error:
        raise refuse(_("This is not an IPv4 address. It looks like 192.168.0.10.")) from error
    if interface.shared_address_id is not None:
        raise refuse(_("On the shared segment addresses are given by us and can't be chosen."))
    switch = interface.switch
    if switch is None:
        return
    if switch.is_routed and not any(holds(block, address) for block in switch.router.blocks.alive().ipv4()):
        raise refuse(_("This address is not among those that machines can have behind this router."))
    if switch.interfaces.exclude(pk=interface.pk).filter(user_address=address).exists():
        raise refuse(_("Another interface on this switch uses this address already."))


def holds(block: Any, address: str) -> bool:
    """Whether a machine behind the router can have the address of this block."""
    if block.kind == block.Kind.OWN:
        return plan.fits(block.network, address)
    return IPv4Address(address) in block.network


def make(server: Any, position: int) -> Interface:
    mac = shared.mac_of(server.pk, position)
    return Interface.objects.create(server=server, position=position, mac=mac)


def tie(interface: Interface, wire: Wire) -> None:
    """Connect it; the server's contract hangs on that of the switch (AM-12)."""
    server = interface.server
    if isinstance(wire, Switch):
        check_place(wire, server, _("The switch"))
        if wire.hold().state != Switch.State.AVAILABLE:
            raise Refused(_("This switch was deleted meanwhile. Choose another one."), field="network")
        contracts.link(server.contract, wire.contract, REFUSES)
        interface.switch = wire
    elif wire == SHARED:
        interface.shared_address = shared.take(server.zone)
    interface.user_address = None
    interface.save(update_fields=["switch", "shared_address", "user_address"])


def untie(interface: Interface) -> None:
    """Disconnect it from whatever it is on."""
    server, switch, given = interface.server, interface.switch, interface.shared_address_id
    interface.switch = interface.shared_address = interface.user_address = None
    interface.save(update_fields=["switch", "shared_address", "user_address"])
    if given is not None:
        shared.give_back(given)
    if switch is not None and not switch.interfaces.filter(server=server).exists():
        contracts.unlink(server.contract, switch.contract)


def release(server: Any) -> None:
    """The server is deleted: its addresses are given back, its interfaces are gone."""
    for interface in Interface.objects.for_page().filter(server=server):
        untie(interface)
    Interface.objects.filter(server=server).delete()


def check_down(server: Any) -> None:
    if server.hold().state not in DOWN:
        raise Refused(_("Stop the server first; then its interfaces can be changed."))


def check_room(count: int) -> None:
    if count >= MOST:
        raise Refused(_("A server has at most %(most)s interfaces.") % {"most": MOST}, code="limit_exceeded")


def check_place(thing: Any, server: Any, what: str) -> None:
    """Raise Refused unless both are in the same project and zone."""
    if thing.project_id != server.project_id:
        raise Refused(_("%(thing)s and the server are in different projects.") % {"thing": what}, field="network")
    if thing.zone_id != server.zone_id:
        raise Refused(_("%(thing)s and the server are in different zones.") % {"thing": what}, field="network")


def tell_address(server: Any) -> None:
    """The address that lists show and the search finds: the first one of its interfaces."""
    found = Interface.objects.filter(server=server).order_by("position")
    pairs = found.values_list("shared_address__address", "user_address")
    address = next((given or chosen for given, chosen in pairs if given or chosen), None)
    type(server).objects.filter(pk=server.pk).update(address=address)
    server.address = address


def record(verb: str, interface: Interface, *, by: Actor, at: datetime, **data: str) -> None:
    """Have the machine wired as it is now, and write the event of its server."""
    server = interface.server
    tell_address(server)
    operations.ask("server.wire", server, by=by, at=at)
    audit.record(verb, server, by=by, at=at, interface=str(interface), **data)
