"""The verbs of archives and CD-ROM images."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import Service
from compute.archives.models import Archive, Cdrom, Image
from compute.library import labels
from compute.services import ARCHIVE, CDROM
from compute.zones import Zone
from core import ids, operations
from core.errors import Refused

State = Image.State


@dataclass(frozen=True)
class ImageOrder:
    """What a customer orders: a blank image of a size sold to upload to, or a copy of an archive or a disk.

    disk: a compute.Disk that is held still (compute.disks.copying). A copy has the size of its source.
    """

    name: str
    zone: Zone
    size_gb: int = 0
    archive: Archive | None = None
    disk: Any = None
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Its size in GB."""
        source = self.archive or self.disk
        return source.size_gb if source else self.size_gb

    @property
    def state(self) -> str:
        """How it begins: transferred from another zone, copied, or open for the upload."""
        if self.archive is not None and self.archive.zone_id != self.zone.pk:
            return State.TRANSFERRING
        return State.MIGRATING if self.archive or self.disk else State.UPLOADING

    def check(self, model: type[Image]) -> None:
        """Raise Refused, naming the field, for a size that isn't sold or a source that can't be copied there."""
        if self.size not in model.SIZES:
            text = _("It is sold in %(sizes)s GB. Please choose one of these sizes.")
            sold = ", ".join(str(size) for size in model.SIZES)
            raise Refused(text % {"sizes": sold}, code="invalid_size", field="size_gb", status=400)
        if self.disk is not None and self.disk.zone_id != self.zone.pk:
            text = _("An archive of a disk is made in the disk's zone. Copy the archive to another zone afterwards.")
            raise Refused(text, code="invalid_zone", field="zone", status=400)
        if self.archive is not None and self.archive.zone.is_sandbox != self.zone.is_sandbox:
            text = _("Nothing is copied between the sandbox and the other zones.")
            raise Refused(text, code="invalid_zone", field="zone", status=400)


@transaction.atomic
def create(project: Project, order: ImageOrder, *, by: Actor, at: datetime) -> Archive:
    """Order an archive; it is charged by its size from now until it is deleted (2-1).

    Raises Refused when nothing can be ordered or the source isn't available.
    """
    order.zone.check_open()
    order.check(Archive)
    if order.archive is not None:
        hold_source(order.archive)
    archive = Archive(source_archive=order.archive, source_disk=order.disk)
    begin(archive, ARCHIVE, project, order, by=by, at=at)
    return archive


@transaction.atomic
def create_cdrom(project: Project, order: ImageOrder, *, by: Actor, at: datetime) -> Cdrom:
    """Order a blank CD-ROM image to upload to; charged like an archive of 20 GB until it is deleted (2-1)."""
    order.zone.check_open()
    order.check(Cdrom)
    cdrom = Cdrom()
    begin(cdrom, CDROM, project, order, by=by, at=at)
    return cdrom


def hold_source(archive: Archive) -> None:
    """Keep an archive from being deleted while it is copied. Raises Refused unless it is available."""
    if archive.project_id is not None:  # the provider's are never deleted, and everybody copies them
        archive.hold()
    if archive.state != State.AVAILABLE:
        text = _("“%(name)s” can't be copied while it is “%(state)s”.")
        values = {"name": archive.name, "state": archive.state_label()}
        raise Refused(text % values, code="not_available", field="source")


def begin(image: Any, service: Service, project: Project, order: ImageOrder, *, by: Actor, at: datetime) -> None:
    """Save the row with its contract, charge it and ask a worker for it."""
    image.project, image.zone, image.size_gb, image.state = project, order.zone, order.size, order.state
    image.name, image.description, image.tags = order.name, order.description, list(order.tags)
    image.created_at = image.state_changed_at = at
    ids.reserve(image)
    charged = not order.zone.is_sandbox
    image.contract = contracts.open(
        service, image, project=project, zone=order.zone.code, charged=charged, by=by, at=at
    )  # fmt: skip
    if image.state == State.UPLOADING:
        image.upload_password = image.sealed_password(new_password())
    image.save(force_insert=True)
    meters.start(image.contract, "archive", image.price_plan, at=at)
    kind = "open_upload" if image.state == State.UPLOADING else "copy"
    operations.ask(f"{image.noun}.{kind}", image, by=by, at=at)
    audit.record(f"{image.noun}.created", image, by=by, at=at)


def new_password() -> str:
    """A password of an upload: 24 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(18)


@transaction.atomic
def copied(image: Image, *, at: datetime) -> None:
    """The copy is complete; disks can be made from it."""
    moved = image.move("copied", copied_mb=image.size_gb * 1024, at=at)
    audit.record(f"{image.noun}.copied", image, moved, by=SYSTEM, at=at)


@transaction.atomic
def copy_failed(image: Image, text: str, *, at: datetime) -> None:
    """The copy failed for good: it is of no use and no longer charged."""
    moved = image.move("copy_failed", error=text[:200], at=at)
    meters.stop(own(image.contract), at=at)
    audit.record(f"{image.noun}.copy_failed", image, moved, by=SYSTEM, at=at, reason=text)


def progressed(image: Image, done: float) -> None:
    """So much of it, from 0 to 1, is there now."""
    unfinished = type(image)._base_manager.filter(pk=image.pk, state__in=(*Image.BUSY, State.UPLOADING))
    unfinished.update(copied_mb=int(image.size_gb * 1024 * done))


@transaction.atomic
def open_upload(image: Image, *, by: Actor, at: datetime) -> str:
    """Open the upload, or give it a new password; returns the password. Meanwhile nothing is made from the image.

    Raises Refused for the provider's images, while it is copied, and while it is shared, copied or inserted.
    """
    image.hold()
    check_unused(image)
    if isinstance(image, Archive) and image.shares.filter(state="ACTIVE").exists():
        raise Refused(_("This archive is shared. Revoke its share key first; then it can be overwritten."))
    password = new_password()
    moved = image.move("open_upload", upload_password=image.sealed_password(password), at=at)
    operations.ask(f"{image.noun}.open_upload", image, by=by, at=at)
    audit.record(f"{image.noun}.upload_opened", image, moved, by=by, at=at)
    return password


@transaction.atomic
def close_upload(image: Image, *, by: Actor, at: datetime) -> None:
    """The upload is over: its password is worthless, and the image can be used."""
    moved = image.move("close_upload", upload_password=None, at=at)
    operations.ask(f"{image.noun}.close_upload", image, by=by, at=at)
    audit.record(f"{image.noun}.upload_closed", image, moved, by=by, at=at)


@transaction.atomic
def edit(image: Image, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    own(image.contract)
    values = {"name": name, "description": description, "tags": tags}
    labels.edit(image, f"{image.noun}.edited", **values, by=by, at=at)


@transaction.atomic
def delete(image: Image, *, by: Actor, at: datetime) -> None:
    """Delete the image; its contract ends the same day, and the share of an archive with it (6-1).

    Raises Refused while it is copied, from or to, and while it is in a server.
    """
    if image.hold("protected").protected:
        raise Refused(_("This is protected against deletion. Remove the protection first."))
    check_unused(image)
    moved = image.move("delete", upload_password=None, at=at)
    contract = own(image.contract)
    if isinstance(image, Archive):  # before its contract, as whoever revokes does
        image.shares.filter(state="ACTIVE").update(state="REVOKED", state_changed_at=at)
    if contract.is_running:
        contracts.close(contract, reason="cancelled", by=by, at=at)
    operations.ask(f"{image.noun}.delete", image, by=by, at=at)
    audit.record(f"{image.noun}.deleted", image, moved, by=by, at=at)


def check_unused(image: Image) -> None:
    """Raise Refused while something is copied from the image, or a server has it inserted."""
    if isinstance(image, Archive):
        busy = image.copies.filter(state__in=Image.BUSY).exists() or image.disks.filter(state="MIGRATING").exists()
        if busy:
            raise Refused(_("This archive is being copied. Try again when the copy is complete."), code="in_use")
    elif image.servers.exists():  # type: ignore[attr-defined]
        raise Refused(_("A server has this CD-ROM image inserted. Eject it first."), code="in_use")


def own(contract: contracts.Contract | None) -> contracts.Contract:
    """The contract of a customer's image. Raises Refused for the provider's, which nobody changes here."""
    if contract is None:
        raise Refused(_("This image is ours; it can be used, but not changed."), status=403, code="permission_denied")
    return contract


def home(image: Image) -> Project:
    """The project of a customer's image. Raises Refused for the provider's."""
    own(image.contract)
    assert image.project is not None  # a contract comes with a project (CHECK)
    return image.project
