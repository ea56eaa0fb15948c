"""A receipt (領収書): what was received, when, how and for what.

A passport is paid when it is bought and never stands on an invoice, so its receipt is the qualified invoice.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from billing.invoices.models import Invoice
from billing.papers.contents.words import Said, columns, day, letterhead, notes, per_rate
from billing.papers.models import Receipt
from billing.papers.paid import Paid, paid_by
from billing.passports.listing import plan_names
from billing.passports.models import Passport
from core.calendar import Month
from core.money import yen

Tax = tuple[Decimal, int, int]


def contents(receipt: Receipt) -> Said:
    """Everything the receipt says."""
    paid = paid_by(receipt)
    title = _("Receipt (qualified invoice)") if paid.passport else _("Receipt")
    subtotal, taxes = taxed(receipt, paid)
    return {
        **letterhead(receipt, title, number=_("Receipt number")),
        "panel": [
            (_("Paid on"), day(receipt.paid_on)),
            (_("Paid by"), paid.means),
            (_("Received, incl. tax"), yen(receipt.amount)),
        ],
        "columns": columns((_("For what"), "left"), (_("Amount, incl. tax"), "right")),
        "rows": rows(receipt, paid),
        "sums": per_rate(subtotal, taxes) if taxes else [],
        "total": (_("Received, incl. tax"), yen(receipt.amount)),
        "after": [],
        "notes": notes(_("We have received this amount with thanks."), elsewhere(paid, taxes), unstamped(receipt)),
    }


def rows(receipt: Receipt, paid: Paid) -> list[list[str]]:
    """What was paid, each with its small print and amount; what is for no invoice yet stays as credit."""
    if paid.passport:
        words = {"plan": plan_names().get(paid.passport.plan, paid.passport.plan), "months": paid.passport.months}
        title = _("Discount passport %(plan)s, %(months)s months") % words
        return [[title, valid(paid.passport), yen(receipt.amount)]]
    found = [[called(invoice), period(invoice), yen(amount)] for invoice, amount in paid.invoices]
    rest = receipt.amount - sum(amount for _invoice, amount in paid.invoices)
    return [*found, *([[_("Paid in advance for your next invoice"), "", yen(rest)]] if rest else [])]


def called(invoice: Invoice) -> str:
    return _("Cloud services, invoice %(invoice)s") % {"invoice": invoice.label}


def period(invoice: Invoice) -> str:
    month = Month.of(invoice.month)
    return f"{day(month.first_day)} – {day(month.last_day)}"


def valid(passport: Passport) -> str:
    last = Month.of(passport.valid.upper).previous.last_day
    return f"{day(passport.valid.lower)} – {day(last)}"


def taxed(receipt: Receipt, paid: Paid) -> tuple[int, list[Tax]]:
    """Yen without tax, and (rate, base, tax), when the receipt is for one whole thing; else (0, [])."""
    if paid.passport:
        return paid.passport.price, [(paid.passport.tax_rate, paid.passport.price, paid.passport.tax)]
    if len(paid.invoices) == 1 and paid.invoices[0][0].total == receipt.amount == paid.invoices[0][1]:
        invoice = paid.invoices[0][0]
        return invoice.subtotal, list(invoice.taxes.values_list("rate", "base", "tax"))
    return 0, []


def elsewhere(paid: Paid, taxes: list[Tax]) -> str:
    """Where the tax stands, when part of an invoice was paid."""
    return "" if taxes or not paid.invoices else _("The tax for each rate stands on the invoice.")


def unstamped(receipt: Receipt) -> str:
    """Why there is no revenue stamp."""
    return _("Sent electronically, so no revenue stamp is due.")
