"""The verbs of a disk."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from compute.archives.models import Archive
from compute.disks.models import Disk
from compute.library.models import SshKey
from compute.services import DISK
from compute.zones import DiskPlan, Zone
from core import ids, operations
from core.errors import Refused


@dataclass(frozen=True)
class DiskOrder:
    """What a customer orders: a name, a plan and size sold, an archive to copy, a key to put on it."""

    name: str
    zone: Zone
    plan: DiskPlan
    size_gb: int
    archive: Archive | None = None
    ssh_key: SshKey | None = None
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def price_plan(self) -> str:
        """The plan of its price: "20gb" of the item "ssd"."""
        return f"{self.size_gb}gb"

    def check(self) -> None:
        """Raise Refused, naming the field, for a size that isn't sold or an archive that doesn't fit."""
        if self.size_gb not in self.plan.sizes_gb:
            sold = ", ".join(str(size) for size in self.plan.sizes_gb)
            text = _("This disk is sold in %(sizes)s GB. Please choose one of these sizes.") % {"sizes": sold}
            raise Refused(text, code="invalid_disk_size", field="size_gb", status=400)
        if self.archive is not None and self.archive.zone_id != self.zone.pk:
            text = _("This archive is in another zone. Please choose one of the disk's zone.")
            raise Refused(text, field="archive", code="invalid_archive", status=400)
        if self.archive is not None and self.archive.size_gb > self.size_gb:
            text = _("The archive needs at least %(size)s GB. Please choose a larger disk.") % {
                "size": self.archive.size_gb
            }
            raise Refused(text, field="size_gb", code="invalid_disk_size", status=400)


@transaction.atomic
def create(project: Project, order: DiskOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime) -> Disk:
    """Order a disk; it is charged from now until it is deleted, and copied by a worker (2-1)."""
    order.zone.check_open()
    order.check()
    disk = Disk(
        project=project,
        zone=order.zone,
        plan=order.plan,
        size_gb=order.size_gb,
        name=order.name,
        description=order.description,
        tags=list(order.tags),
        source_archive=order.archive,
        ssh_key=order.ssh_key,
        created_at=at,
        state_changed_at=at,
    )
    ids.reserve(disk)
    charged = not order.zone.is_sandbox
    disk.contract = contracts.open(
        DISK, disk, project=project, accepted=accepted, zone=order.zone.code, charged=charged,
        items=[(order.plan.code, order.price_plan)], by=by, at=at,
    )  # fmt: skip
    disk.save(force_insert=True)
    meters.start(disk.contract, disk.plan.code, order.price_plan, at=at)
    operations.ask("disk.create", disk, by=by, at=at)
    audit.record("disk.created", disk, by=by, at=at)
    return disk


@transaction.atomic
def copied(disk: Disk, *, at: datetime) -> None:
    """The copy is complete; the disk can be used."""
    moved = disk.move("copied", at=at)
    audit.record("disk.copied", disk, moved, by=SYSTEM, at=at)


@transaction.atomic
def copy_failed(disk: Disk, text: str, *, at: datetime) -> None:
    """The copy failed for good: the disk is of no use and no longer charged."""
    moved = disk.move("copy_failed", error=text[:200], at=at)
    meters.stop(disk.contract, at=at)
    audit.record("disk.copy_failed", disk, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def edit(disk: Disk, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    Disk.objects.filter(pk=disk.pk).update(name=name, description=description, tags=tags)
    disk.name, disk.description, disk.tags = name, description, tags
    contracts.rename(disk.contract, name)
    audit.record("disk.edited", disk, by=by, at=at)


@transaction.atomic
def detach(disk: Disk, *, by: Actor, at: datetime) -> None:
    """Take it out of its stopped server; it stays and stays charged (7-2). Raises Refused while the server runs."""
    server = disk.server  # held before the disk, as whoever attaches does
    if server is None or server.hold().pk != disk.hold("server").server_id:
        raise Refused(_("This disk is attached to no server."))
    if server.state not in ("STOPPED", "FAILED", "DELETED"):
        raise Refused(_("Stop the server first; then the disk can be detached."))
    operations.ask("disk.detach", disk, by=by, at=at)
    Disk.objects.filter(pk=disk.pk).update(server=None)
    disk.server = None
    audit.record("disk.detached", disk, by=by, at=at)


@transaction.atomic
def delete(disk: Disk, *, by: Actor, at: datetime) -> None:
    """Delete the disk and what is on it; its contract ends the same day (6-1). Raises Refused while it is attached."""
    if disk.hold("server", "protected").server_id is not None:
        raise Refused(_("This disk is attached to a server. Detach it, or delete the server first."))
    if disk.protected:
        raise Refused(_("This disk is protected against deletion. Remove the protection first."))
    moved = disk.move("delete", at=at)
    if disk.contract.is_running:
        contracts.close(disk.contract, reason="cancelled", by=by, at=at)
    operations.ask("disk.delete", disk, by=by, at=at)
    audit.record("disk.deleted", disk, moved, by=by, at=at)
