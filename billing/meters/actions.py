"""Writing the facts that months are closed from. Each verb of a service writes them in its own transaction."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from billing.meters.models import Span
from core.calendar import Month, jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from billing.contracts.models import Contract

START = """
INSERT INTO billing_span (contract_id, item_id, plan, period)
SELECT %(contract)s, %(item)s, %(plan)s, tstzrange(greatest(%(at)s, (
    SELECT max(upper(period)) FROM billing_span WHERE contract_id = %(contract)s AND item_id = %(item)s)), NULL)
WHERE EXISTS (
    SELECT FROM billing_price
    WHERE item_id = %(item)s AND plan = %(plan)s AND zone IN ('', %(zone)s) AND valid @> %(day)s::date)
"""

# Counted before, perhaps in another month: not again. A rival of this instant is met by the key, or by the event's.
ADD = """
INSERT INTO billing_count (source, event_id, month, contract_id, item_id, at, quantity, direction)
SELECT %(source)s, %(event_id)s, %(month)s, %(contract)s, %(item)s, %(at)s, %(quantity)s, %(direction)s
WHERE NOT EXISTS (SELECT FROM billing_event WHERE source = %(source)s AND event_id = %(event_id)s)
ON CONFLICT (source, event_id, month) DO NOTHING
"""


def start(contract: "Contract", item: str, plan: str = "", *, at: datetime) -> None:
    """From now on the item is in use on that plan, until `stop`. One query in a savepoint.

    A clock that lags behind the last stop starts at that stop. Raises Refused when the contract isn't running or the
    item is in use already, LookupError when the price book has no price for item and plan in the contract's zone.
    """
    _require_running(contract)
    what: dict[str, Any] = {"contract": contract.pk, "item": item, "plan": plan, "zone": contract.zone}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(START, {**what, "at": at, "day": jst_date(at)})
            if not cursor.rowcount:
                raise LookupError(f"no price for {item} {plan} in zone {contract.zone!r} on {jst_date(at)}")
    except IntegrityError as error:
        if "span_no_overlap" in str(error):
            raise Refused(_("This is in use already.")) from error
        raise


def stop(contract: "Contract", *, item: str | None = None, plan: str | None = None, at: datetime) -> int:
    """From now on nothing of the contract (or only not that item, that plan) is in use; returns how many spans ended.

    A clock that lags behind the start leaves no time at all: such a span is removed. Two queries.
    """
    running = Span.objects.filter(contract=contract, period__upper_inf=True)
    if item is not None:
        running = running.filter(item=item)
    if plan is not None:
        running = running.filter(plan=plan)
    removed, _by_model = running.filter(period__startswith__gte=at).delete()
    until_now = Func(F("period__startswith"), Value(at), function="tstzrange")
    return removed + running.update(period=until_now)


def add(
    contract: "Contract",
    item: str,
    quantity: Decimal | int,
    *,
    source: str,
    event_id: str,
    direction: str = "",
    at: datetime,
) -> bool:
    """Count so many units of the item; False if this event of this source was counted before. One query.

    quantity: in the item's unit (SMS, MB), up to six decimals. source and event_id: at most 32 and 64 characters; the
    key under which a repetition, whatever time it carries, counts no second time. at: when it happened; its JST month
    is charged. Raises Refused unless the contract runs, or ran at that instant; ValueError unless positive;
    IntegrityError for an unknown item, or when a rival counts the event in another month at this very instant: try
    the whole transaction again.
    """
    require_countable(contract, quantity, at=at)
    values: dict[str, Any] = {
        "source": source, "event_id": event_id, "month": Month.of(at).first_day, "contract": contract.pk, "item": item,
        "at": at, "quantity": quantity, "direction": direction,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)
        return bool(cursor.rowcount)


def require_countable(contract: "Contract", quantity: Decimal | int, *, at: datetime) -> None:
    """Raises Refused unless the contract runs, or ran at that instant; ValueError unless the quantity is positive."""
    if contract.closed_at is None or at >= contract.closed_at:
        _require_running(contract)
    if quantity <= 0:
        raise ValueError("a count is positive")


def _require_running(contract: "Contract") -> None:
    if not contract.is_running:
        raise Refused(_("The contract isn't running, so nothing can be counted."), code="not_running")
