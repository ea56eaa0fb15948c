"""SMPP 3.4: the supplier as carriers speak. `manage.py smpp` holds the link; workers only write into the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from sms.drivers import Fate, Outcome, Outgoing, Receipt, Verdict


@dataclass(frozen=True)
class Account:
    """Where the link goes and what it may carry. rate: submits a second; window: submits without an answer;
    timeout: seconds until a missing answer is unknown; enquire: seconds of silence until the link is asked."""

    host: str
    port: int
    system_id: str
    password: str
    rate: float = 100
    window: int = 50
    timeout: float = 20
    enquire: float = 30

    @classmethod
    def of(cls, url: str) -> Self:
        """smpp://system-id:password@host:2775?rate=100&window=50&timeout=20&enquire=30. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme != "smpp" or not parts.hostname:
            raise ValueError("SMPP_URL must look like smpp://system-id:password@host:2775")
        limits = {name: float(values[0]) for name, values in parse_qs(parts.query).items()}
        if unknown := limits.keys() - {"rate", "window", "timeout", "enquire"}:
            raise ValueError(f"SMPP_URL has an unknown {min(unknown)}")
        window = int(limits.pop("window", cls.window))
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or 2775, user, password, window=window, **limits)

    @property
    def name(self) -> str:
        """How staff tell links apart; without the password."""
        return f"{self.system_id}@{self.host}:{self.port}"[:64]


class Smpp:
    """A `Supplier` for workers, who have nothing to do: the daemon claims, submits and reports by itself.

    SMPP has no word for "this is spam"; the supplier's verdicts (72-2) come by other ways and staff enter them.
    """

    has_daemon = True

    def submit(self, batch: Sequence[Outgoing], *, at: datetime) -> list[Outcome]:
        return [Outcome(each, Fate.UNSENT) for each in batch]

    def receipts(self, *, at: datetime) -> list[Receipt]:
        return []

    def acknowledge(self, receipts: Sequence[Receipt]) -> None:
        pass

    def verdicts(self, *, at: datetime) -> list[Verdict]:
        return []

    def pending(self) -> bool:
        return False
