"""What the panel asks of a card gateway. Every call carries the caller's key: the same key never acts twice."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol, Self

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string


class Status(TextChoices):
    """What became of a setup or a payment at the gateway."""

    OPEN = "OPEN"  # waiting for the customer
    DONE = "DONE"  # the card is stored
    HELD = "HELD"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    REFUNDED = "REFUNDED"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class StoredCard:
    """A card the gateway keeps for us; its number never reaches us."""

    token: str
    brand: str
    last4: str
    expires_on: date


@dataclass(frozen=True)
class Outcome:
    """What the gateway says about one of its objects. amount: yen still held or paid. problem: why it was declined."""

    reference: str
    status: str
    amount: int = 0
    client_secret: str = ""
    card: StoredCard | None = None
    problem: str = ""


@dataclass(frozen=True)
class Transaction:
    """A payment at the gateway. key: ours, "" if we didn't ask for it. amount: yen taken less what was given back."""

    reference: str
    key: str
    amount: int


@dataclass(frozen=True)
class Browser:
    """What the one page that takes a card needs when the browser itself gives it to the gateway.

    origins: whence it may load scripts and frames, and whom it may ask, beside ourselves. script: the gateway's own.
    module: ours, a static file. key: public. texts: what to say, by the gateway's codes; "other" for any other code.
    """

    origins: tuple[str, ...]
    script: str
    module: str
    key: str
    texts: Mapping[str, Any]


class Forged(Exception):
    """A call that pretends to be the gateway's: wrong signature, too old, or no event at all."""


@dataclass(frozen=True)
class Event:
    """The gateway's hint that one of its objects has changed; what it is now is always asked anew."""

    id: str
    kind: str
    reference: str

    @classmethod
    def parse(cls, body: bytes, thing: Callable[[Any], Any]) -> Self:
        """From JSON with `id` and `type`. thing: finds the object that has changed in it. Raises ValueError."""
        try:
            data = json.loads(body)
            made = cls(str(data["id"]), str(data["type"]), str(thing(data)["id"]))
        except (KeyError, TypeError) as error:
            raise ValueError("not an event") from error
        if "\0" in body.decode() or max(len(made.id), len(made.kind), len(made.reference)) > 100:
            raise ValueError("not an event")
        return made


class Gateway(Protocol):
    """A card gateway. Raises core.operations.Retryable for an unknown outcome, Gone for an unknown reference.

    A declined card is an outcome, never an error. Gateways remember keys for a day or so: after an unknown outcome ask
    `find` with the same key before calling again.
    """

    # The template with which the customer gives the card to the gateway; its context has `setup`.
    template: str
    # For that page; None when the panel itself takes the card (only the simulated gateway does).
    browser: Browser | None

    def create_setup(self, key: str, customer: str) -> Outcome:
        """Begin storing a card of that customer; the browser continues with `client_secret`."""

    def hold(self, key: str, token: str, amount: int) -> Outcome:
        """Reserve so many yen on a stored card (4-3)."""

    def capture(self, key: str, reference: str, amount: int) -> Outcome:
        """Take at most the held yen; the rest is released. Again with the same amount: the same outcome.

        Raises Rejected when nothing, or less, is held.
        """

    def release(self, key: str, reference: str) -> Outcome:
        """Give a hold up."""

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        """Hold and capture at once."""

    def refund(self, key: str, reference: str, amount: int) -> Outcome:
        """Give captured yen back; what became of the key before is looked up first, however long ago it was.

        Raises Rejected beyond what was captured, and when the bank doesn't take it.
        """

    def forget(self, key: str, token: str) -> None:
        """Forget a stored card; what is held on it stays and can be captured. Raises Gone for an unknown one."""

    def lookup(self, reference: str) -> Outcome:
        """What an object is now."""

    def find(self, key: str, since: datetime) -> Outcome | None:
        """What the setup, hold, charge or refund with that key, asked at or after `since`, led to; None: it never came.

        Of a refund it is the payment from which yen were given back.
        """

    def transactions(self, since: datetime) -> Iterable[Transaction]:
        """Every payment taken that was begun, or from which yen were given back, at or after `since`; maybe older ones.

        What is only held, was released or declined is left out.
        """

    def event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """The event in a call to our inbox. Raises Forged unless the gateway signed it."""


@cache
def gateway() -> Gateway:
    """The gateway of this installation (setting PAYMENT_GATEWAY)."""
    made: Gateway = import_string(settings.PAYMENT_GATEWAY)()
    return made
