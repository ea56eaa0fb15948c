"""The customer's statement: every movement of what they owe, and the balance after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.gates import in_organisation
from billing import credit_notes
from billing.postings import queries
from billing.postings.models import Posting
from billing.refunds.models import Refund
from core.marks import when
from core.money import yen
from core.pages import Column, Listing

REFUNDS = 12


def invoice_cell(posting: Posting) -> SafeString | str:
    invoice = posting.invoice
    return format_html('<a href="{}">{}</a>', invoice.get_absolute_url(), invoice.label) if invoice else "—"


def dress(rows: Sequence[Posting], at: datetime) -> None:
    queries.balance(rows)


LISTING = Listing(
    columns=[
        Column(
            gettext_lazy("Date"), lambda one: when(one.at, form="date"), sort="at", text=lambda one: one.at.isoformat()
        ),
        Column(gettext_lazy("What"), lambda one: one.get_kind_display()),
        Column(gettext_lazy("Invoice"), invoice_cell, text=lambda one: one.invoice.label if one.invoice else ""),
        Column(gettext_lazy("Amount"), lambda one: yen(one.amount), look="num", text=lambda one: str(one.amount)),
        Column(gettext_lazy("Balance"), lambda one: yen(one.balance), look="num", text=lambda one: str(one.balance)),
    ],
    sort="-at",
    filename="statement",
    dress=dress,
)


@in_organisation(bill=True)
def statement(request: Any) -> HttpResponseBase:
    """The movements page by page, the newest first unless asked otherwise, or as CSV; and what was given back."""
    organisation = request.organisation
    refunds = Refund.objects.filter(organisation=organisation).select_related("attempt__card").order_by("-pk")
    context = {
        "balance": queries.owed_by(organisation),
        "credit": credit_notes.waiting(organisation),
        "refunds": refunds[:REFUNDS],
    }
    return LISTING.answer(request, queries.movements(organisation), "billing/statement.html", **context)
