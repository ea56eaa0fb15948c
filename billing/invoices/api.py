"""Bills of the cloud API (api/system/1.0) and invoices of the panel's, for keys with the right to bills."""

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.api import Collection, PanelEndpoint, of_bills
from billing.invoices.explaining import quantity
from billing.invoices.models import Invoice, InvoiceLine, InvoiceTax
from billing.prices.api import path_of
from billing.prices.tariffs import Use
from core.api import Column, Fixed, Id, Instant, Made, Many, Part, Reply, Text, Whole, number_of
from core.api.endpoints import Handler
from core.api.fields import Number, instant
from core.api.shape import written
from core.calendar import Month, end_of_day
from core.sheets import disarmed


def billed(request: Any) -> QuerySet[Invoice]:
    """The issued invoices of the key's organisation, newest first. Raises Forbidden without the right to bills."""
    return Invoice.objects.filter(organisation=of_bills(request), state=Invoice.State.ISSUED).order_by("-number")


# -- the cloud API ------------------------------------------------------------------------------------------------

BILL = Part(
    {
        "BillID": Id("number"),
        "Amount": Whole("total"),
        "Date": Instant("issued_at"),
        "MemberID": Made(str, "organisation__number"),
        "Paid": Fixed(False),
        "PayLimit": Made(lambda day: instant(end_of_day(day)), "due_on"),
        "PaymentClassID": Fixed(1),
    }
)


def listed(request: Any, bills: QuerySet[Invoice]) -> Reply:
    """Bills in the envelope of a list."""
    found = written(bills, BILL, number_of(request))
    return Reply({"From": 0, "Count": len(found), "Total": len(found), "Bills": found}, success=None)


def by_contract(request: Any, account: str, year: int | None = None, month: int | None = None) -> Reply:
    """The bills of the key's project; those of a year or a month by their date in JST."""
    if account != str(request.project.number):
        raise Http404
    bills = billed(request)
    return listed(request, bills.filter(**dated(year, month)) if year is not None else bills)


def dated(year: int, month: int | None) -> dict[str, Any]:
    """The condition of a date in a year, or in a month of it. Raises Http404 for months that can't be."""
    try:
        first, last = (Month(year, 1), Month(year, 12)) if month is None else (Month(year, month),) * 2
        return {"issued_at__gte": first.start, "issued_at__lt": last.end}
    except ValueError as error:
        raise Http404 from error


def by_id(request: Any, bill: str) -> Reply:
    """One bill, in a list."""
    return listed(request, billed(request).filter(number=one(request, bill).number))


def one(request: Any, bill: str) -> Invoice:
    """The bill with this number. Raises Http404."""
    found = billed(request).filter(number=bill).first() if bill.isdigit() and len(bill) < 19 else None
    if found is None:
        raise Http404
    return found


def lines_of(request: Any, member: str, bill: str) -> list[InvoiceLine]:
    """The lines of a bill. Raises Http404."""
    if member != str(request.project.organisation.number):
        raise Http404
    lines = InvoiceLine.objects.filter(invoice=one(request, bill)).order_by("line_no")
    return list(lines.select_related("price__item", "contract"))


def usage(line: InvoiceLine) -> str:
    """How much was used, in words."""
    return quantity(line.price, Use(line.quantity, line.before))


def detail(line: InvoiceLine, number: Number) -> dict[str, Any]:
    """A line of a bill: yen without tax."""
    return {
        "ContractID": number(line.contract.number),
        "Amount": line.amount,
        "Description": f"{line.price.label} {line.name}".strip(),
        "Index": line.line_no,
        "ServiceClassID": number(line.price_id),
        "ServiceClassPath": path_of(line.price.item_id, line.price.plan),
        "Usage": int(line.quantity),
        "FormattedUsage": usage(line),
        "Zone": line.price.zone,
        "ContractEndAt": instant(line.contract.closed_at),
    }


def cells(line: InvoiceLine) -> list[Any]:
    """A line as a row of the table."""
    charge = f"{line.price.label} {line.name}".strip()
    return [line.line_no, line.contract.number, charge, usage(line), line.amount, f"{line.tax_rate:.0%}"]


def details(request: Any, member: str, bill: str) -> Reply:
    """The lines of a bill: yen without tax."""
    found = [detail(line, number_of(request)) for line in lines_of(request, member, bill)]
    return Reply({"Count": len(found), "BillDetails": found}, success=None)


def table(request: Any, member: str, bill: str) -> Reply:
    """The lines of a bill as a table, inside the JSON; what a spreadsheet would run as a formula is disarmed."""
    lines = lines_of(request, member, bill)
    head = [_("Line"), _("Contract"), _("Charge"), _("Use"), _("Amount (yen)"), _("Tax rate")]
    rows = [[disarmed(str(cell)) for cell in cells(line)] for line in lines]
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    value = {
        "Count": len(rows),
        "ResponsedAt": instant(request.now),
        "Filename": f"{one(request, bill).label}.csv",
        "HeaderRow": head,
        "BodyRows": rows,
        "Body": text.getvalue(),
    }
    return Reply(value, success=None)


ADDRESSES: dict[str, Handler] = {
    "bill/by-contract/<str:account>": by_contract,
    "bill/by-contract/<str:account>/<int:year>": by_contract,
    "bill/by-contract/<str:account>/<int:year>/<int:month>": by_contract,
    "bill/id/<str:bill>": by_id,
    "billdetail/<str:member>/<str:bill>": details,
    "billdetail/<str:member>/<str:bill>/csv": table,
}


# -- the panel's API ----------------------------------------------------------------------------------------------

LINE = Part(
    {
        "Line": Whole("line_no"),
        "Contract": Id("contract__number"),
        "Item": Text("price__item"),
        "Plan": Text("price__plan"),
        "Clause": Text("price__item__clause"),
        "Name": Text("name"),
        "Quantity": Made(float, "quantity"),
        "Amount": Whole("amount"),
        "TaxRate": Made(float, "tax_rate"),
    }
)
TAX = Part({"Rate": Made(float, "rate"), "Base": Whole("base"), "Tax": Whole("tax")})
INVOICE = Part(
    {
        "Number": Id("number"),
        "Month": Made(lambda day: str(Month.of(day)), "month"),
        "IssuedAt": Instant("issued_at"),
        "DueOn": Column("due_on"),
        "Subtotal": Whole("subtotal"),
        "Tax": Whole("tax"),
        "Total": Whole("total"),
        "Details": Part(
            {
                "Lines": Many(lambda: InvoiceLine.objects.order_by("line_no"), by="invoice", fields=LINE),
                "Taxes": Many(lambda: InvoiceTax.objects.order_by("rate"), by="invoice", fields=TAX),
            },
            extra=True,
        ),
    }
)


class Invoices(Collection):
    """Issued invoices; their lines when `Include` names the details."""

    endpoint = PanelEndpoint


invoices = Invoices("invoices", "Invoice", "Invoices", rows=billed, fields=INVOICE)
