"""Servers in the cloud API, and what joins disks to them.

The fields of the answer are declared once; each verb is the same gate and the same action as on the pages.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, POWER, VIEW
from accounts.api import Resources, labels, referred
from compute.archives.api import BRIEF as CDROM
from compute.archives.models import Cdrom
from compute.disks import actions as disk_actions
from compute.disks.api import BRIEF, disks, order
from compute.disks.models import Disk
from compute.drivers import hypervisor
from compute.networks.api import INTERFACE
from compute.networks.interfaces.actions import SHARED, Wire
from compute.networks.models import Interface, Switch
from compute.servers import actions, media
from compute.servers.models import Server
from compute.servers.operations import ref
from compute.zones import ServerPlan, Zone
from compute.zones_api import SERVER_PLAN, ZONE
from core.api import (
    BadQuery,
    Body,
    Choice,
    Fixed,
    Id,
    Instant,
    Link,
    Made,
    Many,
    Measured,
    Part,
    Reply,
    Tags,
    Text,
    accepted,
    monitored,
)
from core.errors import Refused

State = Server.State
AVAILABILITY = dict.fromkeys(State, "available") | {State.PROVISIONING: "migrating", State.FAILED: "failed"}
STATUS = dict.fromkeys(State, "down") | {State.RUNNING: "up", State.STOPPING: "up"}

SERVER = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "HostName": Text("host_name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Choice("state", AVAILABILITY),
        "InterfaceDriver": Fixed("virtio"),
        "WaitDiskMigration": Fixed(False),
        "ServiceClass": Made("cloud/plan/{}".format, "plan__code"),
        "ServerPlan": Link("plan", SERVER_PLAN),
        "Instance": {
            "Status": Choice("state", STATUS),
            "StatusChangedAt": Instant("state_changed_at"),
            "Host": Fixed(None),
            "CDROM": Link("cdrom", CDROM),
        },
        "PrivateHost": Fixed(None),
        "Disks": Many(lambda: Disk.objects.alive().order_by("pk"), by="server", fields=BRIEF),
        "Interfaces": Many(lambda: Interface.objects.order_by("position"), by="server", fields=INTERFACE),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def in_zone(request: Any) -> QuerySet[Server]:
    """Those of the zone in the address, with what the verbs need."""
    return Server.objects.filter(zone__code=request.zone).select_related("zone", "plan", "contract")


servers = Resources("server", "Server", "Servers", rows=in_zone, fields=SERVER)


@servers.creates(level=CREATE)
def create(request: Any, body: Body) -> Server:
    """Order a server; it is created down."""
    body.lacks("Server.PrivateHost")
    plan, zone = plan_of(body, "Server.ServerPlan."), Zone.objects.get(code=request.zone)
    ordered = actions.ServerOrder(zone=zone, plan=plan, wires=wires_of(request, body), **labels(body, "Server"))
    return actions.create(request.project, ordered, by=request.actor, at=request.now)


@servers.changes(level=ARRANGE)
def change(request: Any, server: Server, body: Body) -> Server:
    """Change its name, description and tags."""
    actions.edit(server, **labels(body, "Server", server), by=request.actor, at=request.now)
    return server


@servers.deletes(level=Server.MOVES["delete"].level)
def delete(request: Any, server: Server, body: Body) -> None:
    """Delete it, with the disks that are named."""
    numbers = body.wholes("WithDisk")
    chosen = list(Disk.objects.filter(server=server, number__in=numbers).select_related("contract"))
    if len(chosen) != len(set(numbers)):
        raise BadQuery(_("“WithDisk” names a disk that isn't in this server."), field="WithDisk")
    actions.delete(server, with_disks=chosen, by=request.actor, at=request.now)


@servers.verb("PUT", "power", level=Server.MOVES["start"].level)
def boot(request: Any, server: Server, body: Body) -> Reply:
    """Start it."""
    user_data = body.text("UserBootVariables.CloudInit.UserData", "")
    if server.state == State.PROVISIONING:
        raise Refused(_("The server is still being prepared. Please try again soon."), code="still_creating")
    actions.start(server, user_data=user_data, by=request.actor, at=request.now)
    return accepted()


@servers.verb("DELETE", "power", level=Server.MOVES["stop"].level)
def shut_down(request: Any, server: Server, body: Body) -> Reply:
    """Stop it, by force when that is said."""
    stop = actions.force_stop if body.flag("Force") else actions.stop
    stop(server, by=request.actor, at=request.now)
    return accepted()


@servers.verb("PUT", "reset", level=Server.MOVES["reset"].level)
def reset(request: Any, server: Server, body: Body) -> Reply:
    """Press its reset button."""
    actions.reset(server, by=request.actor, at=request.now)
    return accepted()


@servers.verb("PUT", "plan", level=Server.MOVES["change_plan"].level)
def change_plan(request: Any, server: Server, body: Body) -> Server:
    """Give it another plan; the answer has its new number, the old one is not found from now on."""
    actions.change_plan(server, plan_of(body), by=request.actor, at=request.now)
    return server


@servers.verb("PUT", "to/plan/<str:plan>", level=Server.MOVES["change_plan"].level)
def change_plan_to(request: Any, server: Server, body: Body, plan: str) -> Server:
    """The same with the plan in the address, as saklient says it."""
    return change_plan(request, server, Body({"ID": plan}))


@servers.verb("GET", "monitor", level=VIEW)
def monitor(request: Any, server: Server, body: Body) -> Reply:
    """CPU seconds per second since it was started; nothing while it is down."""

    def measure(start: datetime, end: datetime, step: int) -> Measured:
        if not server.is_up or server.started_at is None:
            return []
        samples = hypervisor().metrics(ref(server.pk), max(start, server.started_at), end, step)
        return [(sample.at, {"CPU-TIME": sample.cpu}) for sample in samples]

    return monitored(request, measure)


@servers.verb("PUT", "cdrom", level=ARRANGE)
def insert_cdrom(request: Any, server: Server, body: Body) -> None:
    """Put a CD-ROM image into the drive."""
    image = referred(request, Cdrom.objects.filter(zone=server.zone).select_related("zone"), body, "CDROM.ID")
    if image is None:
        raise BadQuery(_("“%(field)s” is required.") % {"field": "CDROM.ID"}, field="CDROM.ID")
    media.insert(server, image, by=request.actor, at=request.now)


@servers.verb("DELETE", "cdrom", level=ARRANGE)
def eject_cdrom(request: Any, server: Server, body: Body) -> None:
    """Take out what is in the drive."""
    media.eject(server, by=request.actor, at=request.now)


@servers.verb("PUT", "keyboard", level=POWER)
def keyboard(request: Any, server: Server, body: Body) -> None:
    """Press keys at once: {"Keys": ["ctrl", "alt", "delete"]}."""
    keys = tuple(body.text(f"Keys.{index}") for index in range(len(body.items("Keys"))))
    media.press(server, keys, by=request.actor, at=request.now)


@servers.verb("PUT", "qemu/nmi", level=POWER)
def interrupt(request: Any, server: Server, body: Body) -> None:
    """Send a non-maskable interrupt."""
    media.interrupt(server, by=request.actor, at=request.now)


@servers.verb("GET", "vnc/proxy", level=POWER)
def screen(request: Any, server: Server, body: Body) -> Reply:
    """Where its screen is seen by VNC, with a password for one use."""
    shown = hypervisor().screen(ref(server.pk)) if server.is_up else None
    if shown is None:
        raise Refused(_("This server has no screen that could be seen now."), code="no_screen", status=409)
    return Reply({"Host": shown.host, "IOServerHost": shown.host, "Port": str(shown.port), "Password": shown.password})


@disks.creates(level=CREATE)
@transaction.atomic
def order_disk(request: Any, body: Body) -> Disk:
    """Order a disk, and put it into a server when one is named."""
    server = referred(request, in_zone(request), body, "Disk.Server.ID")
    disk = disk_actions.create(request.project, order(request, body), by=request.actor, at=request.now)
    if server is not None:
        actions.attach(server, disk, by=request.actor, at=request.now)
    return disk


@disks.verb("PUT", "to/server/<str:server>", level=ARRANGE)
def attach_disk(request: Any, disk: Disk, body: Body, server: str) -> None:
    """Put it into a server."""
    actions.attach(servers.subject(request, server, ARRANGE), disk, by=request.actor, at=request.now)


def wires_of(request: Any, body: Body) -> tuple[Wire, ...]:
    """What each interface is connected to; the shared segment when nothing is said."""
    at = "Server.ConnectedSwitches"
    if not body.sends(at):
        return (SHARED,)
    rows = Switch.objects.select_related("project", "contract")
    return tuple(
        SHARED
        if body.text(f"{at}.{index}.Scope", "") == "shared"
        else referred(request, rows, body, f"{at}.{index}.ID")
        for index in range(len(body.items(at)))
    )


def plan_of(body: Body, at: str = "") -> ServerPlan:
    """The plan with the number in the body, else with its cores and memory. at: where, with a dot at the end."""
    number, generation = body.whole(f"{at}ID", None), body.whole(f"{at}Generation", None)
    wanted = (
        {"number": number} if number else {"cores": body.whole(f"{at}CPU"), "memory_mb": body.whole(f"{at}MemoryMB")}
    )
    plans = ServerPlan.objects.filter(**wanted, **({"generation": generation} if generation else {}))
    plan = plans.order_by("-generation").first()
    if plan is None:
        text = _("There is no such server plan. Plans are listed at product/server.")
        raise Refused(text, code="invalid_plan", field=f"{at}ID", status=400)
    return plan
