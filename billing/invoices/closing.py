"""Closing a month: set-based, in chunks, exactly once however often it is run or killed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from billing.contracts import endings
from billing.contracts.endings import Due
from billing.invoices import issuers
from billing.invoices.models import BillingRun, Invoice
from core.calendar import Month
from core.errors import Refused

ENGINE = "1"
CHUNK = 2_500
FOLDER = Path(__file__).parent
RATED = (FOLDER / "rated.sql").read_text("utf-8")
CLOSE = RATED + (FOLDER / "close.sql").read_text("utf-8")
ISSUE = (FOLDER / "issue.sql").read_text("utf-8")
TOTALS = RATED + "SELECT organisation_id, stream, subtotal, tax FROM totals"  # noqa: S608  our own text
# For some contracts instead of all of some organisations.
BY_CONTRACT = RATED.replace("organisation_id = ANY(%(organisations)s)", "id = ANY(%(contracts)s)")
AMOUNTS = BY_CONTRACT + "SELECT contract_id, sum(amount)::bigint FROM rated GROUP BY contract_id"  # noqa: S608

# The next organisations after a key, and whether each has an invoice of the month.
NEXT = """
SELECT o.id, EXISTS (SELECT FROM billing_invoice i WHERE i.organisation_id = o.id AND i.month = %(month)s)
FROM (SELECT id FROM accounts_organisation WHERE id > %(after)s ORDER BY id LIMIT %(limit)s) o
ORDER BY o.id
"""

# Everything is looked up by key, so that a chunk costs the same however large the tables are. Compiling the plan would
# cost more than running it.
PLAN = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True)
class Closed:
    """What a run did: how many invoices it wrote just now."""

    run: BillingRun
    written: int


def close(month: Month, *, at: datetime, chunk: int = CHUNK) -> Closed:
    """Invoice a month that is over: every organisation once, whatever was done before (4-1).

    Each chunk of organisations is one transaction: whole invoices or none. A run over a closed month writes nothing.
    Raises Refused while the month runs.
    """
    if at < month.end:
        raise Refused(_("%(month)s isn't over yet.") % {"month": month})
    run, _created = BillingRun.objects.get_or_create(month=month.first_day, defaults={"cutoff": at, "engine": ENGINE})
    values = {**parameters(month), "run": run.pk, "at": at, "issuer": issuer_of(month)}
    written = sum(close_chunk(values, organisations) for organisations in lacking(month, chunk) if organisations)
    BillingRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)
    return Closed(run, written)


@transaction.atomic
def close_chunk(values: dict[str, Any], organisations: list[int]) -> int:
    """Write and issue the invoices of some organisations; returns how many were written."""
    values = {**values, "organisations": organisations}
    with connection.cursor() as cursor:
        cursor.execute(PLAN)
        cursor.execute(CLOSE, values)
        written: int = cursor.fetchone()[0]
        if written:
            cursor.execute("SELECT FROM billing_counter WHERE name = 'invoice' FOR UPDATE")
            cursor.execute(ISSUE, values)
    return written


def lacking(month: Month, chunk: int) -> Iterator[list[int]]:
    """Primary keys of organisations without an invoice of the month, chunk by chunk."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, {"after": after, "month": month.first_day, "limit": chunk})
            found = cursor.fetchall()
        if not found:
            return
        yield [key for key, has_invoice in found if not has_invoice]
        after = found[-1][0]


def parameters(month: Month, *, until: datetime | None = None) -> dict[str, Any]:
    """What `rated.sql` and `close.sql` need to know. until: count only what was before; default: the whole month."""
    return {
        "month": month.first_day,
        "next_month": month.next.first_day,
        "start": month.start,
        "until": until or month.end,
        "due_cloud": due_on(Due.TENTH, month, month.first_day),
        "due_hybrid_first": due_on(Due.HYBRID, month, month.first_day),
        "due_hybrid": due_on(Due.HYBRID, month, month.previous.first_day),
    }


def due_on(due: str, month: Month, started_on: date) -> date:
    """`endings.due_on` as this installation is set (AM-1, AM-20)."""
    shift, later = settings.DUE_DATE_SHIFT, settings.HYBRID_LATER_DUE
    return endings.due_on(due, month, started_on=started_on, shift=shift, later=later)


def issuer_of(month: Month) -> str:
    """Who issues the month's invoices, as JSON. Raises Refused when staff have set nobody."""
    return json.dumps(issuers.on(month.next.first_day).as_kept())


@dataclass(frozen=True)
class Preview:
    """What a run would write: yen, and for each organisation what changes against the month before."""

    invoices: int
    subtotal: int
    tax: int
    before: int
    changes: list[tuple[int, int, int]]

    @property
    def total(self) -> int:
        return self.subtotal + self.tax


def preview(month: Month, *, chunk: int = CHUNK) -> Preview:
    """Rate the organisations that have no invoice of the month, without writing anything.

    changes: (organisation, yen the month before, yen now), the largest differences first.
    """
    rows: list[tuple[int, str, int, int]] = []
    for organisations in lacking(month, chunk):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PLAN)
            cursor.execute(TOTALS, {**parameters(month), "organisations": organisations})
            rows += cursor.fetchall()
    now: dict[int, int] = {}
    for organisation, _stream, subtotal, tax in rows:
        now[organisation] = now.get(organisation, 0) + subtotal + tax
    before: dict[int, int] = {}
    invoiced = Invoice.objects.filter(month=month.first_day).values("organisation")
    last_month = Invoice.objects.filter(month=month.previous.first_day).exclude(organisation__in=invoiced)
    for organisation, total in last_month.values_list("organisation_id", "total"):
        before[organisation] = before.get(organisation, 0) + total
    changes = [(one, before.get(one, 0), now.get(one, 0)) for one in sorted(now.keys() | before.keys())]
    changes.sort(key=lambda change: -abs(change[2] - change[1]))
    subtotal, tax = sum(row[2] for row in rows), sum(row[3] for row in rows)
    return Preview(len(rows), subtotal, tax, sum(before.values()), changes)
