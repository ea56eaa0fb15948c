"""The dry run: what closing a month would write, without writing a row."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.organisations.models import Organisation
from billing.invoices import closing
from billing.invoices.models import Invoice
from core.calendar import Month

# One answer for all: each invoice, then the bases and taxes by rate, then what is charged by service.
BREAKDOWN = (
    closing.RATED
    + """
SELECT 'INVOICE', organisation_id, stream, subtotal, tax FROM totals
UNION ALL
SELECT 'RATE', NULL, tax_rate::text, sum(base)::bigint, sum(taxed.tax)::bigint
FROM taxed JOIN totals USING (organisation_id, stream)
GROUP BY tax_rate
UNION ALL
SELECT 'SERVICE', NULL, coalesce(c.terms->>'title', c.service), sum(amount)::bigint, count(*)
FROM rated JOIN totals USING (organisation_id, stream) JOIN billing_contract c ON c.id = contract_id
GROUP BY 3
"""
)


@dataclass(frozen=True)
class Change:
    """An organisation, and yen with tax of the month before and of the month."""

    organisation: int
    before: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.before


@dataclass
class Preview:
    """What a run would write: yen, and for each organisation what changes against the month before.

    by_rate: base and tax by tax rate. by_service: yen without tax by the service's title. changes: the largest
    differences first. held: how many organisations would be held back, by `Invoice.Held`.
    """

    invoices: int = 0
    subtotal: int = 0
    tax: int = 0
    before: int = 0
    by_rate: dict[str, tuple[int, int]] = field(default_factory=dict)
    by_service: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.subtotal + self.tax

    @property
    def difference(self) -> int:
        return self.total - self.before


def preview(month: Month, *, chunk: int = closing.CHUNK) -> Preview:
    """Rate the organisations that have no invoice of the month, without writing anything."""
    seen, now = Preview(), Counter[int]()
    for organisations, _reached in closing.lacking(month, chunk):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(closing.PLAN)
            cursor.execute(BREAKDOWN, {**closing.parameters(month), "organisations": organisations})
            for row in cursor:
                take(seen, now, row)
    compare(seen, now, month)
    return seen


def take(seen: Preview, now: Counter[int], row: tuple[Any, ...]) -> None:
    """Add one row of the answer."""
    kind, organisation, label, amount, tax = row
    if kind == "INVOICE":
        seen.invoices += 1
        seen.subtotal += amount
        seen.tax += tax
        now[organisation] += amount + tax
    elif kind == "RATE":
        base, before = seen.by_rate.get(label, (0, 0))
        seen.by_rate[label] = (base + amount, before + tax)
    else:
        seen.by_service[label] += amount


def compare(seen: Preview, now: Counter[int], month: Month) -> None:
    """Put the month before beside it."""
    before = Counter[int]()
    invoiced = Invoice.objects.filter(month=month.first_day).values("organisation")
    last_month = Invoice.objects.filter(month=month.previous.first_day).exclude(organisation__in=invoiced)
    for organisation, total in last_month.values_list("organisation_id", "total"):
        before[organisation] += total
    nowhere = set(Organisation.objects.filter(address="", pk__in=now).values_list("pk", flat=True))
    seen.before = before.total()
    seen.changes = [Change(one, before[one], now[one]) for one in sorted(now.keys() | before.keys())]
    seen.changes.sort(key=lambda change: -abs(change.difference))
    reasons = (oddity(one, addressed=one.organisation not in nowhere) for one in seen.changes if one.now)
    seen.held = Counter(reason for reason in reasons if reason)


def oddity(change: Change, *, addressed: bool) -> str:
    """Why an organisation's invoices are held back, or "": the rule of `hold.sql`."""
    least, times = settings.HOLD_BACK_FROM, settings.HOLD_BACK_TIMES
    if not addressed:
        return Invoice.Held.ADDRESS
    if change.difference >= least and change.now >= change.before * times:
        return Invoice.Held.RISE
    if -change.difference >= least and change.before >= change.now * times:
        return Invoice.Held.FALL
    return ""
