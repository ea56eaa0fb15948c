"""The verbs of a disk."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from billing.meters.models import Span
from compute.archives import actions as archives
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive
from compute.disks.models import Disk
from compute.disks.settings import NO_SETTINGS, SettingsOrder, ask_settings
from compute.library import labels
from compute.library.models import SshKey
from compute.services import DISK
from compute.zones import DiskPlan, Zone
from core import ids, operations
from core.errors import Refused


@dataclass(frozen=True)
class DiskOrder:
    """What a customer orders: a name, a plan and size sold, an archive or a disk to copy, a key to put on it.

    settings: what else is written into it for its first boot.
    """

    name: str
    zone: Zone
    plan: DiskPlan
    size_gb: int
    archive: Archive | None = None
    ssh_key: SshKey | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    source_disk: Disk | None = None
    settings: SettingsOrder = NO_SETTINGS

    @property
    def source(self) -> Archive | Disk | None:
        """What it is copied from."""
        return self.archive or self.source_disk

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
        check_source(self.source, self.zone, self.size_gb)
        if self.source is None and self.settings != NO_SETTINGS:
            text = _("On a blank disk there is no system to set up. Choose what it is copied from.")
            raise Refused(text, code="nothing_to_set_up", field="archive", status=400)


def check_source(source: Archive | Disk | None, zone: Zone, size_gb: int) -> None:
    """Raise Refused, naming the field, for a source that is elsewhere or larger."""
    if source is None:
        return
    field = "archive" if isinstance(source, Archive) else "source_disk"
    if source.zone_id != zone.pk:
        text = _("This archive is in another zone. Please choose one of the disk's zone.")
        if isinstance(source, Disk):
            text = _("This disk is in another zone. Make an archive of it and transfer that.")
        raise Refused(text, field=field, code=f"invalid_{field}", status=400)
    if source.size_gb > size_gb:
        text = _("The archive needs at least %(size)s GB. Please choose a larger disk.")
        if isinstance(source, Disk):
            text = _("The copied disk has %(size)s GB. Please choose at least this size.")
        raise Refused(text % {"size": source.size_gb}, field="size_gb", code="invalid_disk_size", status=400)


@transaction.atomic
def create(project: Project, order: DiskOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime) -> Disk:
    """Order a disk; it is charged from now until it is deleted, and copied by a worker (2-1)."""
    order.zone.check_open()
    order.settings.check()
    order.check()
    if order.source is not None:
        hold_source(order.source)
    disk = Disk(
        project=project,
        zone=order.zone,
        plan=order.plan,
        size_gb=order.size_gb,
        name=order.name,
        description=order.description,
        tags=list(order.tags),
        source_archive=order.archive,
        source_disk=order.source_disk,
        ssh_key=order.ssh_key,
        partition_gb=partition_of(order.source),
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
    keys = (order.ssh_key.public_key,) if order.ssh_key else ()
    ask_settings(disk, replace(order.settings, public_keys=keys + order.settings.public_keys), by=by, at=at)
    audit.record("disk.created", disk, by=by, at=at)
    return disk


def partition_of(source: Archive | Disk | None) -> int:
    """What the partition of a copy spans, in GB; 0 on a blank disk."""
    return source.partition_gb if isinstance(source, Disk) else source.size_gb if source else 0


@transaction.atomic
def rewrite(disk: Disk, archive: Archive, settings: SettingsOrder, *, by: Actor, at: datetime) -> None:
    """Write the disk anew from an archive: what was on it is lost, its number, server and price stay.

    Raises Refused for an archive that doesn't fit, and while its server isn't stopped or something is copied from it.
    """
    check_source(archive, disk.zone, disk.size_gb)
    settings.check()
    hold_source(archive)
    still(disk)
    check_unused(disk)
    moved = disk.move(
        "rewrite", source_archive=archive, source_disk=None, copied_mb=0, error="",
        partition_gb=partition_of(archive), at=at,
    )  # fmt: skip
    if not Span.objects.filter(contract=disk.contract, period__upper_inf=True).exists():  # its last copy had failed
        meters.start(disk.contract, disk.plan.code, f"{disk.size_gb}gb", at=at)
    operations.ask("disk.create", disk, by=by, at=at)
    ask_settings(disk, settings, by=by, at=at)
    audit.record("disk.rewritten", disk, moved, by=by, at=at, archive=archive.name)


@transaction.atomic
def write_settings(disk: Disk, settings: SettingsOrder, *, by: Actor, at: datetime) -> None:
    """Write settings into the disk for its next boot. Raises Refused while its server isn't stopped, or it is blank."""
    settings.check()
    still(disk)
    if disk.state != Disk.State.AVAILABLE or disk.partition_gb == 0:
        raise Refused(_("Only a disk with a system on it that is ready can be set up."), code="not_available")
    ask_settings(disk, settings, by=by, at=at)
    audit.record("disk.set_up", disk, by=by, at=at)


@transaction.atomic
def grow_partition(disk: Disk, *, by: Actor, at: datetime) -> None:
    """Let the partition fill the disk. Raises Refused while its server isn't stopped, or when it is that large."""
    still(disk)
    if disk.state != Disk.State.AVAILABLE:
        raise Refused(_("The disk is not ready yet. Try again soon."), code="not_available")
    if disk.partition_gb in (0, disk.size_gb):
        raise Refused(_("There is no partition on this disk that could be grown."), code="nothing_to_grow")
    operations.ask("disk.grow_partition", disk, by=by, at=at)
    audit.record("disk.partition_growing", disk, by=by, at=at)


@transaction.atomic
def partition_grown(disk: Disk, *, at: datetime) -> None:
    """The partition is as large as the disk."""
    Disk.objects.filter(pk=disk.pk).update(partition_gb=disk.size_gb)
    audit.record("disk.partition_grown", disk, by=SYSTEM, at=at)


@transaction.atomic
def make_archive(disk: Disk, order: ImageOrder, *, by: Actor, at: datetime) -> Archive:
    """Make an archive of the disk. Raises Refused while its server isn't stopped or it isn't ready."""
    hold_source(disk)
    return archives.create(disk.project, replace(order, disk=disk), by=by, at=at)


def still(disk: Disk) -> None:
    """Hold the disk and its server, so that the server stays down. Raises Refused while it isn't."""
    if disk.server is not None and disk.server.hold().state not in ("STOPPED", "FAILED", "DELETED", "PROVISIONING"):
        raise Refused(_("Stop the server first; then this can be done with its disk."), code="server_runs")
    held, was = disk.hold("server", "partition_gb"), disk.server_id
    if held.server_id != was:
        raise Refused(_("Somebody else has changed this meanwhile. Reload the page and look again."))


def hold_source(source: Archive | Disk) -> None:
    """Keep what is copied as it is until the copy is complete. Raises Refused unless it is ready."""
    if isinstance(source, Archive):
        archives.hold_source(source)
        return
    still(source)
    if source.state != Disk.State.AVAILABLE:
        text = _("“%(name)s” can't be copied while it is “%(state)s”.")
        values = {"name": source.name, "state": source.state_label()}
        raise Refused(text % values, code="not_available", field="source_disk")


def check_unused(disk: Disk) -> None:
    """Raise Refused while a disk or an archive is copied from it."""
    if disk.copies.filter(state=Disk.State.MIGRATING).exists() or disk.archives.filter(state__in=Archive.BUSY).exists():
        raise Refused(_("This disk is being copied. Try again when the copy is complete."), code="in_use")


@transaction.atomic
def copied(disk: Disk, *, at: datetime) -> None:
    """The copy is complete; the disk can be used."""
    moved = disk.move("copied", copied_mb=disk.size_gb * 1024, at=at)
    audit.record("disk.copied", disk, moved, by=SYSTEM, at=at)


def progressed(disk: Disk, done: float) -> None:
    """So much of it, from 0 to 1, is copied now."""
    copying = Disk.objects.filter(pk=disk.pk, state=Disk.State.MIGRATING)
    copying.update(copied_mb=int(disk.size_gb * 1024 * done))


@transaction.atomic
def copy_failed(disk: Disk, text: str, *, at: datetime) -> None:
    """The copy failed for good: the disk is of no use and no longer charged."""
    moved = disk.move("copy_failed", error=text[:200], at=at)
    meters.stop(disk.contract, at=at)
    audit.record("disk.copy_failed", disk, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def edit(disk: Disk, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    labels.edit(disk, "disk.edited", name=name, description=description, tags=tags, by=by, at=at)


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
    check_unused(disk)
    moved = disk.move("delete", at=at)
    if disk.contract.is_running:
        contracts.close(disk.contract, reason="cancelled", by=by, at=at)
    operations.ask("disk.delete", disk, by=by, at=at)
    audit.record("disk.deleted", disk, moved, by=by, at=at)
