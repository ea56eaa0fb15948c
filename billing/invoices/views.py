"""Pages of invoices: the list, one explained line by line, its CSV."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts.gates import in_organisation
from billing.invoices import queries
from billing.invoices.listing import LISTING, paid_chip
from billing.means import streams
from billing.means.queries import where_to
from billing.papers import files, receipts
from billing.papers.settled import settled
from billing.postings.queries import with_open
from core.calendar import jst_date
from core.sheets import csv_response

LINES_PER_PAGE = 100


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """All invoices, newest first."""
    rows = with_open(queries.issued_to(request.organisation), jst_date(request.now))
    if request.GET.get("format") == "csv":
        return LISTING.csv(request, rows)
    return render(request, "billing/invoices/list.html", {"page": LISTING.page(request, rows)})


@in_organisation(bill=True)
def detail(request: Any, number: int) -> HttpResponse:
    """One invoice; each line opens to the clause, the price and the arithmetic."""
    invoice = found(request, number)
    lines = queries.lines_of(invoice, after=number_of(request, "after"), limit=LINES_PER_PAGE + 1)
    shown = lines[:LINES_PER_PAGE]
    context = {
        "invoice": invoice,
        "paid": paid_chip(invoice.paid),
        "transfer_to": where_to(request.organisation, invoice.stream),
        "merge": streams.merged_with(invoice),
        "lines": queries.explained(invoice, shown),
        "taxes": invoice.taxes.order_by("-rate"),
        "next_after": shown[-1].line_no if len(lines) > len(shown) else None,
        "settled": settled(invoice, until=request.now),
        "notes": invoice.credit_notes.order_by("number"),
        "receipts": receipts.of_invoice(invoice),
        "files": files.of(invoice),
    }
    return render(request, "billing/invoices/detail.html", context)


@in_organisation(bill=True)
def csv(request: Any, number: int) -> StreamingHttpResponse:
    """Every line as CSV."""
    invoice = found(request, number)
    return csv_response(invoice.label, queries.CSV_HEAD, queries.csv_rows(invoice))


def found(request: Any, number: int) -> Any:
    """The issued invoice of this organisation; raises Http404."""
    issued = queries.issued_to(request.organisation)
    return get_object_or_404(with_open(issued, jst_date(request.now)), number=number)


def number_of(request: Any, name: str) -> int:
    """A number in the query; 0 when it is absent or none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
