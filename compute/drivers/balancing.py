"""Load balancers as the panel sees them: a small protocol, an embedded simulation, HAProxy beside it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class ListenerSpec:
    """A port that is listened on. mode: "http", "https" or "tcp"; redirects: HTTP is sent on to HTTPS."""

    port: int
    mode: str
    redirects: bool = False


@dataclass(frozen=True)
class TargetSpec:
    """A server that requests are handed to. ref: ours, it never changes; one that isn't enabled gets nothing."""

    ref: str
    address: str
    port: int
    enabled: bool = True


@dataclass(frozen=True)
class HealthSpec:
    """How targets are looked at: by GET of a path (2xx and 3xx are healthy), or by connecting when it is ""."""

    path: str = ""
    host: str = ""
    seconds: int = 10


@dataclass(frozen=True)
class CertificateSpec:
    """A certificate for HTTPS. pem: its chain, leaf first, then the private key; secret."""

    fingerprint: str
    pem: str


@dataclass(frozen=True)
class AnswerSpec:
    """What is answered to GET of a path over HTTP, before anything else: how an authority sees whose name it is."""

    path: str
    body: str


@dataclass(frozen=True)
class BalancerSpec:
    """All of one load balancer. sticky: a browser stays with the target it was handed to first, by a cookie."""

    address: str
    listeners: tuple[ListenerSpec, ...] = ()
    targets: tuple[TargetSpec, ...] = ()
    health: HealthSpec = HealthSpec()
    sticky: bool = False
    certificates: tuple[CertificateSpec, ...] = ()
    answers: tuple[AnswerSpec, ...] = ()


class Balancer(Protocol):
    """Load balancers, each known by a `ref` of ours that never changes ("balancer-17")."""

    def configure(self, ref: str, spec: BalancerSpec, *, key: UUID, at: datetime) -> None:
        """Make it, or give it another configuration without dropping what is under way. Raises like a hypervisor."""

    def delete(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def health(self, ref: str) -> dict[str, str]:
        """How each target is by its ref: "up", "down" or "off"; empty when nothing is known."""

    def serves(self, ref: str, fingerprint: str, *, name: str, address: str, port: int) -> bool:
        """Whether somebody who asks for the name at that port is shown the certificate with this SHA-256."""


@cache
def balancer() -> Balancer:
    """The driver of this installation (settings.BALANCER_DRIVER)."""
    driver: Balancer = import_string(settings.BALANCER_DRIVER)()
    return driver
