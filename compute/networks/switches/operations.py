"""How workers perform what switches ask for."""

from datetime import datetime

from compute.drivers import NetworkSpec, hypervisor
from compute.networks.bridges.operations import ref as bridge_ref
from compute.networks.switches.models import Switch
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(switch_pk: int) -> str:
    """What the hypervisor knows a switch by."""
    return f"switch-{switch_pk}"


def set_up(operation: Operation, at: datetime) -> None:
    """Make it as the panel has it now; one that is deleted meanwhile is left to its deletion."""
    switch = Switch.objects.select_related("zone").get(pk=operation.subject_pk)
    if switch.state == Switch.State.DELETED:
        return
    joins = (bridge_ref(switch.bridge_id),) if switch.bridge_id else ()
    spec = NetworkSpec("switch", switch.zone.code, joins)
    hypervisor().set_network(ref(switch.pk), spec, key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_network(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {"switch.set": Performer(set_up), "switch.delete": Performer(delete)}
