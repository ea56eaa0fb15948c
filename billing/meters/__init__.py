"""Facts that months are closed from: spans of time in use, and counts of units.

meters.start(contract, "server", "2core-4gb", at=at)         in use from now on
meters.stop(contract, at=at)                                 nothing of it is in use any more
meters.add(contract, "sms.a2p", 1, source="sms", event_id=uuid.hex, at=at)           one event, counted once
meters.add_many([Reading(contract.pk, "sms.a2p", 1, "e1", at), ...], source="sms", at=at)      many, counted once
meters.accumulate(contract, "sim.data", Decimal("0.4"), source="sim", direction="out", at=at)  one row a day
"""

from billing.meters.actions import add, start, stop
from billing.meters.ingest import Reading, accumulate, add_many
from billing.meters.models import Count, Event, Span

__all__ = ["Count", "Event", "Reading", "Span", "accumulate", "add", "add_many", "start", "stop"]
