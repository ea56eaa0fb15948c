"""The verbs of a local router: order, its place in a network, its routes, its key, its end. Peers: peering.py."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.notices import Topic
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import REFUSES
from compute.library import labels
from compute.networks import confirming
from compute.networks.interfaces.models import Interface
from compute.networks.local_routers import keys
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.local_routers.wires import Route, Wire, check_routes, overlapping, unfit
from compute.networks.switches.models import Switch
from compute.services import LOCAL_ROUTER
from core import ids, operations
from core.errors import Refused

ITEMS = [("local-router", "")]


@dataclass(frozen=True)
class Place:
    """Where a local router stands: the switch, its addresses there, and what lies behind. Nowhere without a switch."""

    switch: Switch | None = None
    wire: Wire | None = None
    routes: tuple[Route, ...] = ()

    def columns(self) -> dict[str, Any]:
        """As the row has it."""
        wire = self.wire
        return {
            "switch": self.switch,
            "network": str(wire.network) if wire else None,
            "virtual_address": wire.virtual if wire else None,
            "first_address": wire.first if wire else None,
            "second_address": wire.second if wire else None,
            "vrid": wire.vrid if wire else None,
            "routes": [[route.prefix, route.next_hop] for route in self.routes],
        }


@transaction.atomic
def create(
    project: Project,
    *,
    name: str,
    description: str = "",
    tags: Collection[str] = (),
    accepted: Collection[str] = (),
    by: Actor,
    at: datetime,
) -> LocalRouter:
    """Order a local router; charged from now until it is deleted (18-1).

    The six points about peer connections are accepted, and recorded, before there is anything to peer with (19-1).
    """
    router = LocalRouter(
        project=project, name=name, description=description, tags=list(tags), keyed_at=at, created_at=at,
        state_changed_at=at,
    )  # fmt: skip
    ids.reserve(router)
    router.sealed_key = keys.seal(router, new_key())
    router.contract = contracts.open(
        LOCAL_ROUTER, router, project=project, accepted=accepted, items=ITEMS, by=by, at=at
    )  # fmt: skip
    router.save(force_insert=True)
    meters.start(router.contract, "local-router", at=at)
    operations.ask("local_router.set", router, by=by, at=at)
    audit.record("local_router.created", router, by=by, at=at)
    confirming.ordered(router, ITEMS, at=at)
    return router


def new_key() -> str:
    """A secret key: 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


@transaction.atomic
def connect(
    router: LocalRouter,
    switch: Switch,
    wire: Wire,
    *,
    routes: tuple[Route, ...] | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Let it stand in the network of a switch, or stand there otherwise; peers can reach that network (18-1).

    routes: its static routes from now on; None: those that it has. Raises Refused for addresses that can't be or are
    taken, for a switch of another project or of the sandbox, and when its networks overlap with those of a peer.
    """
    behind = router.refreshed().static_routes if routes is None else routes
    place(router, Place(switch, wire, behind), by=by, at=at)
    audit.record("local_router.connected", router, by=by, at=at, switch=switch.name, network=str(wire.network))


@transaction.atomic
def disconnect(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Take it off its switch, static routes too; it goes on and is charged. Raises Refused when it is on none."""
    switch = router.refreshed().switch
    if switch is None:
        raise Refused(_("This local router is on no switch."), code="conflict")
    place(router, Place(), by=by, at=at)
    audit.record("local_router.disconnected", router, by=by, at=at, switch=switch.name)


@transaction.atomic
def set_routes(router: LocalRouter, routes: tuple[Route, ...], *, by: Actor, at: datetime) -> None:
    """Replace its static routes; its peers learn them. Raises Refused for routes that can't be."""
    now = router.refreshed()
    place(router, Place(now.switch, now.wire, routes), by=by, at=at)
    audit.record("local_router.routed", router, by=by, at=at, count=len(routes))


def place(router: LocalRouter, wanted: Place, *, by: Actor, at: datetime) -> None:
    """Write down where it stands, all at once or nothing. Within a transaction."""
    if router.hold("switch").state != LocalRouter.State.AVAILABLE:
        raise Refused(_("This local router was deleted meanwhile."), code="conflict")
    if wanted.wire:
        wanted.wire.check()
    check_routes(wanted.routes, wanted.wire)
    if wanted.switch and wanted.wire:
        check_switch(router, wanted.switch, wanted.wire)
    check_peers(router, wanted)
    before = router.switch
    stand(router, wanted)
    if before is not None and before != wanted.switch:
        contracts.unlink(router.contract, before.contract)
    if wanted.switch is not None and before != wanted.switch:
        contracts.link(router.contract, wanted.switch.contract, REFUSES)
    ask_with_peers(router, by=by, at=at)


def check_switch(router: LocalRouter, switch: Switch, wire: Wire) -> None:
    """Raise Refused for a switch it can't be on, and for addresses that something has there."""
    if router.project_id != switch.project_id:
        raise Refused(_("The local router and the switch are in different projects."), field="switch")
    if switch.zone.is_sandbox:
        raise Refused(_("Nothing leads out of a sandbox zone. Choose a switch of another zone."), field="switch")
    if switch.hold().state != Switch.State.AVAILABLE:
        raise Refused(_("This switch was deleted meanwhile. Choose another one."), field="switch")
    taken = set(Interface.objects.alive().filter(switch=switch).values_list("user_address", flat=True))
    others = LocalRouter.objects.filter(switch=switch).exclude(pk=router.pk)
    for addresses in others.values_list("virtual_address", "first_address", "second_address"):
        taken |= set(addresses)
    for field, text in zip(("virtual", "first", "second"), wire.addresses, strict=True):
        if text in taken:
            raise Refused(_("%(address)s is in use on this switch already.") % {"address": text}, field=field)


def check_peers(router: LocalRouter, wanted: Place) -> None:
    """Raise Refused when its networks would overlap with those of a peer it is connected with."""
    own = ([str(wanted.wire.network)] if wanted.wire else []) + [route.prefix for route in wanted.routes]
    for peer in Peer.objects.up().filter(router=router).select_related("other"):
        clash = overlapping(own, peer.other.reaches)
        if clash is not None:
            text = _("%(own)s overlaps with %(other)s, which the peer %(number)s has. Both can't be routed.")
            words = {"own": clash[0], "other": clash[1], "number": peer.other.number}
            raise unfit(text % words, "virtual")


def stand(router: LocalRouter, wanted: Place) -> None:
    """Write it down, or raise Refused when the VRID is taken; the database decides among rivals."""
    values = wanted.columns()
    try:
        with transaction.atomic():
            LocalRouter.objects.filter(pk=router.pk).update(**values)
    except IntegrityError as error:
        text = _("Another local router on this switch has this VRID already. Choose another one.")
        raise Refused(text, field="vrid", code="conflict") from error
    router.refresh_from_db()


def ask_with_peers(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Let workers set up the local router, and those that are connected with it."""
    operations.ask("local_router.set", router, by=by, at=at)
    for peer in Peer.objects.up().filter(router=router).select_related("other"):
        operations.ask("local_router.set", peer.other, by=by, at=at)


@transaction.atomic
def rotate_key(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Replace the secret key: the old one opens no new peer connection; those that there are go on (19-1)."""
    if router.hold().state != LocalRouter.State.AVAILABLE:
        raise Refused(_("This local router was deleted meanwhile."), code="conflict")
    sealed = keys.seal(router, new_key())
    LocalRouter.objects.filter(pk=router.pk).update(sealed_key=sealed, keyed_at=at)
    router.sealed_key, router.keyed_at = sealed, at
    audit.record("local_router.key_replaced", router, by=by, at=at)


@transaction.atomic
def set_up_again(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Let workers set it up once more, as the panel has it."""
    operations.ask("local_router.set", router, by=by, at=at)
    audit.record("local_router.set_up_again", router, by=by, at=at)


def edit(router: LocalRouter, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it."""
    labels.edit(router, "local_router.edited", by=by, at=at, **values)


def protect(router: LocalRouter, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock the local router against deletion, or unlock it."""
    labels.protect(router, "local_router", protected=protected, by=by, at=at)


@transaction.atomic
def delete(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Delete it; its contract ends the same day (6-1, AM-28). Its peers lose it, are told, and go on (19-1).

    Raises Refused with the list while an AWS connection needs it (AM-12), and while it is protected.
    """
    if router.hold("protected").protected:
        raise Refused(_("This local router is protected against deletion. Remove the protection first."))
    if router.contract.is_running:
        contracts.close(router.contract, reason="cancelled", by=by, at=at)
    remove(router, by=by, at=at)


@transaction.atomic
def remove(router: LocalRouter, *, by: Actor, at: datetime) -> None:
    """Take away the local router of a contract that has ended; tell both sides what breaks with it (19-1)."""
    switch = router.hold("switch").switch
    lost = list(Peer.objects.filter(other=router).select_related("router__project"))
    connected = list(Peer.objects.up().filter(router=router).values_list("other__number", flat=True))
    if switch is not None:
        stand(router, Place())
        contracts.unlink(router.contract, switch.contract)
    Peer.objects.filter(router=router).delete()
    moved = router.move("delete", at=at)
    operations.ask("local_router.delete", router, by=by, at=at)
    audit.record("local_router.deleted", router, moved, by=by, at=at, peers=", ".join(map(str, connected)) or "—")
    for peer in lost:
        break_off(peer, "ended", at=at)
    notices.send(
        "local_router.ended", router, to=router.project, topic=Topic.SERVICE, occasion="ended", at=at, peers=connected
    )  # fmt: skip


def break_off(peer: Peer, reason: str, *, at: datetime) -> None:
    """Tell the side that is left that its peer doesn't answer any more, and that its own fee goes on (19-1).

    reason: "ended" (the peer's contract), "left" or "off" (the peer's settings). Within a transaction.
    """
    operations.ask("local_router.set", peer.router, by="peering", at=at)
    audit.record(f"local_router.peer_{reason}", peer.router, by=keys.NOBODY, at=at, peer=peer.other.number)
    notices.send(
        "local_router.broken", peer, to=peer.router.project, topic=Topic.SERVICE, occasion=at.isoformat(),
        act_url=peer.get_absolute_url(), at=at, reason=reason, router=peer.router, other=peer.other.number,
    )  # fmt: skip
