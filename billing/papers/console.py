"""What the search of the panel finds among papers."""

from accounts.access import Actor
from billing.credit_notes.models import CreditNote
from billing.papers.models import Receipt
from core.calendar import jst_date
from core.console import Hit

FOUND: dict[str, tuple[type[CreditNote | Receipt], str]] = {"R": (CreditNote, "coins"), "P": (Receipt, "receipt")}


def search(actor: Actor, words: str) -> list[Hit]:
    """Return invoices ("R000000012") and receipts ("P000000012") by number, for those who may see bills."""
    letter, digits = words[:1].upper(), words[1:]
    if letter not in FOUND or not (digits.isascii() and digits.isdigit() and len(digits) < 18):
        return []
    model, icon = FOUND[letter]
    allowed = [pk for pk, seat in actor.seats.items() if seat.bill]
    found = model._base_manager.filter(organisation__in=allowed, number=int(digits))
    return [Hit(paper.label, str(jst_date(paper.issued_at)), paper.get_absolute_url(), icon) for paper in found]
