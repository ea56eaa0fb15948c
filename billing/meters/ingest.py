"""Many counts at once, and counters that grow: for what arrives by the thousand."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billing.meters.actions import require_countable
from core.calendar import Month, jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from billing.contracts.models import Contract

AHEAD = timedelta(minutes=5)  # how far the clocks of those who report may be ahead of ours

STAGE = """
CREATE TEMP TABLE IF NOT EXISTS billing_staged (
    contract_id bigint, item_id varchar(48), quantity numeric(18, 6), event_id varchar(64) COLLATE "C", at timestamptz,
    direction varchar(8)
) ON COMMIT DELETE ROWS;
TRUNCATE billing_staged
"""
COPY = "COPY billing_staged (contract_id, item_id, quantity, event_id, at, direction) FROM STDIN"

# The first contract of the batch for which nothing can be counted (any more), and the first item that doesn't exist.
REFUSED = """
SELECT (
    SELECT s.contract_id
    FROM (SELECT contract_id, max(at) AS last FROM billing_staged GROUP BY contract_id) s
    WHERE NOT EXISTS (SELECT FROM billing_contract c
                      WHERE c.id = s.contract_id AND (c.state = ANY(%(running)s) OR c.closed_at > s.last) OFFSET 0)
    ORDER BY s.contract_id LIMIT 1
), (
    SELECT s.item_id
    FROM (SELECT DISTINCT item_id FROM billing_staged) s
    WHERE NOT EXISTS (SELECT FROM billing_item i WHERE i.code = s.item_id OFFSET 0)
    ORDER BY s.item_id LIMIT 1
)
"""

# Looked up event by event (OFFSET 0 keeps it so), never by a scan of all events; sorted, so that indexes grow in order.
MERGE = """
INSERT INTO billing_count (source, event_id, month, contract_id, item_id, at, quantity, direction)
SELECT DISTINCT ON (event_id)
       %(source)s, event_id, date_trunc('month', at AT TIME ZONE 'Asia/Tokyo')::date, contract_id, item_id, at,
       quantity, direction
FROM billing_staged s
WHERE NOT EXISTS (SELECT FROM billing_event e WHERE e.source = %(source)s AND e.event_id = s.event_id OFFSET 0)
ORDER BY event_id, at
ON CONFLICT DO NOTHING
"""

GROW = """
INSERT INTO billing_count AS c (source, event_id, month, contract_id, item_id, at, quantity, direction)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source, event_id, month)
    DO UPDATE SET quantity = c.quantity + EXCLUDED.quantity, at = least(c.at, EXCLUDED.at)
RETURNING quantity
"""


class Reading(NamedTuple):
    """One event of a batch. contract: primary key; quantity: units of the item, more than 0; at: when it happened."""

    contract: int
    item: str
    quantity: Decimal | int
    event_id: str
    at: datetime
    direction: str = ""


@transaction.atomic
def add_many(readings: Iterable[Reading], *, source: str, at: datetime) -> int:
    """Count a batch of events of one source; returns how many were new. Four statements, however many they are.

    An event that was counted before, or stands in the batch twice, counts once, at its first time: a batch may be sent
    again as often as one likes. All or nothing: raises ValueError for a quantity that isn't positive, LookupError for
    an item that doesn't exist, Refused for an event of the future or of a contract that doesn't run and didn't then.
    at: now; 30,000 events a CPU-second (`benchmarks/ingest.py`).
    """
    from billing.contracts.models import Contract

    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            for reading in _sound(readings, at):
                copy.write_row(reading)
        cursor.execute(REFUSED, {"running": list(Contract.RUNNING)})
        contract, item = cursor.fetchone()
        if item is not None:
            raise LookupError(f"no item {item} in the price book")
        if contract is not None:
            text = _("Contract %(number)s isn't running, so nothing can be counted.")
            numbers = Contract.objects.filter(pk=contract).values_list("number", flat=True)
            raise Refused(text % {"number": numbers.first() or contract}, code="not_running")
        cursor.execute(MERGE, {"source": source})
        added: int = cursor.rowcount
    return added


def accumulate(
    contract: "Contract", item: str, quantity: Decimal | int, *, source: str, direction: str = "", at: datetime
) -> Decimal:
    """Add units to the day's count of a contract, item and direction; returns the units of that JST day. One query.

    For what comes in thousands of small parts, such as the traffic of a SIM: its app tells repetitions apart itself
    (RADIUS counters are cumulative, it stores the differences) and calls this in the same transaction, so that billing
    has one row a day. The order of the parts doesn't matter: the row keeps the earliest time. Raises as `add` does.
    """
    require_countable(contract, quantity, at=at)
    event_id = f"day:{jst_date(at)}:{contract.pk}:{item}:{direction}"
    month = Month.of(at).first_day
    with connection.cursor() as cursor:
        cursor.execute(GROW, (source, event_id, month, contract.pk, item, at, quantity, direction))
        total: Decimal = cursor.fetchone()[0]
    return total


def _sound(readings: Iterable[Reading], now: datetime) -> Iterator[Reading]:
    """The readings, each looked at on its own."""
    latest = now + AHEAD
    for reading in readings:
        if reading.quantity <= 0:
            raise ValueError(f"a count is positive: {reading}")
        if reading.at > latest:
            text = _("Event %(event)s lies in the future. Check the clock of what reports it.")
            raise Refused(text % {"event": reading.event_id}, code="future")
        yield reading
