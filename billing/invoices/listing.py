"""How invoices are listed."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoices.models import Invoice, Stream
from billing.postings.queries import Paid
from core.calendar import Month, jst_date
from core.marks import chip, when
from core.money import yen
from core.pages import Column, Filter, Listing, by_field


def month_cell(invoice: Invoice) -> SafeString:
    return format_html('<a href="{}">{}</a>', invoice.get_absolute_url(), invoice.month_words)


def papers_cell(invoice: Invoice) -> SafeString:
    pdf, csv = reverse("paper_file", args=[invoice.label, "ja"]), reverse("invoice_csv", args=[invoice.number])
    return format_html('<a href="{}">{}</a> · <a href="{}">CSV</a>', pdf, _("PDF"), csv)


def issued_on(invoice: Invoice) -> str:
    return jst_date(invoice.issued_at).isoformat() if invoice.issued_at else ""


def paid_cell(invoice: Any) -> SafeString:
    return paid_chip(invoice.paid)


def paid_chip(paid: str) -> SafeString:
    """How far an invoice is paid."""
    return chip(TONES[Paid(paid)], Paid(paid).label)


def total(invoice: Invoice) -> str:
    return str(invoice.total)


TONES = {Paid.PAID: "ok", Paid.PARTLY: "busy", Paid.OPEN: "idle", Paid.OVERDUE: "bad"}
PAID = Filter("paid", gettext_lazy("State"), lambda: Paid.choices, lambda rows, value: rows.filter(paid=value))
LISTING = Listing(
    columns=[
        Column(gettext_lazy("Month of use"), month_cell, sort="number", text=lambda one: str(Month.of(one.month))),
        Column(gettext_lazy("Number"), lambda one: one.label),
        Column(gettext_lazy("Kind"), lambda one: one.get_stream_display()),
        Column(
            gettext_lazy("Total, incl. tax"), lambda one: yen(one.total), look="num", text=lambda one: str(one.total)
        ),
        Column(gettext_lazy("Issued on"), lambda one: when(one.issued_at, form="date"), text=issued_on),
        Column(gettext_lazy("Payable by"), lambda one: one.due_on.isoformat()),
        Column(gettext_lazy("State"), paid_cell, text=lambda one: str(Paid(one.paid).label)),
        Column(gettext_lazy("Papers"), papers_cell, text=lambda one: ""),
    ],
    filters=[by_field("stream", gettext_lazy("Kind"), lambda: Stream.choices), PAID],
    sort="-number",
    filename="invoices",
)
