"""Writing down when services were out, and looking at it; upper apps call this in their own transaction."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from billing.contracts.models import Contract
from billing.credits.models import Outage
from core.errors import Refused
from core.ids import kind_of

# How long before maintenance its services are marked.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Fact:
    """A contract's service was out from `start` to `end`; without an end it still is."""

    contract: Contract
    cause: str
    start: datetime
    end: datetime | None


@transaction.atomic
def record(source: models.Model, facts: Iterable[Fact]) -> int:
    """Write what a source says instead of what it said before; returns how many rows there are.

    source: a thing with a public number, for example an incident. Time outside a contract's life is left out. Raises
    Refused for an end that isn't after its start.
    """
    own = {"source_kind": kind_of(source), "source_pk": source.pk}
    Outage.objects.filter(**own).delete()
    rows = []
    for fact in facts:
        if fact.end is not None and fact.end <= fact.start:
            raise Refused(_("The end must be after the beginning."), field="ends_at")
        start, end = clipped(fact)
        if end is None or start < end:
            period = DateTimeTZRange(start, end)
            number = source.number  # type: ignore[attr-defined]
            rows.append(Outage(contract=fact.contract, cause=fact.cause, period=period, source_number=number, **own))
    return len(Outage.objects.bulk_create(rows))


def clipped(fact: Fact) -> tuple[datetime, datetime | None]:
    """The fact within the life of its contract."""
    ends = [end for end in (fact.end, fact.contract.closed_at) if end is not None]
    return max(fact.start, fact.contract.concluded_at), min(ends, default=None)


def marks(contracts: Collection[int], at: datetime) -> dict[int, Outage]:
    """What is to be seen beside services now: an outage that lasts, else maintenance soon; by contract. One query."""
    shown = (Outage.Cause.FAULT, Outage.Cause.SMS, Outage.Cause.MAINTENANCE)
    rows = Outage.objects.touching(at, at + AHEAD).filter(contract__in=contracts, cause__in=shown)
    found: dict[int, Outage] = {}
    for row in rows.order_by("period"):
        if row.period.lower <= at or row.cause == Outage.Cause.MAINTENANCE:
            found.setdefault(row.contract_id, row)
    return found
