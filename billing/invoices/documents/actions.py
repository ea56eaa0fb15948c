"""After an invoice is issued: the customer is told, and its PDF is made once and kept as it is."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from billing import credit_notes
from billing.invoices.models import Invoice, InvoiceDocument
from core import operations
from core.calendar import end_of_day


@transaction.atomic
def publish(invoice: Invoice, *, at: datetime) -> None:
    """Put waiting credit on it, tell the organisation with a link, and ask for the PDF (4-1). Safe to repeat."""
    credit_notes.apply(invoice.organisation, at=at)
    notices.send(
        "invoice_issued",
        invoice,
        to=invoice.organisation,
        occasion=invoice.label,
        topic=Topic.MONEY,
        act_url=reverse("invoice", args=[invoice.number]),
        deadline=end_of_day(invoice.due_on),
        at=at,
    )
    operations.ask("invoice.render", invoice, by=SYSTEM, at=at)


def store(invoice: Invoice, content: bytes, *, at: datetime) -> InvoiceDocument:
    """Keep the PDF with its SHA-256, once: what is stored already stays."""
    digest = hashlib.sha256(content).hexdigest()
    values = {"content": content, "sha256": digest, "made_at": at}
    document, _created = InvoiceDocument.objects.get_or_create(invoice=invoice, defaults=values)
    return document
