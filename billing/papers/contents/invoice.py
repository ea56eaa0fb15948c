"""A qualified invoice (適格請求書)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from billing.invoices.explaining import duration, plain, quantity
from billing.invoices.models import Invoice, InvoiceLine
from billing.means import streams
from billing.papers.contents.words import REDUCED_MARK, Said, cited, columns, day, letterhead, notes, per_rate
from billing.papers.settled import settled, to_pay
from billing.prices.models import Item, Price
from billing.prices.tariffs import Tariff, Use
from core.calendar import Month
from core.money import yen

# More lines are summed up by price; the page and the CSV of the invoice have each of them.
MOST_LINES = 300


def contents(invoice: Invoice, *, as_of: datetime) -> Said:
    """Everything the invoice says. as_of: credit applied until then stands below the total."""
    month, rows = Month.of(invoice.month), settled(invoice, until=as_of)
    left = to_pay(invoice, rows)
    return {
        **letterhead(invoice, _("Invoice (qualified)"), number=_("Invoice number")),
        "panel": [
            (_("Transaction period"), f"{day(month.first_day)} – {day(month.last_day)}"),
            (_("Payable by"), day(invoice.due_on)),
            (_("To pay, incl. tax"), yen(left)),
        ],
        "columns": columns(
            (_("What was charged"), "left"), (_("Clause"), "left"), (_("Quantity"), "right"),
            (_("Amount, without tax"), "right"),
        ),
        "rows": lines(invoice),
        "sums": per_rate(invoice.subtotal, invoice.taxes.values_list("rate", "base", "tax")),
        "total": (_("Total, incl. tax"), yen(invoice.total)),
        "after": [*((row.label, yen(row.amount)) for row in rows), (_("To pay, incl. tax"), yen(left))] if rows else [],
        "notes": notes(means(invoice, left), reduced(invoice)),
    }  # fmt: skip


def lines(invoice: Invoice) -> list[list[str]]:
    """One row per line; when there are very many, one per price."""
    rows = InvoiceLine.objects.filter(invoice=invoice)
    if rows.count() > MOST_LINES:
        return summed(invoice)
    return [printed(line.price, named(line), line.name, used(line), line.amount) for line in
            rows.select_related("price__item").order_by("line_no")]  # fmt: skip


def named(line: InvoiceLine) -> str:
    """What a line charges or takes off."""
    return called(line.kind, line.price, Month.of(line.for_month) if line.for_month else None)


def called(kind: str, price: Price, month: Month | None = None) -> str:
    """What lines of a kind and price are. month: for which an adjustment is."""
    match kind:
        case InvoiceLine.Kind.PASSPORT:
            return _("Discount passport: %(item)s") % {"item": price.label}
        case InvoiceLine.Kind.ADJUSTMENT:
            title = _("Adjustment: %(item)s") % {"item": price.label}
            return f"{title} ({month})" if month else title
        case _:
            return price.label


def used(line: InvoiceLine) -> str:
    """How much was used; a discount and an adjustment are no use of the month."""
    if line.kind != InvoiceLine.Kind.USE:
        return ""
    return quantity(line.price, Use(line.quantity, line.before))


def summed(invoice: Invoice) -> list[list[str]]:
    """The lines summed up by kind and price."""
    groups = InvoiceLine.objects.filter(invoice=invoice).values("price", "kind").annotate(
        total=Sum("amount"), used=Sum("quantity"), n=Count("line_no")
    )  # fmt: skip
    prices = Price.objects.select_related("item").in_bulk([group["price"] for group in groups])
    ordered = sorted(groups, key=lambda g: (prices[g["price"]].item.position, g["price"], -len(g["kind"])))
    rows = []
    for group in ordered:
        price, count = prices[group["price"]], _("%(n)s lines") % {"n": f"{group['n']:,}"}
        amount = total_use(price, group["used"]) if group["kind"] == InvoiceLine.Kind.USE else ""
        rows.append(printed(price, called(group["kind"], price), count, amount, group["total"]))
    return rows


def total_use(price: Price, used: Decimal) -> str:
    """The use of many lines together."""
    return duration(used) if price.item.tariff == Tariff.LADDER else f"{plain(used)} {price.item.unit}".strip()


def printed(price: Price, title: str, name: str, used: str, amount: int) -> list[str]:
    """A row of the table: what, its small print, clause, quantity, amount."""
    mark = f" {REDUCED_MARK}" if price.item.tax == Item.Tax.REDUCED else ""
    return [f"{title}{mark}", name, cited(price.item.clause), used, yen(amount)]


def means(invoice: Invoice, left: int) -> str:
    """How it is paid."""
    merge = streams.merged_with(invoice)
    if merge is not None:
        return _("Paid with the bill of %(service)s (13-2).") % {"service": merge.bill}
    if not left:
        return _("Nothing is left to pay.")
    if streams.of_invoice(invoice) == streams.Kind.BANK:
        return _("Paid by bank transfer, as agreed. How each amount comes about is explained in the panel.")
    return _("Paid with the card you registered. How each amount comes about is explained line by line in the panel.")


def reduced(invoice: Invoice) -> str:
    """What the mark means, if it is there."""
    if not InvoiceLine.objects.filter(invoice=invoice, price__item__tax=Item.Tax.REDUCED).exists():
        return ""
    return _("%(mark)s Reduced tax rate") % {"mark": REDUCED_MARK}
