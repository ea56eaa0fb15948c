"""After an invoice is issued: waiting credit is put on it, the customer is told, and its PDF is asked for."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from billing import credit_notes
from billing.invoices.models import Invoice
from billing.means import hybrid, streams
from billing.papers import asking
from core.calendar import end_of_day


@transaction.atomic
def publish(invoice: Invoice, *, at: datetime) -> None:
    """Put waiting credit on it, hand it to another bill if the customer chose that, tell them, and ask for the PDF.

    Safe to repeat (4-1, 13-2).
    """
    credit_notes.apply(invoice.organisation, at=at)
    hybrid.hand_over(invoice, at=at)
    notices.send(
        "invoice_issued",
        invoice,
        to=invoice.organisation,
        occasion=invoice.label,
        topic=Topic.MONEY,
        act_url=reverse("invoice", args=[invoice.number]),
        deadline=end_of_day(invoice.due_on),
        at=at,
        merge=streams.merged_with(invoice),
        by_bank=streams.of_invoice(invoice) == streams.Kind.BANK,
    )
    asking.ask(invoice, by=SYSTEM, at=at)
