"""The carrier as the panel sees it: a small protocol, an embedded simulation.

Performers call it in workers, outside any transaction, each time with the whole line as it shall be: a call made again
leads to the same. Trouble raises `Retryable`, `Rejected` or `Gone`, work that takes time `Pending`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class LineSpec:
    """A line as it shall be. imei: the only device that may use it, or ""; address: its fixed IP, or "".

    networks: codes of the networks it may use.
    """

    active: bool
    imei: str = ""
    address: str = ""
    networks: tuple[str, ...] = ()


class Carrier(Protocol):
    """Lines, each known by the ICCID of its SIM."""

    def provide(self, iccid: str, spec: LineSpec, *, key: UUID, at: datetime) -> None:
        """Make the line like this."""

    def withdraw(self, iccid: str, *, key: UUID, at: datetime) -> None:
        """Nobody's line any more; it carries nothing."""

    def lines(self, iccids: Sequence[str], *, at: datetime) -> dict[str, LineSpec]:
        """How the carrier has them; those it doesn't know are absent."""


@cache
def carrier() -> Carrier:
    """The driver of this installation (settings.CARRIER_DRIVER)."""
    driver: Carrier = import_string(settings.CARRIER_DRIVER)()
    return driver
