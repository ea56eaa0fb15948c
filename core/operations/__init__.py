"""The outbox: what a verb asks of the outside world, performed later by workers through drivers.

    operations.ask("server.power_off", server, by=by, at=at)

The row is written in the verb's own transaction; losing, repeating or shuffling every message of the broker changes
nothing but latency. Each slice exports its performers: `{"server.power_off": Performer(call=..., finish=...)}`.
"""

from core.operations.asking import ask, hasten, latest, pending, retry, supersede
from core.operations.errors import DriverError, Gone, Pending, Quota, Rejected, Retryable

__all__ = [
    "DriverError",
    "Gone",
    "Pending",
    "Quota",
    "Rejected",
    "Retryable",
    "ask",
    "hasten",
    "latest",
    "pending",
    "retry",
    "supersede",
]
