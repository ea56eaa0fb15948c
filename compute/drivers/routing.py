"""Local routers as the panel sees them: a small protocol, an embedded simulation, network namespaces beside it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class LinkSpec:
    """A peer it is connected with. router: the peer's ref; routes: prefixes behind it; leads: the first of the two."""

    router: str
    routes: tuple[str, ...] = ()
    leads: bool = True


@dataclass(frozen=True)
class RouterSpec:
    """All of one local router. switch: ref of its network, "" for none; addresses there: virtual, first, second.

    addresses: with the length of the prefix, "192.168.0.1/24"; routes: static ones, prefix and next hop.
    """

    switch: str = ""
    addresses: tuple[str, ...] = ()
    vrid: int = 0
    routes: tuple[tuple[str, str], ...] = ()
    links: tuple[LinkSpec, ...] = ()


@dataclass(frozen=True)
class Flow:
    """Bytes a second that a local router received from its switch and sent to it, at an instant."""

    at: datetime
    receive: float
    send: float


class Routing(Protocol):
    """Local routers, each known by a `ref` of ours that never changes ("local-router-17")."""

    def set_router(self, ref: str, spec: RouterSpec, *, key: UUID, at: datetime) -> None:
        """Make it, or make it like this without dropping what stays. Raises like a hypervisor."""

    def delete_router(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def health(self, ref: str) -> dict[str, str]:
        """Whether the connection with each peer works, by the peer's ref: "up" or "down"."""

    def flows(self, ref: str, start: datetime, end: datetime, step: int) -> list[Flow]:
        """Measurements every `step` seconds in [start, end); empty where none are kept."""


@cache
def routing() -> Routing:
    """The driver of this installation (settings.ROUTING_DRIVER)."""
    driver: Routing = import_string(settings.ROUTING_DRIVER)()
    return driver
