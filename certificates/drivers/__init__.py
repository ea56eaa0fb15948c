"""Certification authorities as the panel sees them: a small protocol, a built-in one for development, ACME."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from certificates.authorities.models import Authority


@dataclass(frozen=True)
class Question:
    """How the authority wants to be shown that a name is ours.

    token, answer: over HTTP below /.well-known/acme-challenge/. record: the value of the TXT record _acme-challenge.
    """

    name: str
    token: str
    answer: str
    record: str = ""


@dataclass(frozen=True)
class Window:
    """When the authority wants a certificate to be renewed (ARI, RFC 9773). url: why, when it says so."""

    start: datetime
    end: datetime
    url: str = ""


class Ca(Protocol):
    """An authority. Every call may be repeated: what was done before is found again.

    All raise certificates.reasons.Trouble, and Pending while the authority is at work.
    """

    def register(self) -> str:
        """Our account there, opened if there is none: its address."""

    def begin(self, names: tuple[str, ...], *, replaces: str = "", at: datetime) -> str:
        """A new order: its address. replaces: the certificate that it renews, as `reference` names it."""

    def questions(self, order: str, *, dns: bool) -> tuple[Question, ...]:
        """What is to be answered for the order; nothing for names that were checked before."""

    def validate(self, order: str, *, dns: bool) -> None:
        """Say that the answers stand, and wait until all are accepted."""

    def finalise(self, order: str, csr: str) -> None:
        """Ask for the certificate, once however often it is called."""

    def fetch(self, order: str, *, at: datetime) -> str:
        """The certificate with its chain, PEM."""

    def revoke(self, chain: str, reason: int, *, at: datetime) -> None:
        """Revoke it; a certificate that is revoked already is fine. reason: of RFC 5280, 5.3.1."""

    def is_revoked(self, chain: str, *, at: datetime) -> bool:
        """Whether the authority has revoked it, by its list of revoked certificates; False when it has none."""

    def window(self, chain: str) -> Window | None:
        """When it is to be renewed; None when the authority doesn't say."""

    def reference(self, chain: str) -> str:
        """How an order names the certificate that it replaces; "" when the authority doesn't know that."""


DRIVERS: Mapping[str, str] = {
    "development": "certificates.drivers.development.Development",
    "acme": "certificates.drivers.acme.Acme",
}


def driver_of(authority: "Authority") -> Ca:
    """The driver of an authority, with what it needs to know of it."""
    make: Callable[[Authority], Ca] = import_string(DRIVERS[authority.driver])
    return make(authority)
