"""How workers perform what hybrid connections ask for."""

from datetime import datetime

from compute.drivers import NetworkSpec, hypervisor
from compute.networks.hybrid.models import HybridConnection
from compute.networks.switches.operations import ref as switch_ref
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(hybrid_pk: int) -> str:
    """What the hypervisor knows a hybrid connection by."""
    return f"hybrid-{hybrid_pk}"


def set_up(operation: Operation, at: datetime) -> None:
    hybrid = HybridConnection.objects.select_related("switch__zone").get(pk=operation.subject_pk)
    switch = hybrid.switch
    joins = (switch_ref(switch.pk),) if switch else ()
    spec = NetworkSpec("hybrid", zone=switch.zone.code if switch else "", joins=joins)
    hypervisor().set_network(ref(hybrid.pk), spec, key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_network(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {"hybrid.set": Performer(set_up), "hybrid.delete": Performer(delete)}
