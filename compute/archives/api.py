"""Archives and CD-ROM images in the cloud API: the provider's to be read, one's own uploaded to, copied, shared.

Archives are ordered in compute/disks/api.py, which knows disks too.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE
from accounts.api import Resources, labels
from compute.archives import actions, sharing
from compute.archives.actions import ImageOrder
from compute.archives.models import Archive, Cdrom, Image
from compute.archives.uploads import point_of
from compute.services import ARCHIVE_SHARE
from compute.zones import Zone
from compute.zones_api import ZONE
from core.api import BadQuery, Body, Choice, Fixed, Id, Instant, Link, Part, Presence, Reply, Tags, Text, Whole, body_of
from core.errors import Refused

AVAILABILITY = {
    Image.State.MIGRATING: "migrating",
    Image.State.TRANSFERRING: "transfering",
    Image.State.UPLOADING: "uploading",
    Image.State.AVAILABLE: "available",
    Image.State.FAILED: "failed",
}
BRIEF = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Scope": Presence("project", present="user", absent="shared"),
        "Availability": Choice("state", AVAILABILITY),
        "SizeMB": Whole("size_gb", times=1024),
    }
)
IMAGE = Part(
    {
        **BRIEF.tree,
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)
SOURCE_DISK = Part({"ID": Id("number"), "Name": Text("name"), "SizeMB": Whole("size_gb", times=1024)})
ARCHIVE = Part(
    {
        **IMAGE.tree,
        "MigratedMB": Whole("copied_mb"),
        "SourceDisk": Link("source_disk", SOURCE_DISK),
        "SourceArchive": Link("source_archive", BRIEF),
    }
)


def rows_of(model: type[Image]) -> Any:
    """Those of the zone in the address."""

    def in_zone(request: Any) -> QuerySet[Any]:
        rows = model._default_manager.filter(zone__code=request.zone)
        return rows.select_related("project__organisation", "zone", "contract")

    return in_zone


archives = Resources("archive", "Archive", "Archives", rows=rows_of(Archive), fields=ARCHIVE)
cdroms = Resources("cdrom", "CDROM", "CDROMs", rows=rows_of(Cdrom), fields=IMAGE)


def size_of(body: Body, at: str) -> int:
    """The size in GB that a body asks for."""
    size_mb: int = body.whole(f"{at}.SizeMB")
    if size_mb % 1024:
        raise BadQuery(_("Sizes are whole GB: SizeMB is a multiple of 1024."), field=f"{at}.SizeMB")
    return size_mb // 1024


def with_upload(image: Image) -> Reply:
    """A new image; with where to upload to, if it is blank."""
    if image.state != Image.State.UPLOADING:
        return Reply(status=201, subject=image)
    return Reply({"FTPServer": point_of(image, image.unsealed_password()).wire()}, status=201, subject=image)


@cdroms.creates(level=CREATE)
def create_cdrom(request: Any, body: Body) -> Reply:
    """Order a blank CD-ROM image to upload to."""
    zone = Zone.objects.get(code=request.zone)
    order = ImageOrder(zone=zone, size_gb=size_of(body, "CDROM"), **labels(body, "CDROM"))
    return with_upload(actions.create_cdrom(request.project, order, by=request.actor, at=request.now))


def common(collection: Resources) -> None:
    """What both kinds of image have: new labels, an end, the upload."""

    @collection.changes(level=ARRANGE)
    def change(request: Any, image: Image, body: Body) -> Image:
        """Change its name, description and tags."""
        actions.edit(image, **labels(body, collection.singular, image), by=request.actor, at=request.now)
        return image

    @collection.deletes(level=Image.MOVES["delete"].level)
    def delete(request: Any, image: Image, body: Body) -> None:
        """Delete it."""
        actions.delete(image, by=request.actor, at=request.now)

    @collection.verb("DELETE", "ftp", level=Image.MOVES["close_upload"].level)
    def close_upload(request: Any, image: Image, body: Body) -> None:
        """The upload is complete; an archive that isn't uploaded to but shared is shared no more."""
        share = sharing.current(image) if isinstance(image, Archive) else None
        if share is not None and share.is_active and image.state != Image.State.UPLOADING:
            sharing.revoke(share, by=request.actor, at=request.now)
            return
        actions.close_upload(image, by=request.actor, at=request.now)


common(archives)
common(cdroms)


def opened(request: Any, image: Image) -> Reply:
    """Where to upload to, with a new password."""
    password = actions.open_upload(image, by=request.actor, at=request.now)
    return Reply({"FTPServer": point_of(image, password).wire()})


@cdroms.verb("PUT", "ftp", level=Image.MOVES["open_upload"].level)
def open_cdrom_upload(request: Any, image: Cdrom, body: Body) -> Reply:
    """Open the upload, or replace its password."""
    return opened(request, image)


@archives.verb("PUT", "ftp", level=CREATE)
def open_archive(request: Any, archive: Archive, body: Body) -> Reply:
    """Open the upload, or replace its password; with "Shared" make a share key, or replace it.

    Who says Shared accepts the three points of 29: the key's bearer can copy it, keeping the key and disputes are the
    sharer's own matter.
    """
    if not body.flag("Shared"):
        return opened(request, archive)
    share = sharing.current(archive)
    if share is not None and share.is_active:
        key = sharing.rotate(share, by=request.actor, at=request.now)
    else:
        key = sharing.share(archive, accepted=ARCHIVE_SHARE.consents, by=request.actor, at=request.now)
    return Reply({"ArchiveShareInfo": {"SharedKey": key}})


@archives.below("POST", "to/zone/<str:number>")
def transfer(request: Any, key: str, number: str) -> Reply:
    """Copy an archive into another zone: one's own, or with SourceSharedKey somebody else's."""
    body = body_of(request)
    archives.admit(request, CREATE)
    zone = Zone.objects.filter(number=archives.id_of(number)).first()
    shared_key = body.text("Archive.SourceSharedKey", "")
    if shared_key:
        if zone is None:
            raise no_zone()
        order, by, at = ImageOrder(zone=zone, **labels(body, "Archive")), request.actor, request.now
        accepted = (sharing.USE_CONSENT,)
        return Reply(
            status=201, subject=sharing.copy(request.project, shared_key, order, accepted=accepted, by=by, at=at)
        )
    source = archives.subject(request, key, CREATE)
    if zone is None:
        raise no_zone()
    order = ImageOrder(zone=zone, archive=source, **labels(body, "Archive"))
    return Reply(status=201, subject=actions.create(request.project, order, by=request.actor, at=request.now))


def no_zone() -> Refused:
    return Refused(_("There is no such zone. Zones are listed at zone."), code="invalid_zone", status=400)
