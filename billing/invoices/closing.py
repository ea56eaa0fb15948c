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
from billing.invoices.models import BillingRun
from core.calendar import Month
from core.errors import Refused

ENGINE = "1"
CHUNK = 2_500
FOLDER = Path(__file__).parent
RATED = (FOLDER / "rated.sql").read_text("utf-8")
CLOSE = RATED + (FOLDER / "close.sql").read_text("utf-8")
HOLD = (FOLDER / "hold.sql").read_text("utf-8")
ISSUE = (FOLDER / "issue.sql").read_text("utf-8")
TOTALS = RATED + "SELECT organisation_id, stream, subtotal, tax FROM totals"  # noqa: S608  our own text
# For some contracts instead of all of some organisations.
BY_CONTRACT = RATED.replace("organisation_id = ANY(%(organisations)s)", "id = ANY(%(contracts)s)")
# A contract's own use: before passports, without what its whole project uses together and what is adjusted.
OWN = "SELECT contract_id, sum(amount)::bigint FROM rated WHERE kind = 'USE' AND NOT pooled GROUP BY contract_id"
AMOUNTS = BY_CONTRACT + OWN

# The next organisations after a key, and whether each has an invoice of the month.
NEXT = """
SELECT o.id, EXISTS (SELECT FROM billing_invoice i WHERE i.organisation_id = o.id AND i.month = %(month)s)
FROM (SELECT id FROM accounts_organisation WHERE id > %(after)s ORDER BY id LIMIT %(limit)s) o
ORDER BY o.id
"""

# Adjustments are taken up by one run at a time: a rival waits here, and then sees that they are taken.
TAKE = """
SELECT FROM billing_adjustment WHERE organisation_id = ANY(%(organisations)s) AND withdrawn_at IS NULL FOR UPDATE
"""

# Facts of a month are written under the shared side of this lock (`billing_months_held` in the migrations), the run is
# made under its other side: whatever is written before the run exists is seen by it, all else knows that it is late.
MONTH_LOCK = 0x656E6761
LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"

# Everything is looked up by key, so that a chunk costs the same however large the tables are. Compiling the plan would
# cost more than running it.
PLAN = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"


@dataclass(frozen=True)
class Closed:
    """What a run did: how many invoices it wrote just now, held back or issued."""

    run: BillingRun
    written: int


def close(month: Month, *, at: datetime, chunk: int = CHUNK) -> Closed:
    """Invoice a month that is over: every organisation once, whatever was done before (4-1).

    Each chunk of organisations is one transaction: whole invoices or none. A month that is closed stays as it is, even
    for those who had nothing to pay: what comes later is late. Raises Refused while the month runs.
    """
    run = begin(month, at=at)
    if run.finished_at is not None:
        return Closed(run, 0)
    values, written = values_of(run, at=at), 0
    for organisations, reached in lacking(month, chunk):
        if organisations:
            written += close_chunk(values, organisations)
        BillingRun.objects.filter(pk=run.pk, reached__lt=reached).update(reached=reached)
    BillingRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)
    return Closed(run, written)


@transaction.atomic
def begin(month: Month, *, at: datetime) -> BillingRun:
    """The month's run, made when there is none: from now on its facts are late. Raises Refused while the month runs."""
    if at < month.end:
        raise Refused(_("%(month)s isn't over yet.") % {"month": month})
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (MONTH_LOCK, month.year * 12 + month.month))
    return BillingRun.objects.get_or_create(month=month.first_day, defaults={"cutoff": at, "engine": ENGINE})[0]


def values_of(run: BillingRun, *, at: datetime) -> dict[str, Any]:
    """What the statements of a run need to know. Raises Refused when staff have set no issuer."""
    month = Month.of(run.month)
    return {**parameters(month), "run": run.pk, "at": at, "issuer": issuer_of(month)}


@transaction.atomic
def close_chunk(values: dict[str, Any], organisations: list[int]) -> int:
    """Write the invoices of some organisations and issue those that nothing is odd about; returns how many."""
    values = {**values, "organisations": organisations}
    with connection.cursor() as cursor:
        cursor.execute(PLAN)
        cursor.execute(TAKE, values)
        cursor.execute(CLOSE, values)
        written: int = cursor.fetchone()[0]
        if written:
            cursor.execute(HOLD, values)
            issue(cursor, values)
    return written


def issue(cursor: Any, values: dict[str, Any]) -> None:
    """Number, issue and book the drafts of some organisations that are not held back."""
    cursor.execute("SELECT FROM billing_counter WHERE name = 'invoice' FOR UPDATE")
    cursor.execute(ISSUE, values)


def lacking(month: Month, chunk: int) -> Iterator[tuple[list[int], int]]:
    """Primary keys of organisations without an invoice of the month, chunk by chunk, and the last one looked at."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, {"after": after, "month": month.first_day, "limit": chunk})
            found = cursor.fetchall()
        if not found:
            return
        after = found[-1][0]
        yield [key for key, has_invoice in found if not has_invoice], after


def parameters(month: Month, *, until: datetime | None = None) -> dict[str, Any]:
    """What `rated.sql` and `close.sql` need to know. until: count only what was before; default: the whole month."""
    return {
        "month": month.first_day,
        "last_month": month.previous.first_day,
        "next_month": month.next.first_day,
        "start": month.start,
        "until": until or month.end,
        "waiver": settings.SIM_WAIVER_SCOPE,
        "legacy": settings.LEGACY_SIM_AFTER_TRAFFIC,
        "due_cloud": due_on(Due.TENTH, month, month.first_day),
        "due_hybrid_first": due_on(Due.HYBRID, month, month.first_day),
        "due_hybrid": due_on(Due.HYBRID, month, month.previous.first_day),
        "hold_from": settings.HOLD_BACK_FROM,
        "hold_times": settings.HOLD_BACK_TIMES,
    }


def due_on(due: str, month: Month, started_on: date) -> date:
    """`endings.due_on` as this installation is set (AM-1, AM-20)."""
    shift, later = settings.DUE_DATE_SHIFT, settings.HYBRID_LATER_DUE
    return endings.due_on(due, month, started_on=started_on, shift=shift, later=later)


def issuer_of(month: Month) -> str:
    """Who issues the month's invoices, as JSON. Raises Refused when staff have set nobody."""
    return json.dumps(issuers.on(month.next.first_day).as_kept())
