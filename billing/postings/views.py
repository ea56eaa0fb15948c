"""The customer's statement: every movement of what they owe, and the balance after it."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.gates import in_organisation
from billing.postings import queries
from core.sheets import csv_response

SHOWN = 200


@in_organisation(bill=True)
def statement(request: Any) -> HttpResponseBase:
    """The newest movements first; all of them, oldest first, as CSV."""
    entries = queries.entries(request.organisation)
    if request.GET.get("format") == "csv":
        head = [_("Date"), _("What"), _("Invoice"), _("Amount"), _("Balance")]
        return csv_response("statement", head, (cells(entry) for entry in entries))
    context = {
        "entries": entries[::-1][:SHOWN],
        "more": len(entries) > SHOWN,
        "balance": entries[-1].balance if entries else 0,
        "credit": queries.credit_of(request.organisation),
    }
    return render(request, "billing/statement.html", context)


def cells(entry: queries.Entry) -> list[str]:
    """One movement for a spreadsheet."""
    posting = entry.posting
    invoice = posting.invoice.label if posting.invoice else ""
    return [posting.at.isoformat(), posting.get_kind_display(), invoice, str(posting.amount), str(entry.balance)]
