"""How workers perform what disks ask for."""

from datetime import datetime

from compute.disks import actions
from compute.disks.models import Disk
from compute.drivers import DiskSpec, hypervisor
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(disk_pk: int) -> str:
    """What the hypervisor knows a disk by."""
    return f"disk-{disk_pk}"


def subject(operation: Operation) -> Disk:
    wanted = Disk.objects.select_related("project", "contract", "zone", "plan", "source_archive", "ssh_key")
    disk: Disk = wanted.get(pk=operation.subject_pk)
    return disk


def create(operation: Operation, at: datetime) -> None:
    disk = subject(operation)
    spec = DiskSpec(
        zone=disk.zone.code,
        kind=disk.plan.code,
        size_gb=disk.size_gb,
        source=disk.source_archive.number if disk.source_archive else 0,
        host_name=disk.name,
        public_key=disk.ssh_key.public_key if disk.ssh_key else "",
    )
    hypervisor().create_disk(ref(disk.pk), spec, key=operation.uuid, at=at)


def detach(operation: Operation, at: datetime) -> None:
    hypervisor().detach_disk(ref(operation.subject_pk), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_disk(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {
    "disk.create": Performer(
        call=create,
        finish=lambda operation, _result, at: actions.copied(subject(operation), at=at),
        failed=lambda operation, text, at: actions.copy_failed(subject(operation), text, at=at),
    ),
    "disk.detach": Performer(call=detach),
    "disk.delete": Performer(call=delete),
}
