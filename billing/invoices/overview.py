"""What a run has done: its sums, its differences to the month before, and whether lines, invoices and books agree."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from accounts.organisations.models import Organisation
from billing.invoices.models import BillingRun, Invoice
from billing.invoices.previewing import Change
from core.calendar import Month

SHOWN = 20

CHANGES = """
SELECT organisation_id, coalesce(before.total, 0)::bigint, coalesce(now.total, 0)::bigint
FROM (SELECT organisation_id, sum(total) AS total FROM billing_invoice WHERE month = %(last)s GROUP BY 1) before
FULL JOIN (SELECT organisation_id, sum(total) AS total FROM billing_invoice WHERE month = %(month)s GROUP BY 1) now
    USING (organisation_id)
ORDER BY abs(coalesce(now.total, 0) - coalesce(before.total, 0)) DESC, organisation_id
LIMIT %(limit)s
"""
BY_RATE = """
SELECT t.rate, sum(t.base)::bigint, sum(t.tax)::bigint
FROM billing_invoicetax t JOIN billing_invoice i ON i.id = t.invoice_id
WHERE i.run_id = %(run)s
GROUP BY t.rate ORDER BY t.rate DESC
"""
BY_SERVICE = """
SELECT coalesce(c.terms->>'title', c.service), sum(l.amount)::bigint
FROM billing_invoiceline l
JOIN billing_invoice i ON i.id = l.invoice_id
JOIN billing_contract c ON c.id = l.contract_id
WHERE i.run_id = %(run)s
GROUP BY 1 ORDER BY 2 DESC, 1
"""
# Issued invoices, and the same from their lines, their taxes and the books.
CHECKS = """
WITH issued AS (SELECT id, subtotal, tax, total FROM billing_invoice WHERE run_id = %(run)s AND state = 'ISSUED'),
line AS (SELECT count(DISTINCT invoice_id) AS n, sum(amount) AS amount
         FROM billing_invoiceline WHERE invoice_id IN (SELECT id FROM issued)),
tax AS (SELECT count(DISTINCT invoice_id) AS n, sum(base) AS base, sum(tax) AS tax
        FROM billing_invoicetax WHERE invoice_id IN (SELECT id FROM issued)),
posting AS (SELECT count(DISTINCT source_pk) AS n, -sum(amount) FILTER (WHERE account = 'REVENUE') AS base,
                   -sum(amount) FILTER (WHERE account = 'TAX') AS tax,
                   sum(amount) FILTER (WHERE account = 'RECEIVABLE') AS total
            FROM billing_posting WHERE kind = 'INVOICE' AND source_pk IN (SELECT id FROM issued))
SELECT ARRAY[count(*), line.n, tax.n, posting.n],
       ARRAY[sum(subtotal), line.amount, tax.base, posting.base],
       ARRAY[sum(issued.tax), NULL, tax.tax, posting.tax],
       ARRAY[sum(issued.total), NULL, tax.base + tax.tax, posting.total]
FROM issued, line, tax, posting
GROUP BY line.n, line.amount, tax.n, tax.base, tax.tax, posting.n, posting.base, posting.tax, posting.total
"""


@dataclass(frozen=True)
class Check:
    """One figure, as the invoices, their lines, their taxes and the books have it; None: it isn't told there."""

    figures: list[int | None]

    @property
    def agrees(self) -> bool:
        return len({figure for figure in self.figures if figure is not None}) == 1


def checks(run: BillingRun) -> list[Check]:
    """Reconciliation: how many invoices, yen without tax, tax, and both. One query."""
    rows = asked(CHECKS, run=run.pk)
    found = rows[0] if rows else ([0],) * 4
    return [Check([None if one is None else int(one) for one in figures]) for figures in found]


def by_rate(run: BillingRun) -> list[Any]:
    """(tax rate, yen without tax, tax), drafts with them. One query."""
    return asked(BY_RATE, run=run.pk)


def by_service(run: BillingRun) -> list[Any]:
    """(title of the service, yen without tax), drafts with them. One query."""
    return asked(BY_SERVICE, run=run.pk)


def changes(run: BillingRun) -> list[Change]:
    """The largest differences to the month before. One query."""
    month = Month.of(run.month)
    rows = asked(CHANGES, month=month.first_day, last=month.previous.first_day, limit=SHOWN)
    return [Change(*row) for row in rows]


def held(run: BillingRun) -> QuerySet[Invoice]:
    """Drafts that wait for staff, the largest first."""
    return run.invoices.exclude(held_back="").select_related("organisation").order_by("-total", "pk")


def counts(run: BillingRun) -> dict[str, int]:
    """How many invoices are issued and how many are drafts. One query."""
    rows = run.invoices.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    return {"ISSUED": 0, "DRAFT": 0, **dict(rows)}


def percent(run: BillingRun) -> int:
    """How far the run has come through the customers: 0 to 100."""
    if run.finished_at is not None:
        return 100
    everybody = Organisation.objects.count()
    return Organisation.objects.filter(pk__lte=run.reached).count() * 100 // max(everybody, 1)


def asked(query: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
