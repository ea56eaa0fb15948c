"""The PDF of a qualified invoice (適格請求書): what it says, and setting it with typst."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.db.models import Count, F, Sum
from django.utils import translation
from django.utils.translation import gettext as _

from billing.invoices.explaining import duration, plain, quantity
from billing.invoices.models import Invoice, InvoiceLine
from billing.prices.models import Item, Price
from billing.prices.tariffs import Tariff, Use
from core.calendar import Month, jst_date
from core.money import yen

FOLDER = Path(__file__).parent
# More lines are summed up by price; the page and the CSV of the invoice have each of them.
MOST_LINES = 300
REDUCED_MARK = "※"


@cache
def fonts() -> typst.Fonts:
    """The embedded font, read once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER / "fonts")])


def render(invoice: Invoice) -> bytes:
    """The invoice as a tagged PDF with its font embedded, in the organisation's language."""
    with translation.override(invoice.recipient["language"]):
        data = contents(invoice)
    return typst.compile(
        FOLDER / "invoice.typ",
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(invoice.issued_at.timestamp()) if invoice.issued_at else None,
    )


def contents(invoice: Invoice) -> dict[str, Any]:
    """Everything the paper says, in the active language."""
    month = Month.of(invoice.month)
    assert invoice.issued_at is not None
    return {
        "title": _("Invoice (qualified)"),
        "language": invoice.recipient["language"],
        "labels": labels(),
        "number": invoice.label,
        "issued_on": jst_date(invoice.issued_at).isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "period": f"{month.first_day} – {month.last_day}",
        "recipient": invoice.recipient | {"name": addressed(invoice.recipient)},
        "issuer": invoice.issuer,
        "total": yen(invoice.total),
        "lines": lines(invoice),
        "sums": sums(invoice),
        "notes": notes(invoice),
    }


def addressed(recipient: dict[str, str]) -> str:
    """The name as Japanese letters address it: 御中 for organisations, 様 for people; elsewhere the name alone."""
    if recipient["language"] != "ja":
        return recipient["name"]
    return f"{recipient['name']} {'様' if recipient['kind'] == 'INDIVIDUAL' else '御中'}"


def labels() -> dict[str, str]:
    """The words of the form."""
    return {
        "number": _("Invoice number"),
        "issued_on": _("Issued on"),
        "due_on": _("Payable by"),
        "registration_number": _("Registration number"),
        "period": _("Transaction period"),
        "total": _("Total, incl. tax"),
        "description": _("What was charged"),
        "clause": _("Clause"),
        "quantity": _("Quantity"),
        "amount": _("Amount, without tax"),
    }


def lines(invoice: Invoice) -> list[dict[str, str]]:
    """One row per line; when there are very many, one per price."""
    rows = InvoiceLine.objects.filter(invoice=invoice)
    if rows.count() > MOST_LINES:
        return summed(invoice)
    found = rows.select_related("price__item").order_by("line_no")
    return [
        printed(line.price, line.name, quantity(line.price, Use(line.quantity, line.before)), line.amount)
        for line in found
    ]


def summed(invoice: Invoice) -> list[dict[str, str]]:
    """The lines summed up by price."""
    groups = InvoiceLine.objects.filter(invoice=invoice).values("price").annotate(
        total=Sum("amount"), used=Sum("quantity"), n=Count("line_no")
    )  # fmt: skip
    prices = Price.objects.select_related("item").in_bulk([group["price"] for group in groups])
    ordered = sorted(groups, key=lambda group: (prices[group["price"]].item.position, group["price"]))
    return [
        printed(price, _("%(n)s lines") % {"n": f"{group['n']:,}"}, total_use(price, group["used"]), group["total"])
        for group in ordered
        for price in [prices[group["price"]]]
    ]


def total_use(price: Price, used: Decimal) -> str:
    """The use of many lines together."""
    return duration(used) if price.item.tariff == Tariff.LADDER else f"{plain(used)} {price.item.unit}".strip()


def printed(price: Price, name: str, used: str, amount: int) -> dict[str, str]:
    """A row of the table."""
    mark = f" {REDUCED_MARK}" if price.item.tax == Item.Tax.REDUCED else ""
    words = {"title": price.label, "mark": mark, "name": name, "clause": cited(price.item.clause)}
    return {**words, "quantity": used, "amount": yen(amount)}


def cited(clause: str) -> str:
    """A clause as papers cite it."""
    article, _dash, paragraph = clause.partition("-")
    return _("Art. %(article)s(%(paragraph)s)") % {"article": article, "paragraph": paragraph}


def sums(invoice: Invoice) -> list[tuple[str, str]]:
    """Subtotal, then for each rate its base and its tax, floored once."""
    rows = [(_("Subtotal, without tax"), yen(invoice.subtotal))]
    for tax in invoice.taxes.order_by(F("rate").desc()):
        percent = {"rate": plain(tax.rate * 100)}
        rows.append((_("Subject to %(rate)s %%") % percent, yen(tax.base)))
        rows.append((_("Consumption tax %(rate)s %%") % percent, yen(tax.tax)))
    return rows


def notes(invoice: Invoice) -> list[str]:
    """The small print."""
    said = [_("Paid with the card you registered. How each amount comes about is explained line by line in the panel.")]
    if InvoiceLine.objects.filter(invoice=invoice, price__item__tax=Item.Tax.REDUCED).exists():
        said.append(_("%(mark)s Reduced tax rate") % {"mark": REDUCED_MARK})
    return said
