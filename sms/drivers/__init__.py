"""The supplier of SMS as the panel sees it: a small protocol, an embedded simulation (67-1).

`submit` hands texts over, outside any transaction; each outcome says what is known. A text is never submitted twice:
when nobody knows whether it went out, the outcome is UNKNOWN, and a receipt may settle it later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Outgoing:
    """One text on its way. pk and token: of its row and claim; account: who sends, for the supplier's own review."""

    pk: int
    token: int
    uuid: UUID
    account: str
    sender: str
    destination: str
    text: str


class Fate(Enum):
    """What became of a submit."""

    TAKEN = "taken"
    REFUSED = "refused"  # the supplier said no: not handed over, not charged
    LATER = "later"  # the supplier asks us to slow down: not handed over
    UNSENT = "unsent"  # never on the wire
    UNKNOWN = "unknown"  # on the wire, no answer


@dataclass(frozen=True)
class Outcome:
    """What became of one text. supplier_id: its number with the supplier; error: why not, for people."""

    outgoing: Outgoing
    fate: Fate
    supplier_id: str = ""
    error: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the supplier reports about a text: DELIVRD, UNDELIV, EXPIRED, REJECTD, ... destination: digits, or ""."""

    supplier_id: str
    status: str
    error: str = ""
    destination: str = ""


@dataclass(frozen=True)
class Verdict:
    """The supplier, which alone may analyse texts, says that an account sends spam (72-2)."""

    account: str
    text: str


class Supplier(Protocol):
    """Takes texts and reports about them. has_daemon: a process of its own empties the outbox, not the workers."""

    has_daemon: bool

    def submit(self, batch: Sequence[Outgoing], *, at: datetime) -> list[Outcome]: ...
    def receipts(self, *, at: datetime) -> list[Receipt]:
        """What is reported; repeated until it is acknowledged."""

    def acknowledge(self, receipts: Sequence[Receipt]) -> None:
        """The reports are written down."""

    def verdicts(self, *, at: datetime) -> list[Verdict]: ...
    def pending(self) -> bool:
        """Whether reports are still to come without anything being sent."""


@cache
def supplier() -> Supplier:
    """The driver that workers use (settings.SMS_DRIVER)."""
    driver: Supplier = import_string(settings.SMS_DRIVER)()
    return driver
