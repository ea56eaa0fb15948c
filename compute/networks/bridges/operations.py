"""How workers perform what bridges ask for."""

from datetime import datetime

from compute.drivers import NetworkSpec, hypervisor
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(bridge_pk: int) -> str:
    """What the hypervisor knows a bridge by."""
    return f"bridge-{bridge_pk}"


def set_up(operation: Operation, at: datetime) -> None:
    hypervisor().set_network(ref(operation.subject_pk), NetworkSpec("bridge"), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_network(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {"bridge.set": Performer(set_up), "bridge.delete": Performer(delete)}
