"""How workers perform what disks ask for."""

from datetime import datetime

from compute.archives.operations import watched
from compute.disks import actions, settings
from compute.disks.models import Disk, DiskSettings
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
    spec = DiskSpec(disk.zone.code, disk.plan.code, disk.size_gb, source_of(disk))
    with watched(lambda done: actions.progressed(disk, done)):
        hypervisor().create_disk(ref(disk.pk), spec, key=operation.uuid, at=at)


def source_of(disk: Disk) -> str:
    """The ref of what it is copied from."""
    if disk.source_disk_id is not None:
        return ref(disk.source_disk_id)
    return f"archive-{disk.source_archive_id}" if disk.source_archive_id else ""


def write_settings(operation: Operation, at: datetime) -> None:
    """Write what was asked for, unless the copy it was asked for has failed."""
    row = DiskSettings.objects.select_related("disk").get(pk=operation.payload["settings"])
    if row.disk.state == Disk.State.AVAILABLE:
        hypervisor().write_settings(ref(row.disk_id), settings.spec(row), key=operation.uuid, at=at)


def grow_partition(operation: Operation, at: datetime) -> None:
    hypervisor().grow_partition(ref(operation.subject_pk), key=operation.uuid, at=at)


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
    "disk.write_settings": Performer(
        call=write_settings,
        finish=lambda operation, _result, at: settings.written(operation.payload["settings"]),
        failed=lambda operation, _text, at: settings.written(operation.payload["settings"]),
    ),
    "disk.grow_partition": Performer(
        call=grow_partition, finish=lambda operation, _result, at: actions.partition_grown(subject(operation), at=at)
    ),
    "disk.detach": Performer(call=detach),
    "disk.delete": Performer(call=delete),
}
