"""What can be done to many servers at once."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, Actor
from accounts.bulk import BulkList, BulkVerb
from accounts.projects.models import Project
from compute.disks.models import Disk
from compute.library import labels
from compute.library.bulk import GONE_FOR_GOOD, deletion, protection
from compute.servers import actions
from compute.servers.listing import LISTING
from compute.servers.models import Server, ServerQuerySet

CHARGED = (_("Each is charged from the moment it runs."), "7-2")
NOT_CHARGED = (_("From now on only their disks are charged."), "7-2")
LIMIT = (_("A server may stay stopped for three months at most."), "7-3")


def rows(actor: Actor, project: Project) -> ServerQuerySet:
    """The servers of the list."""
    found: ServerQuerySet = Server.objects.visible_to(actor).filter(project=project).for_list()
    return found


def delete_alone(server: Server, /, *, by: Actor, at: datetime) -> None:
    actions.delete(server, with_disks=[], by=by, at=at)


def delete_whole(server: Server, /, *, by: Actor, at: datetime) -> None:
    disks = Disk.objects.filter(server=server).select_related("contract", "project")
    actions.delete(server, with_disks=list(disks), by=by, at=at)


STAYING = (_("Their disks are kept and stay charged."), "7-2")
SERVERS = BulkList(
    "servers", _("Servers"), LISTING, rows,
    verbs=[
        BulkVerb("start", _("Start"), actions.start, Server.MOVES["start"].level, "player-play", points=[CHARGED]),
        BulkVerb(
            "stop", _("Stop"), actions.stop, Server.MOVES["stop"].level, "player-stop", points=[NOT_CHARGED, LIMIT]
        ),
        *protection(partial(labels.protect, kind="server")),
        deletion(delete_alone, STAYING),
        BulkVerb(
            "delete_whole", _("Delete with disks"), delete_whole, CREATE, "trash", "bad", typed=True,
            points=[GONE_FOR_GOOD],
        ),
    ],
)  # fmt: skip
