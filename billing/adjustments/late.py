"""Late usage: a closed month is rated anew, and what it comes to beyond what was charged becomes an adjustment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.organisations.models import Organisation
from billing.adjustments.models import Adjustment, LateMark, Overcharge
from billing.invoices import closing
from core.calendar import Month

# `place`: what is compared with what. Pooled units stand on whichever contract came first.
NOW = (
    closing.RATED
    + """
SELECT r.contract_id, r.price_id, v.item_id, CASE WHEN r.pooled THEN -c.project_id ELSE r.contract_id END AS place,
       r.kind, r.amount, r.quantity, r.before, r.allowance, r.period
FROM rated r
JOIN billing_price v ON v.id = r.price_id
JOIN billing_contract c ON c.id = r.contract_id
WHERE r.kind <> 'ADJUSTMENT'
ORDER BY r.position, r.contract_id, lower(r.period), r.price_id
"""
)
CHARGED = """
SELECT x.contract_id, x.price_id, v.item_id, CASE WHEN i.pooled THEN -c.project_id ELSE x.contract_id END,
       x.kind, x.amount, x.quantity
FROM (
    SELECT l.contract_id, l.price_id, l.kind, l.amount, l.quantity
    FROM billing_invoice b
    JOIN billing_invoiceline l ON l.invoice_id = b.id
    WHERE b.organisation_id = %(organisation)s AND b.month = %(month)s AND l.kind <> 'ADJUSTMENT'
    UNION ALL
    SELECT contract_id, price_id, 'USE', amount, quantity
    FROM billing_adjustment
    WHERE organisation_id = %(organisation)s AND for_month = %(month)s AND kind = 'LATE'
) x
JOIN billing_price v ON v.id = x.price_id
JOIN billing_item i ON i.code = v.item_id
JOIN billing_contract c ON c.id = x.contract_id
"""


@dataclass(frozen=True)
class Part:
    """A charge, as the month is rated now or as it was charged. amount: yen without tax."""

    contract: int
    price: int
    item: str
    place: int
    kind: str
    amount: int
    quantity: Decimal
    before: Decimal = Decimal(0)
    allowance: Decimal | None = None
    period: Any = None


@dataclass(frozen=True)
class Late:
    """What is still to charge for one line: `amount` of what it comes to; `known`: the quantity charged before."""

    part: Part
    amount: int
    known: Decimal


@transaction.atomic
def settle(organisation: Organisation, month: Month, *, at: datetime) -> list[Adjustment]:
    """Charge what a closed month comes to now beyond what it was charged; safe to repeat, only once to the yen.

    Facts that lower it give nothing back by themselves: they are shown to staff as an `Overcharge`.
    """
    organisation.lock()
    LateMark.objects.filter(organisation=organisation, month=month.first_day).delete()
    found, over = differences(*compared(organisation, month))
    with translation.override(organisation.language):
        reason = _("Use in %(month)s that became known after its closing") % {"month": month}
    made = Adjustment.objects.bulk_create(
        Adjustment(
            organisation=organisation, contract_id=one.part.contract, price_id=one.part.price,
            kind=Adjustment.Kind.LATE, for_month=month.first_day, period=one.part.period,
            quantity=one.part.quantity - one.known, before=one.part.before, allowance=one.part.allowance,
            charged_quantity=one.known, charged_amount=one.part.amount - one.amount, amount=one.amount,
            reason=reason, created_at=at,
        )
        for one in found
    )  # fmt: skip
    note(organisation, month, over, at=at)
    return made


def note(organisation: Organisation, month: Month, over: int, *, at: datetime) -> None:
    """Keep what was charged too much for staff."""
    known = Overcharge.objects.filter(organisation=organisation, month=month.first_day)
    changed = known.update(amount=over, found_at=at)
    if over and not changed:
        Overcharge.objects.create(organisation=organisation, month=month.first_day, amount=over, found_at=at)


def compared(organisation: Organisation, month: Month) -> tuple[list[Part], list[Part]]:
    """The month as it is rated now, and as it was charged: on invoices and as late usage before. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, {**closing.parameters(month), "organisations": [organisation.pk]})
        now = [Part(*row) for row in cursor.fetchall()]
        cursor.execute(CHARGED, {"organisation": organisation.pk, "month": month.first_day})
        return now, [Part(*row) for row in cursor.fetchall()]


def differences(now: list[Part], charged: list[Part]) -> tuple[list[Late], int]:
    """What is to charge, and yen by which things were charged too much.

    Compared is each item of a contract, of a project when it is pooled; an item with discounts as a whole, since a
    discount goes to the dearest. So a dearer plan of the same month is charged less the fee of the cheaper one.
    """
    discounted = {part.item for part in (*now, *charged) if part.kind == "PASSPORT"}
    groups: dict[tuple[str, int], tuple[list[Part], list[Part]]] = defaultdict(lambda: ([], []))
    for side, parts in enumerate((now, charged)):
        for part in parts:
            groups[part.item, 0 if part.item in discounted else part.place][side].append(part)
    found, over = [], 0
    for of_now, of_charged in groups.values():
        missing = total(of_now) - total(of_charged)
        if missing > 0:
            found += spread(missing, [part for part in of_now if part.kind == "USE"], of_charged)
        over += max(-missing, 0)
    return found, over


def total(parts: Iterable[Part]) -> int:
    return sum(part.amount for part in parts)


def spread(missing: int, now: list[Part], charged: list[Part]) -> list[Late]:
    """Which lines the missing yen stand on: first those that have grown, never more than a line comes to."""
    before = {(part.contract, part.price): (Decimal(0), 0) for part in now}
    for part in charged:
        if part.kind == "USE" and (part.contract, part.price) in before:
            quantity, amount = before[part.contract, part.price]
            before[part.contract, part.price] = quantity + part.quantity, amount + part.amount
    grown = [part.amount - before[part.contract, part.price][1] for part in now]
    taken = [0] * len(now)
    for limits in (grown, [part.amount for part in now]):
        for place, limit in enumerate(limits):
            more = max(min(limit - taken[place], missing), 0)
            taken[place] += more
            missing -= more
    return [
        Late(part, amount, before[part.contract, part.price][0])
        for part, amount in zip(now, taken, strict=True)
        if amount
    ]
