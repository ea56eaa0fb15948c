"""What workers do for invoices."""

from datetime import datetime

from billing.invoices.documents import actions, rendering
from billing.invoices.models import Invoice
from core.operations.models import Operation
from core.operations.performing import Performer


def invoice_of(operation: Operation) -> Invoice:
    return Invoice.objects.get(pk=operation.subject_pk)


def render(operation: Operation, at: datetime) -> bytes:
    """Set the PDF."""
    return rendering.render(invoice_of(operation))


def rendered(operation: Operation, content: bytes, at: datetime) -> None:
    actions.store(invoice_of(operation), content, at=at)


PERFORMERS = {"invoice.render": Performer(render, rendered)}
