"""What a disk can be copied from, as an order form offers it."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.projects.models import Project
from compute.archives.models import Archive
from compute.disks.actions import DiskOrder
from compute.disks.models import Disk
from compute.zones import Zone


@dataclass(frozen=True)
class Source:
    """A system of ours, whatever the zone, or an archive or disk of the project's; `code` is what the form sends."""

    code: str
    thing: Archive | Disk

    def __str__(self) -> str:
        if self.thing.project_id is None:
            return self.thing.name
        kind = _("archive") if isinstance(self.thing, Archive) else _("disk")
        words = {"name": self.thing.name, "kind": kind, "size": self.thing.size_gb, "zone": self.thing.zone}
        return _("%(name)s (your %(kind)s, %(size)s GB, %(zone)s)") % words

    def put_into(self, order: DiskOrder) -> DiskOrder:
        """The order with this as its source."""
        if isinstance(self.thing, Disk):
            return replace(order, source_disk=self.thing)
        return replace(order, archive=self.archive_in(order.zone))

    def archive_in(self, zone: Zone) -> Archive:
        """The archive; of a system of ours the one in the zone."""
        assert isinstance(self.thing, Archive)
        if self.thing.project_id is not None:
            return self.thing
        return Archive.objects.catalogue().filter(zone=zone, name=self.thing.name).first() or self.thing


def systems() -> list[Source]:
    """Our systems, one of each name whatever the zone."""
    named = {archive.name: archive for archive in Archive.objects.catalogue()}
    return [Source(archive.name, archive) for archive in named.values()][::-1]


def archives(project: Project) -> list[Source]:
    """The project's archives that can be copied."""
    rows = Archive.objects.filter(project=project, state=Archive.State.AVAILABLE).select_related("zone")
    return [Source(f"archive-{one.number}", one) for one in rows.order_by("name", "pk")]


def disks(project: Project) -> list[Source]:
    """The project's disks that can be copied."""
    rows = Disk.objects.filter(project=project, state=Disk.State.AVAILABLE).select_related("zone")
    return [Source(f"disk-{one.number}", one) for one in rows.order_by("name", "pk")]


def everything(project: Project) -> list[Source]:
    """Systems of ours, then what the project has."""
    return [*systems(), *archives(project), *disks(project)]


def by_code(offered: list[Source], code: Any) -> Source | None:
    """The offered source of this code."""
    return next((one for one in offered if one.code == code), None)
