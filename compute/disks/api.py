"""Disks in the cloud API. They are ordered and attached in compute/servers/api.py, which knows both."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE
from accounts.api import Resources, labels, referred
from compute.archives.api import BRIEF as ARCHIVE
from compute.archives.models import Archive
from compute.disks import actions
from compute.disks.models import Disk
from compute.library.models import SshKey
from compute.zones import DiskPlan, Zone
from compute.zones_api import DISK_PLAN, ZONE
from core.api import BadQuery, Body, Choice, Fixed, Id, Instant, Link, Made, Part, Tags, Text, Whole
from core.errors import Refused

State = Disk.State
# Of a disk's first configuration only one SSH key can be said.
NOT_CHOSEN = ("Password", "HostName", "Notes", "UserIPAddress", "UserSubnet", "SSHKeys.1", "SSHKeys.0.PublicKey")
AVAILABILITY = {State.MIGRATING: "migrating", State.AVAILABLE: "available", State.FAILED: "failed"}


def migrated_mb(state: str, size_gb: int) -> int:
    """How much of it is copied, in MB."""
    return 0 if state == State.MIGRATING else size_gb * 1024


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
        "MigratedMB": Made(migrated_mb, "state", "size_gb"),
        "ServiceClass": Made("cloud/disk/{}-{}gb".format, "plan__code", "size_gb"),
        "SourceDisk": Fixed(None),
        "SourceArchive": Link("source_archive", ARCHIVE),
        "Server": Link("server", {"ID": Id("number"), "Name": Text("name")}),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def in_zone(request: Any) -> QuerySet[Disk]:
    """Those of the zone in the address, with what the verbs need."""
    return Disk.objects.filter(zone__code=request.zone).select_related("zone", "plan", "contract")


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


def order(request: Any, body: Body) -> actions.DiskOrder:
    """The disk a body orders. Raises BadQuery and Refused, naming the field."""
    if body.text("Disk.EncryptionAlgorithm", "none") != "none":
        raise BadQuery(_("Disks are not encrypted here."), field="Disk.EncryptionAlgorithm")
    body.lacks(
        "Disk.SourceDisk", "KMSKey", "BootAtAvailable", "DistantFrom", *(f"Config.{name}" for name in NOT_CHOSEN)
    )
    archive = referred(request, Archive.objects.filter(zone__code=request.zone), body, "Disk.SourceArchive.ID")
    return actions.DiskOrder(
        zone=Zone.objects.get(code=request.zone),
        plan=plan_of(body),
        size_gb=size_of(body, archive),
        archive=archive,
        ssh_key=referred(request, SshKey.objects.all(), body, "Config.SSHKeys.0.ID"),
        **labels(body, "Disk"),
    )


def plan_of(body: Body) -> DiskPlan:
    """The plan with the number in the body."""
    plan = DiskPlan.objects.filter(number=body.whole("Disk.Plan.ID")).first()
    if plan is None:
        text = _("There is no such disk plan. Plans are listed at product/disk.")
        raise Refused(text, code="invalid_plan", field="Disk.Plan.ID", status=400)
    return plan


def size_of(body: Body, archive: Archive | None) -> int:
    """The size in GB: what SizeMB says, else the archive's."""
    if archive is not None and not body.sends("Disk.SizeMB"):
        return archive.size_gb
    size_mb: int = body.whole("Disk.SizeMB")
    if size_mb % 1024:
        raise BadQuery(_("Disks are sold in whole GB: SizeMB is a multiple of 1024."), field="Disk.SizeMB")
    return size_mb // 1024
