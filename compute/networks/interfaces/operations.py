"""How workers wire machines: whatever was changed, the whole wiring is told again."""

from datetime import datetime

from compute.drivers import Nic, hypervisor, machine_ref
from compute.networks.interfaces.models import Interface
from compute.networks.switches.operations import ref as switch_ref
from core.operations.models import Operation
from core.operations.performing import Performer


def nics(server_pk: int) -> tuple[Nic, ...]:
    """A server's interfaces as the hypervisor shall have them. One query."""
    wired = Interface.objects.filter(server=server_pk).select_related("shared_address", "packet_filter")
    return tuple(nic(one) for one in wired.order_by("position"))


def nic(interface: Interface) -> Nic:
    network = "shared" if interface.shared_address_id else ""
    if interface.switch_id:
        network = switch_ref(interface.switch_id)
    rules = tuple(interface.packet_filter.rules) if interface.packet_filter else ()
    return Nic(interface.mac, network, str(interface.shared_address or interface.user_address or ""), rules)


def wire(operation: Operation, at: datetime) -> None:
    pk = operation.subject_pk
    hypervisor().wire_machine(machine_ref(pk), nics(pk), key=operation.uuid, at=at)


PERFORMERS = {"server.wire": Performer(wire)}
