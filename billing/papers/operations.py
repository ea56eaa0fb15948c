"""What workers do for papers: set PDFs, pack ZIP files."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from billing.credit_notes.models import CreditNote
from billing.invoices.models import Invoice
from billing.papers import asking, bundles, rendering
from billing.papers.models import Bundle, Paper, Receipt
from core.operations.models import Operation
from core.operations.performing import Performer


def renderer(find: Callable[[int], Paper]) -> Performer:
    """How papers of one model are made."""

    def call(operation: Operation, at: datetime) -> bytes:
        return rendering.render(find(operation.subject_pk), language(operation), as_of=as_of(operation))

    def finish(operation: Operation, content: bytes, at: datetime) -> None:
        asking.store(find(operation.subject_pk), language(operation), content, as_of=as_of(operation), at=at)

    return Performer(call, finish)


def language(operation: Operation) -> str:
    return str(operation.payload["language"])


def as_of(operation: Operation) -> datetime:
    return datetime.fromisoformat(operation.payload["as_of"])


def receipt(pk: int) -> Receipt:
    return Receipt.objects.select_related("attempt__card", "transfer").get(pk=pk)


def credit_note(pk: int) -> CreditNote:
    return CreditNote.objects.select_related("invoice").get(pk=pk)


def bundle(operation: Operation) -> Bundle:
    return Bundle.objects.get(pk=operation.subject_pk)


def pack(operation: Operation, at: datetime) -> Any:
    """Write the ZIP file on disk."""
    return bundles.pack(bundle(operation))


def packed(operation: Operation, packed: bundles.Packed, at: datetime) -> None:
    bundles.finish(bundle(operation), packed, at=at)


def unpacked(operation: Operation, text: str, at: datetime) -> None:
    bundles.fail(bundle(operation), at=at)


PERFORMERS = {
    "invoice.render": renderer(lambda pk: Invoice.objects.get(pk=pk)),
    "credit_note.render": renderer(credit_note),
    "receipt.render": renderer(receipt),
    "bundle.pack": Performer(pack, packed, unpacked),
}
