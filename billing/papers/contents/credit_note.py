"""A qualified return invoice (適格返還請求書): what is given back of which invoice, from when, and why."""

from django.utils.translation import gettext as _

from billing.credit_notes.models import CreditNote
from billing.invoices.models import InvoiceLine
from billing.papers.contents.invoice import called
from billing.papers.contents.words import REDUCED_MARK, Said, columns, day, letterhead, notes, per_rate
from billing.prices.models import Item, Price
from core.calendar import Month
from core.money import yen


def contents(note: CreditNote) -> Said:
    """Everything the return invoice says: it names the original and the month its lines were used in."""
    said, month = letterhead(note, _("Return invoice (qualified)"), number=_("Number")), Month.of(note.invoice.month)
    assert note.invoice.issued_at is not None
    original = _("%(number)s of %(day)s") % {"number": note.invoice.label, "day": day(note.invoice.issued_at)}
    rows, marked = lines(note)
    return {
        **said,
        "head": [*said["head"], (_("Original invoice"), original)],
        "panel": [
            (_("Transaction period"), f"{day(month.first_day)} – {day(month.last_day)}"),
            (_("Reason"), note.reason),
            (_("Given back, incl. tax"), yen(note.total)),
        ],
        "columns": columns(
            (_("What is given back"), "left"), (_("Line of the original"), "right"), (_("Amount, without tax"), "right")
        ),
        "rows": rows,
        "sums": per_rate(note.subtotal, note.taxes.values_list("rate", "base", "tax")),
        "total": (_("Given back, incl. tax"), yen(note.total)),
        "after": [],
        "notes": notes(
            _("It lowers what is to pay of the original; what was paid already is put against your next invoice."),
            _("%(mark)s Reduced tax rate") % {"mark": REDUCED_MARK} if marked else "",
        ),
    }


def lines(note: CreditNote) -> tuple[list[list[str]], bool]:
    """A row for each line: what, its small print, the original's line, the amount; whether one is reduced."""
    rows = list(note.lines.order_by("line_no"))
    numbers = [row.original_no for row in rows]
    originals = InvoiceLine.objects.filter(invoice=note.invoice_id, line_no__in=numbers).select_related("price__item")
    by_number = {line.line_no: line for line in originals}
    printed, marked = [], False
    for row in rows:
        original = by_number[row.original_no]
        reduced = original.price.item.tax == Item.Tax.REDUCED
        title = titled(original.price, original) + (f" {REDUCED_MARK}" if reduced else "")
        printed.append([title, row.name, str(row.original_no), yen(row.amount)])
        marked = marked or reduced
    return printed, marked


def titled(price: Price, original: InvoiceLine) -> str:
    return called(original.kind, price, Month.of(original.for_month) if original.for_month else None)
