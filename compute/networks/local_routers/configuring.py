"""The settings of a local router replaced as a whole, as tools that describe what shall be do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Actor
from compute.networks.local_routers import actions, keys, peering
from compute.networks.local_routers.actions import Place
from compute.networks.local_routers.models import LocalRouter, Peer
from core.errors import Refused


@dataclass(frozen=True)
class Named:
    """A peer that shall be named."""

    number: int
    key: str
    enabled: bool = True
    description: str = ""


@transaction.atomic
def configure(router: LocalRouter, place: Place, named: Sequence[Named], *, by: Actor, at: datetime) -> None:
    """Let it stand there and name exactly these; only what differs is changed (18-1, 19-1). All of it, or Refused."""
    numbers = [one.number for one in named]
    if len(set(numbers)) < len(numbers):
        raise Refused(_("A peer is named twice."), code="bad_request", field="number", status=400)
    stand(router, place, by=by, at=at)
    present = {peer.other.number: peer for peer in router.peers.select_related("router", "other")}
    for number, peer in present.items():
        if number not in numbers:
            peering.remove(peer, by=by, at=at)
    for one in named:
        keep(router, present.get(one.number), one, by=by, at=at)


def stand(router: LocalRouter, place: Place, *, by: Actor, at: datetime) -> None:
    """Let it stand there, if it doesn't yet."""
    if (router.switch, router.wire, router.static_routes) == (place.switch, place.wire, place.routes):
        return
    if place.switch is None and not place.routes and router.switch is not None:
        actions.disconnect(router, by=by, at=at)
    elif place.switch is not None and place.wire is not None:
        actions.connect(router, place.switch, place.wire, routes=place.routes, by=by, at=at)
    else:
        actions.set_routes(router, place.routes, by=by, at=at)


def keep(router: LocalRouter, peer: Peer | None, wanted: Named, *, by: Actor, at: datetime) -> None:
    """Name a peer, or leave it as it is but for what differs. Raises Refused for a wrong key."""
    if peer is None:
        peering.add(
            router, wanted.number, wanted.key, description=wanted.description, enabled=wanted.enabled, by=by, at=at
        )
        return
    if not keys.fits_peer(wanted.key, peer):
        raise peering.wrong_key()
    if peer.description != wanted.description:
        peering.edit(peer, description=wanted.description, by=by, at=at)
    if peer.enabled != wanted.enabled:
        peering.switch(peer, enabled=wanted.enabled, by=by, at=at)
