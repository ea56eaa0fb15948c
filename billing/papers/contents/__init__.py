"""What each kind of paper says, in the active language."""

from datetime import datetime

from billing.credit_notes.models import CreditNote
from billing.invoices.models import Invoice
from billing.papers.contents import credit_note, invoice, receipt
from billing.papers.contents.words import Said
from billing.papers.models import Paper, Receipt


def contents(paper: Paper, *, as_of: datetime) -> Said:
    """Everything the paper says, ready for `paper.typ`. Raises TypeError for what is no paper."""
    match paper:
        case Invoice():
            return invoice.contents(paper, as_of=as_of)
        case CreditNote():
            return credit_note.contents(paper)
        case Receipt():
            return receipt.contents(paper)
        case _:
            raise TypeError(f"no paper: {paper!r}")
