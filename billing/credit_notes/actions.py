"""Giving back what an issued invoice charged: a new paper with its own number; the invoice stays as it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from billing.credit_notes.applying import open_of
from billing.credit_notes.models import CreditNote, CreditNoteLine, CreditNoteTax
from billing.invoices import issuers
from billing.invoices.models import Invoice, InvoiceLine
from billing.papers import asking
from billing.postings.actions import Side, book
from billing.postings.models import Account, Posting
from core.errors import Refused
from core.money import tax_of, yen

if TYPE_CHECKING:
    from accounts.access import Actor


@dataclass(frozen=True)
class Credit:
    """What to give back of one line of the invoice: yen without tax. name: what for; default: the line's own name."""

    line_no: int
    amount: int
    name: str = ""


@transaction.atomic
def issue(invoice: Invoice, lines: Sequence[Credit], *, reason: str, by: "Actor", at: datetime) -> CreditNote:
    """Write a qualified return invoice over lines of an issued invoice, and book it.

    The organisation is told. As far as the invoice is open it lowers what is to pay; the rest waits as credit for the
    next invoice. Raises Refused for a draft, without a reason or lines, for no whole positive yen, for a line that
    doesn't exist, and for more than a line (or all lines of a tax rate together) charged less what was given back
    before.
    """
    if not Invoice.objects.select_for_update(no_key=True).filter(pk=invoice.pk, state=Invoice.State.ISSUED).exists():
        raise Refused(_("Only an issued invoice can be corrected. Discard a draft instead."))
    if not reason.strip():
        raise Refused(_("Say why; the customer reads it."), field="reason")
    rows = written(invoice, lines)
    note = CreditNote.objects.create(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        reason=reason.strip()[:200],
        issued_at=at,
        issuer=issuers.on(at).as_kept(),
        recipient=invoice.recipient,
        **sums(rows),
    )
    for row in rows:
        row.credit_note = note
    CreditNoteLine.objects.bulk_create(rows)
    CreditNoteTax.objects.bulk_create(
        CreditNoteTax(credit_note=note, rate=rate, base=base, tax=tax_of(base, rate))
        for rate, base in bases(rows).items()
    )
    settle(note, at=at)
    audit.record("credit_note.issued", note, by=by, at=at, invoice=invoice.label, total=yen(note.total))
    publish(note, at=at)
    return note


def publish(note: CreditNote, *, at: datetime) -> None:
    """Tell the organisation with a link, and ask for the PDF."""
    note.refresh_from_db(fields=["number"])
    notices.send(
        "credit_note_issued", note, to=note.organisation, occasion=note.label, topic=Topic.MONEY,
        act_url=note.get_absolute_url(), at=at,
    )  # fmt: skip
    asking.ask(note, by=SYSTEM, at=at)


def written(invoice: Invoice, lines: Sequence[Credit]) -> list[CreditNoteLine]:
    """The lines to be, without their note. Raises Refused."""
    originals = {line.line_no: line for line in left(invoice)}
    if not lines:
        raise Refused(_("Choose at least one line and an amount."))
    rows = []
    for place, credit in enumerate(lines, start=1):
        original = originals.get(credit.line_no)
        if original is None:
            text = _("Invoice %(invoice)s has no line %(n)s.")
            raise Refused(text % {"invoice": invoice.label, "n": credit.line_no})
        original.left -= whole(credit.amount)  # type: ignore[attr-defined]
        if original.left < 0:  # type: ignore[attr-defined]
            text = _("Of line %(n)s only %(left)s without tax can still be given back.")
            most = original.left + credit.amount  # type: ignore[attr-defined]
            raise Refused(text % {"n": credit.line_no, "left": yen(max(most, 0))})
        rows.append(
            CreditNoteLine(
                line_no=place, invoice=invoice, original_no=credit.line_no, name=(credit.name or original.name)[:200],
                amount=credit.amount, tax_rate=original.tax_rate,
            )
        )  # fmt: skip
    within_rates(invoice, rows)
    return rows


def whole(amount: object) -> int:
    """The amount, if it is whole positive yen. Raises Refused."""
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise Refused(_("Amounts are whole yen, at least 1."))
    return amount


def left(invoice: Invoice) -> list[InvoiceLine]:
    """The lines in order; `left` of each: yen without tax that can still be given back. Two queries."""
    rows = list(InvoiceLine.objects.filter(invoice=invoice).select_related("price__item").order_by("line_no"))
    before = CreditNoteLine.objects.filter(invoice=invoice).values("original_no").annotate(sum=Sum("amount"))
    given = dict(before.values_list("original_no", "sum"))
    for row in rows:
        row.left = row.amount - given.get(row.line_no, 0)  # type: ignore[attr-defined]
    return rows


def within_rates(invoice: Invoice, rows: Sequence[CreditNoteLine]) -> None:
    """Raise Refused when more is given back at a tax rate than was charged at it: discounts are lines of their own."""
    before = CreditNoteTax.objects.filter(credit_note__invoice=invoice).values("rate").annotate(sum=Sum("base"))
    given = dict(before.values_list("rate", "sum"))
    for rate, base in bases(rows).items():
        most = invoice.taxes.get(rate=rate).base - given.get(rate, 0)
        if base > most:
            text = _("After its discounts, only %(left)s without tax of this invoice can still be given back.")
            raise Refused(text % {"left": yen(most)})


def bases(rows: Iterable[CreditNoteLine]) -> dict[Decimal, int]:
    """Yen without tax for each tax rate."""
    found: dict[Decimal, int] = defaultdict(int)
    for row in rows:
        found[row.tax_rate] += row.amount
    return dict(found)


def sums(rows: Iterable[CreditNoteLine]) -> dict[str, int]:
    """Subtotal, tax floored once per rate, and both."""
    by_rate = bases(rows)
    subtotal, tax = sum(by_rate.values()), sum(tax_of(base, rate) for rate, base in by_rate.items())
    return {"subtotal": subtotal, "tax": tax, "total": subtotal + tax}


def settle(note: CreditNote, *, at: datetime) -> None:
    """Book the note: against its invoice as far as that is open, the rest as credit that waits."""
    against = min(max(open_of(note.invoice), 0), note.total)
    sides: list[Side] = [
        (Account.REVENUE, note.subtotal, None),
        (Account.TAX, note.tax, None),
        (Account.RECEIVABLE, -against, note.invoice_id),
        (Account.RECEIVABLE, against - note.total, None),
    ]
    book(Posting.Kind.CREDIT_NOTE, note.pk, note.organisation_id, sides, at=at)
