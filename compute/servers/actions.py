"""The verbs of a server. Pages, API, admin and sweeps call these; none of them repeats a rule."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM, Actor
from accounts.notices import Topic
from accounts.projects.models import Project
from billing import contracts, estimates, meters
from compute.disks import actions as disks
from compute.disks.actions import DiskOrder
from compute.disks.models import Disk
from compute.library import labels
from compute.networks.interfaces import actions as interfaces
from compute.networks.interfaces.actions import SHARED, Wire
from compute.servers.models import Server
from compute.services import SERVER
from compute.zones import ServerPlan, Zone
from core import ids, operations
from core.errors import Refused
from core.secrets import seal, unseal

USER_DATA_BYTES = 65_536


@dataclass(frozen=True)
class ServerOrder:
    """What a customer orders. disk: its first disk, if any; start: whether to start it as soon as it is ready.

    wires: what each of its interfaces is connected to.
    """

    name: str
    zone: Zone
    plan: ServerPlan
    disk: DiskOrder | None = None
    start: bool = False
    host_name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    wires: tuple[Wire, ...] = (SHARED,)


def check_plan(plan: ServerPlan, zone: Zone) -> None:
    """Raise Refused when the plan isn't sold in the zone."""
    if not plan.is_open or zone.code not in plan.zones:
        text = _("The plan %(plan)s is not sold in %(zone)s. Please choose another plan or zone.")
        raise Refused(text % {"plan": plan, "zone": zone}, code="invalid_plan", field="plan", status=400)


@transaction.atomic
def create(project: Project, order: ServerOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime) -> Server:
    """Order a server; it is prepared by a worker and charged only while it runs (2-1, 3-1, 3-2)."""
    order.zone.check_open()
    check_plan(order.plan, order.zone)
    server = drawn_up(project, order, at=at)
    charged = not order.zone.is_sandbox
    server.contract = contracts.open(
        SERVER, server, project=project, accepted=accepted, zone=order.zone.code, charged=charged,
        items=[("server", order.plan.code)], by=by, at=at,
    )  # fmt: skip
    server.save(force_insert=True)
    interfaces.plug(server, order.wires)
    audit.record("server.created", server, by=by, at=at)
    operations.ask("server.create", server, by=by, at=at)
    if order.disk is not None:
        attach(server, disks.create(project, order.disk, by=by, at=at), by=by, at=at)
    if order.start:
        operations.ask("server.start_when_ready", server, by=by, at=at)
    confirm(server, order, at=at)
    return server


def drawn_up(project: Project, order: ServerOrder, *, at: datetime) -> Server:
    """The row of what was ordered, with its key, not saved yet."""
    server = Server(
        project=project,
        zone=order.zone,
        plan=order.plan,
        name=order.name,
        host_name=order.host_name,
        description=order.description,
        tags=list(order.tags),
        created_at=at,
        state_changed_at=at,
    )
    ids.reserve(server)
    return server


def confirm(server: Server, order: ServerOrder, *, at: datetime) -> None:
    """Tell the project what was ordered and what it costs (3-1)."""
    items = [("server", order.plan.code)]
    if order.disk is not None:
        items.append((order.disk.plan.code, order.disk.price_plan))
    price = estimates.order(items, zone=order.zone.code, charged=not order.zone.is_sandbox, at=at)
    notices.send(
        "server.ordered", server, to=server.project, topic=Topic.SERVICE, occasion="ordered",
        act_url=server.get_absolute_url(), at=at, price=price, disk=order.disk,
    )  # fmt: skip


@transaction.atomic
def attach(server: Server, disk: Disk, *, by: Actor, at: datetime) -> None:
    """Put a disk into a server of the same project and zone that is down.

    Raises Refused when the disk is in one already, of no use or elsewhere, or while the server is not down.
    """
    if disk.zone_id != server.zone_id:
        raise Refused(_("The disk and the server are in different zones."))
    if disk.project_id != server.project_id:
        raise Refused(_("The disk and the server are in different projects."))
    if server.hold().state not in (Server.State.PROVISIONING, Server.State.STOPPED):
        raise Refused(_("Stop the server first; then the disk can be attached."))
    if disk.hold("server").server_id is not None:
        raise Refused(_("The disk is attached to a server already."))
    if disk.state not in (Disk.State.MIGRATING, Disk.State.AVAILABLE):
        raise Refused(_("This disk can't be used any more, so it can't be attached."))
    Disk.objects.filter(pk=disk.pk).update(server=server)
    disk.server = server
    operations.ask("server.attach_disk", server, payload={"disk": disk.pk}, by=by, at=at)
    audit.record("disk.attached", disk, by=by, at=at, server=server.name)


@transaction.atomic
def provisioned(server: Server, *, at: datetime) -> None:
    """The machine exists; it is down until somebody starts it."""
    moved = server.move("provisioned", at=at)
    audit.record("server.provisioned", server, moved, by=SYSTEM, at=at)


@transaction.atomic
def provisioning_failed(server: Server, text: str, *, at: datetime) -> None:
    """The machine could not be made: nothing is charged, the customer deletes it or asks us."""
    moved = server.move("provisioning_failed", error=text[:200], at=at)
    audit.record("server.provisioning_failed", server, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def start(server: Server, *, user_data: str = "", by: Actor, at: datetime) -> None:
    """Start the server; it is charged from the moment it runs (7-2).

    user_data: what cloud-init in the guest is given at this boot; it is kept sealed and forgotten when it runs.
    """
    if len(user_data.encode()) > USER_DATA_BYTES:
        raise Refused(_("User data has 64 KB at most."), field="user_data", code="invalid_user_data", status=400)
    if server.is_restricted:
        raise Refused(_("The use of this server is restricted. Please contact us."), clause="7-5", code="restricted")
    if not server.contract.is_running:
        raise Refused(
            _("The contract of this server has ended, so it can't be started."), clause="3-2", code="not_running"
        )
    if Disk.objects.filter(server=server, state=Disk.State.MIGRATING).exists():
        text = _("A disk of this server is still being copied. Start it when the copy is complete.")
        raise Refused(text, code="still_creating")
    sealed = seal(user_data.encode(), bound(server)) if user_data else None
    moved = server.move("start", error="", user_data=sealed, at=at)
    operations.ask("server.power_on", server, by=by, at=at)
    audit.record("server.started", server, moved, by=by, at=at)


def bound(server: Server) -> str:
    """What the envelope of its user data is bound to."""
    return f"{server.project_id}:server-{server.pk}:user-data"


def user_data_of(server: Server) -> str:
    """What cloud-init is given at the boot under way; "" for nothing. Raises Unreadable."""
    return unseal(bytes(server.user_data), bound(server)).decode() if server.user_data else ""


@transaction.atomic
def powered_on(server: Server, *, at: datetime) -> None:
    """The machine runs: from now on it is charged, and any pause is over (7-1, AM-3)."""
    moved = server.move("powered_on", started_at=at, stopped_since=None, user_data=None, at=at)
    charge(server, at=at)
    audit.record("server.powered_on", server, moved, by=SYSTEM, at=at)


def charge(server: Server, *, at: datetime) -> None:
    """It runs and is charged from now; without a contract it isn't, and a sweep stops it (3-2)."""
    if server.contract.is_running:
        meters.start(server.contract, "server", server.plan.code, at=at)


@transaction.atomic
def power_on_failed(server: Server, text: str, *, at: datetime) -> None:
    """It did not start: it stays stopped, uncharged, and a pause goes on."""
    moved = server.move("power_on_failed", error=text[:200], user_data=None, at=at)
    audit.record("server.power_on_failed", server, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def stop(server: Server, *, by: Actor, at: datetime) -> None:
    """Stop the server; from now on only its disks are charged (7-1, 7-2)."""
    moved = server.move("stop", stopped_since=pause_begins(by, at), at=at)
    meters.stop(server.contract, at=at)
    operations.ask("server.power_off", server, by=by, at=at)
    audit.record("server.stopped", server, moved, by=by, at=at)


@transaction.atomic
def force_stop(server: Server, *, by: Actor, at: datetime) -> None:
    """Cut the power without waiting for the guest, also while it is stopping (7-1, 7-2)."""
    pause = {"stopped_since": pause_begins(by, at)} if server.can("stop") else {}
    moved = server.move("force_stop", **pause, at=at)
    meters.stop(server.contract, at=at)
    operations.supersede("server.power_off", server, at=at)
    operations.ask("server.power_off", server, payload={"force": True}, by=by, at=at)
    audit.record("server.force_stopped", server, moved, by=by, at=at)


def pause_begins(by: Actor, at: datetime) -> datetime | None:
    """A pause is a stop by the customer; stops by the provider don't count (7-1, AM-3)."""
    return None if by.sees_all else at


@transaction.atomic
def powered_off(server: Server, *, at: datetime) -> None:
    """The machine is down."""
    moved = server.move("powered_off", at=at)
    audit.record("server.powered_off", server, moved, by=SYSTEM, at=at)


@transaction.atomic
def found_down(server: Server, *, since: datetime, at: datetime) -> None:
    """The machine went down by itself, and was first seen so at `since`: until then it is charged (7-2).

    Who did it, the guest or its host, nobody can tell, so no pause begins (AM-3).
    """
    moved = server.move("found_down", at=at)
    meters.stop(server.contract, at=since)
    audit.record("server.found_down", server, moved, by=SYSTEM, at=at)


@transaction.atomic
def power_off_again(server: Server, *, by: Actor, at: datetime) -> None:
    """Staff cut the power of a machine that runs although its server is stopped. Raises Refused for any other."""
    if server.hold().state != Server.State.STOPPED:
        raise Refused(_("This server is no longer stopped."))
    operations.ask("server.power_off", server, payload={"force": True}, by=by, at=at)
    audit.record("server.powered_off_again", server, by=by, at=at)


@transaction.atomic
def power_off_failed(server: Server, text: str, *, at: datetime) -> None:
    """It did not stop: it runs on and is charged again from now; there is no pause."""
    moved = server.move("power_off_failed", error=text[:200], stopped_since=None, at=at)
    charge(server, at=at)
    audit.record("server.power_off_failed", server, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def reset(server: Server, *, by: Actor, at: datetime) -> None:
    """Press the reset button; the running time is not cut."""
    moved = server.move("reset", at=at)
    operations.ask("server.reset", server, by=by, at=at)
    audit.record("server.reset", server, moved, by=by, at=at)


@transaction.atomic
def change_plan(server: Server, plan: ServerPlan, *, by: Actor, at: datetime) -> None:
    """Give the stopped server another plan and a new number; its price starts a new ladder (3-2).

    Raises Refused for the plan it has, one not sold in its zone, or while it is not stopped.
    """
    check_plan(plan, server.zone)
    if plan.pk == server.plan_id:
        raise Refused(_("The server has this plan already."), field="plan")
    former, was = server.number, server.plan
    moved = server.move("change_plan", plan_id=plan.pk, at=server.state_changed_at)
    server.plan = plan
    lowers = (plan.cores, plan.memory_mb) < (was.cores, was.memory_mb)
    contracts.change(server.contract, lowers=lowers, by=by, at=at)
    ids.renumber(server, at=at)
    operations.ask("server.resize", server, by=by, at=at)
    audit.record("server.plan_changed", server, moved, by=by, at=at, was=was.code, plan=plan.code, former=former)


@transaction.atomic
def edit(server: Server, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    labels.edit(server, "server.edited", name=name, description=description, tags=tags, by=by, at=at)


@transaction.atomic
def restrict(server: Server, *, restricted: bool, by: Actor, at: datetime) -> None:
    """Staff restrict the use of the server, or lift it: a restricted server can't be started (7-5)."""
    Server.objects.filter(pk=server.pk).update(is_restricted=restricted)
    server.is_restricted = restricted
    audit.record("server.restricted" if restricted else "server.unrestricted", server, by=by, at=at)


@transaction.atomic
def delete(server: Server, *, with_disks: list[Disk], by: Actor, at: datetime) -> None:
    """Delete the stopped server; its contract ends the same day (6-1). Other disks are detached and stay charged.

    Raises Refused while it is protected, running or in transition, or when something depends on its contract.
    """
    if server.hold("protected").protected:
        raise Refused(_("This server is protected against deletion. Remove the protection first."))
    moved = server.move("delete", stopped_since=None, cdrom=None, user_data=None, at=at)
    if server.contract.is_running:
        contracts.close(server.contract, reason="cancelled", by=by, at=at)
    chosen = {disk.pk for disk in with_disks}
    for disk in Disk.objects.filter(server=server).select_related("contract"):
        disks.detach(disk, by=by, at=at)
        if disk.pk in chosen:
            disks.delete(disk, by=by, at=at)
    interfaces.release(server)
    operations.ask("server.delete", server, by=by, at=at)
    audit.record("server.deleted", server, moved, by=by, at=at)
