"""How invoices are listed."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoices.models import Invoice, Stream
from core.calendar import Month
from core.marks import when
from core.money import yen
from core.pages import Column, Listing, by_field


def label_cell(invoice: Invoice) -> SafeString:
    return format_html(
        '<a href="{}">{}</a><small>{}</small>', invoice.get_absolute_url(), Month.of(invoice.month), invoice.label
    )


def papers_cell(invoice: Invoice) -> SafeString:
    pdf, csv = reverse("invoice_pdf", args=[invoice.number]), reverse("invoice_csv", args=[invoice.number])
    return format_html('<a href="{}">{}</a> · <a href="{}">CSV</a>', pdf, _("PDF"), csv)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Month"), label_cell, sort="number", text=lambda invoice: str(Month.of(invoice.month))),
        Column(gettext_lazy("Number"), lambda invoice: invoice.label),
        Column(gettext_lazy("Kind"), lambda invoice: invoice.get_stream_display()),
        Column(
            gettext_lazy("Total, incl. tax"),
            lambda invoice: yen(invoice.total),
            look="num",
            text=lambda i: str(i.total),
        ),
        Column(
            gettext_lazy("Issued on"),
            lambda invoice: when(invoice.issued_at, form="date"),
            text=lambda i: str(i.issued_at),
        ),
        Column(gettext_lazy("Payable by"), lambda invoice: invoice.due_on.isoformat()),
        Column(gettext_lazy("Papers"), papers_cell, text=lambda invoice: ""),
    ],
    filters=[by_field("stream", gettext_lazy("Kind"), lambda: Stream.choices)],
    sort="-number",
    filename="invoices",
)
