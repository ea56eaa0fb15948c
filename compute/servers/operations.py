"""How workers perform what servers ask for: operation kind -> driver call -> action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.access import SYSTEM
from compute.disks.models import Disk
from compute.disks.operations import ref as disk_ref
from compute.drivers import MachineSpec, hypervisor, machine_ref
from compute.networks.interfaces.operations import nics
from compute.servers import actions
from compute.servers.models import Server
from core.operations import Pending, Rejected
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(server_pk: int) -> str:
    """What the hypervisor knows a server by; it never changes."""
    return machine_ref(server_pk)


def subject(operation: Operation) -> Server:
    wanted = Server.objects.select_related("zone", "plan", "contract", "project")
    server: Server = wanted.get(pk=operation.subject_pk)
    return server


def spec(server: Server) -> MachineSpec:
    return MachineSpec(server.zone.code, server.plan.cores, server.plan.memory_mb, nics(server.pk))


def create(operation: Operation, at: datetime) -> None:
    server = subject(operation)
    hypervisor().create_machine(ref(server.pk), spec(server), key=operation.uuid, at=at)


def attach_disk(operation: Operation, at: datetime) -> None:
    """Attach when the copy is complete; a disk that failed, or was detached meanwhile, is left out."""
    disk = Disk.objects.get(pk=operation.payload["disk"])
    if disk.server_id != operation.subject_pk:
        return
    if disk.state == Disk.State.MIGRATING:
        raise Pending(1)
    if disk.state == Disk.State.AVAILABLE:
        hypervisor().attach_disk(disk_ref(disk.pk), ref(operation.subject_pk), key=operation.uuid, at=at)


def await_disks(operation: Operation, at: datetime) -> None:
    """Wait for the copies of the server's disks."""
    states = set(Disk.objects.filter(server=operation.subject_pk).values_list("state", flat=True))
    if Disk.State.FAILED in states:
        raise Rejected("A disk could not be copied.")
    if Disk.State.MIGRATING in states:
        raise Pending(1)


def resize(operation: Operation, at: datetime) -> None:
    server = subject(operation)
    hypervisor().resize_machine(ref(server.pk), spec(server), key=operation.uuid, at=at)


def power_on(operation: Operation, at: datetime) -> None:
    user_data = actions.user_data_of(subject(operation))
    hypervisor().power_on(ref(operation.subject_pk), user_data=user_data, key=operation.uuid, at=at)


def power_off(operation: Operation, at: datetime) -> None:
    force = bool(operation.payload.get("force"))
    hypervisor().power_off(ref(operation.subject_pk), force=force, key=operation.uuid, at=at)


def reset(operation: Operation, at: datetime) -> None:
    hypervisor().reset(ref(operation.subject_pk), key=operation.uuid, at=at)


def insert_cdrom(operation: Operation, at: datetime) -> None:
    hypervisor().insert_cdrom(ref(operation.subject_pk), operation.payload["image"], key=operation.uuid, at=at)


def press_keys(operation: Operation, at: datetime) -> None:
    keys = tuple(operation.payload["keys"])
    hypervisor().press_keys(ref(operation.subject_pk), keys, key=operation.uuid, at=at)


def interrupt(operation: Operation, at: datetime) -> None:
    hypervisor().interrupt(ref(operation.subject_pk), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_machine(ref(operation.subject_pk), key=operation.uuid, at=at)


def done(action: Callable[..., None]) -> Callable[[Operation, Any, datetime], None]:
    """Finish with an action on the server."""
    return lambda operation, _result, at: action(subject(operation), at=at)


def not_done(action: Callable[..., None]) -> Callable[[Operation, str, datetime], None]:
    """Fail with an action on the server that keeps the reason."""
    return lambda operation, text, at: action(subject(operation), text, at=at)


PERFORMERS = {
    "server.create": Performer(create, done(actions.provisioned), not_done(actions.provisioning_failed)),
    "server.attach_disk": Performer(attach_disk),
    "server.start_when_ready": Performer(
        await_disks, lambda operation, _result, at: actions.start(subject(operation), by=SYSTEM, at=at)
    ),
    "server.power_on": Performer(power_on, done(actions.powered_on), not_done(actions.power_on_failed)),
    "server.power_off": Performer(power_off, done(actions.powered_off), not_done(actions.power_off_failed)),
    "server.reset": Performer(reset),
    "server.resize": Performer(resize),
    "server.insert_cdrom": Performer(insert_cdrom),
    "server.press_keys": Performer(press_keys),
    "server.interrupt": Performer(interrupt),
    "server.delete": Performer(delete),
}
