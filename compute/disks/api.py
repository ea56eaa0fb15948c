"""Disks in the cloud API. They are ordered and attached in compute/servers/api.py, which knows both."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, VIEW
from accounts.api import Resources, labels, referred
from compute.archives import actions as images
from compute.archives.actions import ImageOrder
from compute.archives.api import BRIEF as ARCHIVE
from compute.archives.api import archives, with_upload
from compute.archives.api import size_of as image_size
from compute.archives.models import Archive
from compute.disks import actions
from compute.disks.models import Disk
from compute.disks.settings import SettingsOrder
from compute.drivers import hypervisor
from compute.library.models import SshKey
from compute.zones import DiskPlan, Zone
from compute.zones_api import DISK_PLAN, ZONE
from core.api import (
    BadQuery,
    Body,
    Choice,
    Fixed,
    Id,
    Instant,
    Link,
    Made,
    Measured,
    Part,
    Reply,
    Tags,
    Text,
    Whole,
    accepted,
    monitored,
)
from core.errors import Refused

State = Disk.State
AVAILABILITY = {State.MIGRATING: "migrating", State.AVAILABLE: "available", State.FAILED: "failed"}


BRIEF = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Availability": Choice("state", AVAILABILITY),
        "Connection": Fixed("virtio"),
        "SizeMB": Whole("size_gb", times=1024),
        "Plan": Link("plan", DISK_PLAN),
    }
)
DISK = Part(
    {
        **BRIEF.tree,
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "EncryptionAlgorithm": Fixed("none"),
        "MigratedMB": Whole("copied_mb"),
        "ServiceClass": Made("cloud/disk/{}-{}gb".format, "plan__code", "size_gb"),
        "SourceDisk": Link("source_disk", {"ID": Id("number"), "Name": Text("name")}),
        "SourceArchive": Link("source_archive", ARCHIVE),
        "Server": Link("server", {"ID": Id("number"), "Name": Text("name")}),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def in_zone(request: Any) -> QuerySet[Disk]:
    """Those of the zone in the address, with what the verbs need."""
    return Disk.objects.filter(zone__code=request.zone).select_related("project", "zone", "plan", "contract", "server")


disks = Resources("disk", "Disk", "Disks", rows=in_zone, fields=DISK)


@disks.changes(level=ARRANGE)
def change(request: Any, disk: Disk, body: Body) -> Disk:
    """Change its name, description and tags."""
    actions.edit(disk, **labels(body, "Disk", disk), by=request.actor, at=request.now)
    return disk


@disks.deletes(level=Disk.MOVES["delete"].level)
def delete(request: Any, disk: Disk, body: Body) -> None:
    """Delete it and what is on it."""
    actions.delete(disk, by=request.actor, at=request.now)


@disks.verb("DELETE", "to/server", level=ARRANGE)
def detach(request: Any, disk: Disk, body: Body) -> None:
    """Take it out of its server."""
    actions.detach(disk, by=request.actor, at=request.now)


@disks.verb("PUT", "config", level=ARRANGE)
def configure(request: Any, disk: Disk, body: Body) -> None:
    """Write host name, password, keys, scripts and address into it for its next boot."""
    actions.write_settings(disk, settings(request, body), by=request.actor, at=request.now)


@disks.verb("PUT", "resize-partition", level=ARRANGE)
def resize_partition(request: Any, disk: Disk, body: Body) -> Reply:
    """Let its partition fill it."""
    actions.grow_partition(disk, by=request.actor, at=request.now)
    return accepted()


@disks.verb("GET", "monitor", level=VIEW)
def monitor(request: Any, disk: Disk, body: Body) -> Reply:
    """Bytes read and written per second while its server runs."""

    def measure(start: datetime, end: datetime, step: int) -> Measured:
        server = disk.server
        if server is None or not server.is_up or server.started_at is None:
            return []
        samples = hypervisor().metrics(disk.ref, max(start, server.started_at), end, step)
        return [(sample.at, {"Read": sample.read, "Write": sample.write}) for sample in samples]

    return monitored(request, measure)


def settings(request: Any, body: Body, at: str = "") -> SettingsOrder:
    """What a body wants written into a disk. at: where, with a dot at the end."""
    body.lacks(f"{at}Notes.0.APIKey", f"{at}EnableDHCP", f"{at}ChangePartitionUUID")
    mask = body.whole(f"{at}UserSubnet.NetworkMaskLen", 0)
    address = body.text(f"{at}UserIPAddress", "")
    return SettingsOrder(
        body.text(f"{at}HostName", ""), body.text(f"{at}Password", ""), tuple(public_keys(request, body, at)),
        scripts(body, at), f"{address}/{mask}" if address else "", body.text(f"{at}UserSubnet.DefaultRoute", ""),
        not body.flag(f"{at}DisablePWAuth"),
    )  # fmt: skip


def public_keys(request: Any, body: Body, at: str) -> Iterator[str]:
    """The keys that are named by number, or stand in the body."""
    for index in range(len(body.items(f"{at}SSHKeys"))):
        key = referred(request, SshKey.objects.all(), body, f"{at}SSHKeys.{index}.ID")
        yield key.public_key if key else body.text(f"{at}SSHKeys.{index}.PublicKey")


def scripts(body: Body, at: str) -> tuple[str, ...]:
    """Startup scripts are not kept here as notes of their own; a body that names one is refused."""
    if body.items(f"{at}Notes"):
        raise BadQuery(_("“%(field)s” can't be chosen here.") % {"field": f"{at}Notes"}, field=f"{at}Notes")
    return ()


def order(request: Any, body: Body) -> actions.DiskOrder:
    """The disk a body orders. Raises BadQuery and Refused, naming the field."""
    if body.text("Disk.EncryptionAlgorithm", "none") != "none":
        raise BadQuery(_("Disks are not encrypted here."), field="Disk.EncryptionAlgorithm")
    body.lacks("KMSKey", "BootAtAvailable", "DistantFrom")
    archive = referred(request, Archive.objects.filter(zone__code=request.zone), body, "Disk.SourceArchive.ID")
    source = referred(request, in_zone(request), body, "Disk.SourceDisk.ID")
    if archive is not None and source is not None:
        raise BadQuery(_("Name one source, not two."), field="Disk.SourceDisk.ID")
    return actions.DiskOrder(
        zone=Zone.objects.get(code=request.zone),
        plan=plan_of(body),
        size_gb=size_of(body, archive or source),
        archive=archive,
        source_disk=source,
        settings=settings(request, body, "Config."),
        **labels(body, "Disk"),
    )


@archives.creates(level=CREATE)
def order_archive(request: Any, body: Body) -> Reply:
    """Order an archive: of a disk, of an archive, or blank to upload to."""
    disk = referred(request, Disk.objects.select_related("project", "zone"), body, "Archive.SourceDisk.ID")
    source = referred(request, Archive.objects.select_related("zone"), body, "Archive.SourceArchive.ID")
    if disk is not None and source is not None:
        raise BadQuery(_("Name one source, not two."), field="Archive.SourceArchive.ID")
    zone, named = Zone.objects.get(code=request.zone), labels(body, "Archive")
    size = 0 if disk or source else image_size(body, "Archive")
    order = ImageOrder(zone=zone, size_gb=size, archive=source, **named)
    if disk is not None:
        return with_upload(actions.make_archive(disk, order, by=request.actor, at=request.now))
    return with_upload(images.create(request.project, order, by=request.actor, at=request.now))


def plan_of(body: Body) -> DiskPlan:
    """The plan with the number in the body."""
    plan = DiskPlan.objects.filter(number=body.whole("Disk.Plan.ID")).first()
    if plan is None:
        text = _("There is no such disk plan. Plans are listed at product/disk.")
        raise Refused(text, code="invalid_plan", field="Disk.Plan.ID", status=400)
    return plan


def size_of(body: Body, source: Archive | Disk | None) -> int:
    """The size in GB: what SizeMB says, else the source's."""
    if source is not None and not body.sends("Disk.SizeMB"):
        return source.size_gb
    size_mb: int = body.whole("Disk.SizeMB")
    if size_mb % 1024:
        raise BadQuery(_("Disks are sold in whole GB: SizeMB is a multiple of 1024."), field="Disk.SizeMB")
    return size_mb // 1024
