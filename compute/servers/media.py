"""What is in a server's CD-ROM drive, and what is pressed on its keyboard."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from compute.archives.models import Cdrom
from compute.servers.models import Server
from core import operations
from core.errors import Refused

# How many keys are pressed at once, and how long the name of one may be.
KEYS, KEY = 8, 16


@transaction.atomic
def insert(server: Server, image: Cdrom, *, by: Actor, at: datetime) -> None:
    """Put a CD-ROM image into the server's drive, running or not; what was there is taken out.

    Raises Refused for an image that is elsewhere or not available.
    """
    if image.zone_id != server.zone_id:
        raise Refused(_("This CD-ROM image is in another zone."), field="cdrom", code="invalid_cdrom", status=400)
    server.hold()
    if image.project_id is not None:  # ours are never deleted
        image.hold()
    if image.state != Cdrom.State.AVAILABLE:
        text = _("“%(name)s” can't be inserted while it is “%(state)s”.")
        raise Refused(text % {"name": image.name, "state": image.state_label()}, field="cdrom", code="not_available")
    change(server, image, by=by, at=at)
    audit.record("server.cdrom_inserted", server, by=by, at=at, cdrom=image.name)


@transaction.atomic
def eject(server: Server, *, by: Actor, at: datetime) -> None:
    """Take the CD-ROM image out of the drive. Raises Refused when it is empty."""
    if server.hold("cdrom").cdrom_id is None:
        raise Refused(_("There is nothing in the CD-ROM drive of this server."), code="nothing_inserted")
    change(server, None, by=by, at=at)
    audit.record("server.cdrom_ejected", server, by=by, at=at)


def change(server: Server, image: Cdrom | None, *, by: Actor, at: datetime) -> None:
    """Record what is in the drive and ask a worker to put it there."""
    Server.objects.filter(pk=server.pk).update(cdrom=image)
    server.cdrom = image
    operations.ask("server.insert_cdrom", server, payload={"image": image.ref if image else ""}, by=by, at=at)


@transaction.atomic
def press(server: Server, keys: tuple[str, ...], *, by: Actor, at: datetime) -> None:
    """Press keys on the server's keyboard at once, e.g. ("ctrl", "alt", "delete"). Raises Refused while it is down."""
    if not 1 <= len(keys) <= KEYS or any(not (key.isalnum() and len(key) <= KEY) for key in keys):
        text = _("Name 1 to 8 keys, like “ctrl”, “alt” and “delete”.")
        raise Refused(text, code="invalid_keys", field="keys", status=400)
    running(server)
    operations.ask("server.press_keys", server, payload={"keys": list(keys)}, by=by, at=at)
    audit.record("server.keys_pressed", server, by=by, at=at, keys="+".join(keys))


@transaction.atomic
def interrupt(server: Server, *, by: Actor, at: datetime) -> None:
    """Send the machine a non-maskable interrupt, so that it dumps its memory. Raises Refused while it is down."""
    running(server)
    operations.ask("server.interrupt", server, by=by, at=at)
    audit.record("server.interrupted", server, by=by, at=at)


def running(server: Server) -> None:
    """Raise Refused unless the server runs."""
    if server.hold().state != Server.State.RUNNING:
        text = _("This works only while the server runs; it is “%(state)s”.")
        raise Refused(text % {"state": server.state_label()}, code="not_running")
