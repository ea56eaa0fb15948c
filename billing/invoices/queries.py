"""Reading invoices: for pages, files and the API."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet

from accounts.organisations.models import Organisation
from billing.invoices.explaining import Explained, explain
from billing.invoices.models import Invoice, InvoiceLine
from billing.meters.models import Span
from billing.prices.tariffs import Use
from core.calendar import Month


def issued_to(organisation: Organisation) -> QuerySet[Invoice]:
    """The invoices an organisation can see."""
    return Invoice.objects.filter(organisation=organisation, state=Invoice.State.ISSUED)


def lines_of(invoice: Invoice, *, after: int = 0, limit: int | None = None) -> list[InvoiceLine]:
    """Lines with their price, item and contract, in order, from the one after a line number. One query."""
    rows = InvoiceLine.objects.filter(invoice=invoice, line_no__gt=after)
    ordered = rows.select_related("price__item", "contract__project").order_by("line_no")
    return list(ordered if limit is None else ordered[:limit])


def explained(invoice: Invoice, lines: list[InvoiceLine]) -> list[Explained]:
    """The lines in words, with the stretches of use they were counted from. One query."""
    month, spans = Month.of(invoice.month), defaultdict(list)
    known = {line.contract_id for line in lines}
    found = Span.objects.filter(contract__in=known, period__overlap=(month.start, month.end))
    for span in found.order_by("period"):
        spans[span.contract_id].append(span)
    return [
        explain(
            line.price,
            Use(line.quantity, line.before),
            line.amount,
            name=line.name,
            spans=spans[line.contract_id],
            began=line.period.lower,
            ended=line.period.upper,
        )
        for line in lines
    ]


CSV_HEAD = (
    "line", "item", "plan", "name", "project", "zone", "contract", "clause", "from", "until", "quantity", "before",
    "amount_without_tax", "tax_rate",
)  # fmt: skip


def csv_rows(invoice: Invoice) -> Iterator[list[str]]:
    """Every line for a spreadsheet; quantity and before are seconds for what is used by time."""
    rows = (
        InvoiceLine.objects.filter(invoice=invoice)
        .select_related("price__item", "contract__project")
        .order_by("line_no")
    )
    for line in rows.iterator(1000):
        price, contract = line.price, line.contract
        values = (
            line.line_no, price.item_id, price.plan, line.name, contract.project.name, contract.zone, contract.number,
            price.item.clause, line.period.lower.isoformat(), line.period.upper.isoformat(), line.quantity,
            line.before, line.amount, line.tax_rate,
        )  # fmt: skip
        yield [str(value) for value in values]
