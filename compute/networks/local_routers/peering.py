"""Peer connections: two local routers that name each other, each with the other's secret key (19-1)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from compute.networks.local_routers import keys
from compute.networks.local_routers.actions import ask_with_peers, break_off
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.local_routers.wires import overlapping, unfit
from core import operations
from core.errors import Refused

# Peers that one local router can name (18-1).
PEERS = 30


@transaction.atomic
def add(
    router: LocalRouter,
    number: int,
    key: str,
    *,
    description: str = "",
    enabled: bool = True,
    by: Actor,
    at: datetime,
) -> Peer:
    """Name a peer by its number and secret key; traffic flows once it names us, too (19-1).

    Raises Refused for itself, a wrong number or key, a peer it names already, one too many (18-1), overlaps.
    """
    other = found(router, number, key)
    for one in sorted((router, other), key=lambda one: one.pk):
        if one.hold().state != LocalRouter.State.AVAILABLE:
            raise Refused(_("This local router was deleted meanwhile."), code="conflict")
    check_room(router, other)
    check_apart(router, other)
    peer = Peer.objects.create(
        router=router, other=other, enabled=enabled, description=description, created_at=at,
        sealed_key=keys.seal_entered(router.pk, key),
    )  # fmt: skip
    audit.record("local_router.peer_added", router, by=by, at=at, peer=other.number)
    switched(peer, by=by, at=at)
    return peer


def found(router: LocalRouter, number: int, key: str) -> LocalRouter:
    """The local router with this number and key. Raises Refused, with the same words whatever is wrong."""
    if number == router.number:
        raise Refused(_("A local router can't be its own peer."), clause="19-1", field="number", status=400)
    other: LocalRouter | None = LocalRouter.objects.filter(state=LocalRouter.State.AVAILABLE, number=number).first()
    if other is None or not keys.fits(key, other):
        raise wrong_key()
    return other


def wrong_key() -> Refused:
    text = _("No local router has this ID and secret key. Ask who gave them to you; the key may have been replaced.")
    return Refused(text, clause="19-1", code="invalid_peer_key", field="key", status=404)


def check_room(router: LocalRouter, other: LocalRouter) -> None:
    """Raise Refused when it names the peer already, or as many as it can."""
    if router.peers.filter(other=other).exists():
        raise Refused(_("This local router names that peer already."), field="number", code="conflict")
    if router.peers.count() >= PEERS:
        text = _("A local router has at most %(count)s peers. Remove one first.")
        raise Refused(text % {"count": PEERS}, clause="18-1", code="limit_count_in_router")


def check_apart(router: LocalRouter, other: LocalRouter) -> None:
    """Raise Refused when both can't be routed: their networks overlap, or that of another peer does."""
    router.refresh_from_db()
    other.refresh_from_db()
    known = list(router.reaches)
    for peer in Peer.objects.up().filter(router=router).exclude(other=other).select_related("other"):
        known += peer.other.reaches
    clash = overlapping(known, other.reaches)
    if clash is not None:
        text = _("The peer has %(other)s, which overlaps with %(own)s here. Both can't be routed.")
        raise unfit(text % {"other": clash[1], "own": clash[0]}, "number")


def switched(peer: Peer, *, by: Actor, at: datetime) -> None:
    """Set up both sides when they are connected now, and write it into the other side's log."""
    back = Peer.objects.up().filter(router=peer.other_id, other=peer.router_id).first()
    if back is None:
        operations.ask("local_router.set", peer.router, by=by, at=at)
        return
    ask_with_peers(peer.router, by=by, at=at)
    for side, other in ((peer.router, peer.other), (peer.other, peer.router)):
        audit.record("local_router.peered", side, by=keys.NOBODY, at=at, peer=other.number)


@transaction.atomic
def switch(peer: Peer, *, enabled: bool, by: Actor, at: datetime) -> None:
    """Switch a peer connection off, or on again; the other side is told when it loses it (19-1)."""
    peer.router.hold()
    if enabled:
        check_apart(peer.router, peer.other)
    was_up = Peer.objects.up().filter(pk=peer.pk).exists()
    if not Peer.objects.filter(pk=peer.pk, enabled=not enabled).update(enabled=enabled):
        raise Refused(_("Somebody else has changed this meanwhile. Reload the page and look again."), code="conflict")
    peer.enabled = enabled
    verb = "local_router.peer_enabled" if enabled else "local_router.peer_disabled"
    audit.record(verb, peer.router, by=by, at=at, peer=peer.other.number)
    switched(peer, by=by, at=at)
    if was_up:
        leave(peer, "off", at=at)


@transaction.atomic
def edit(peer: Peer, *, description: str, by: Actor, at: datetime) -> None:
    """Change what is noted about a peer."""
    Peer.objects.filter(pk=peer.pk).update(description=description)
    peer.description = description
    audit.record("local_router.peer_edited", peer.router, by=by, at=at, peer=peer.other.number)


@transaction.atomic
def remove(peer: Peer, *, by: Actor, at: datetime) -> None:
    """Name the peer no longer; the other side, whose fee goes on, is told when it loses us (19-1)."""
    peer.router.hold()
    was_up = Peer.objects.up().filter(pk=peer.pk).exists()
    gone, _by_model = Peer.objects.filter(pk=peer.pk).delete()
    if not gone:
        raise Refused(_("This peer was removed meanwhile."), code="conflict")
    operations.ask("local_router.set", peer.router, by=by, at=at)
    audit.record("local_router.peer_removed", peer.router, by=by, at=at, peer=peer.other.number)
    if was_up:
        leave(peer, "left", at=at)


def leave(peer: Peer, reason: str, *, at: datetime) -> None:
    """Tell the other side that it has lost us."""
    back = Peer.objects.select_related("router__project", "other").filter(router=peer.other_id, other=peer.router_id)
    break_off(back.get(), reason, at=at)


def first_peer(router: LocalRouter) -> bool:
    """Whether it has named nobody yet: then the six points are shown again (19-1)."""
    return not router.peers.exists()
