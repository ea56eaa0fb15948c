"""Secret keys of local routers, at rest in envelopes."""

from hmac import compare_digest

from accounts.access import SYSTEM
from compute.networks.local_routers.models import LocalRouter, Peer
from core import secrets

# What happens on one side by the other one's doing: who did it there is nobody's business here.
NOBODY = SYSTEM


def seal(router: LocalRouter, key: str) -> bytes:
    """An envelope around the key of a local router."""
    return secrets.seal(key.encode(), bound(router.pk, "key"))


def of_router(router_pk: int, envelope: bytes) -> str:
    """The secret key of a local router."""
    return secrets.unseal(bytes(envelope), bound(router_pk, "key")).decode()


def seal_entered(router_pk: int, key: str) -> bytes:
    """An envelope around a peer's key as it was entered at a local router."""
    return secrets.seal(key.encode(), bound(router_pk, "peer"))


def as_entered(router_pk: int, envelope: bytes) -> str:
    """A peer's key as it was entered at a local router."""
    return secrets.unseal(bytes(envelope), bound(router_pk, "peer")).decode()


def bound(router_pk: int, purpose: str) -> str:
    return f"local-router:{router_pk}:{purpose}"


def fits(key: str, other: LocalRouter) -> bool:
    """Whether it is the present key of a local router, compared in constant time."""
    return compare_digest(key.encode("utf-8", "surrogatepass"), of_router(other.pk, other.sealed_key).encode())


def fits_peer(key: str, peer: Peer) -> bool:
    """Whether it is the key that was entered for a peer, or that one's present key."""
    return key == as_entered(peer.router_id, peer.sealed_key) or fits(key, peer.other)
