"""Reading invoices: for pages, files and the API."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from accounts.organisations.models import Organisation
from billing.adjustments.models import Adjustment
from billing.invoices.explaining import Explained, adjusted, discounted, explain
from billing.invoices.models import Invoice, InvoiceLine
from billing.meters.models import Span
from billing.passports.models import Passport
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
    sources = _sources(lines)
    return [_explain(line, spans[line.contract_id], sources.get((line.kind, line.source_pk))) for line in lines]


def _sources(lines: list[InvoiceLine]) -> dict[tuple[str, int | None], Passport | Adjustment]:
    """The passports and adjustments that lines come from. No query when there are none."""
    found: dict[tuple[str, int | None], Passport | Adjustment] = {}
    for kind, model in ((InvoiceLine.Kind.PASSPORT, Passport), (InvoiceLine.Kind.ADJUSTMENT, Adjustment)):
        keys = {line.source_pk for line in lines if line.kind == kind and line.source_pk is not None}
        if keys:
            found |= {(str(kind), row.pk): row for row in model.objects.filter(pk__in=keys)}
    return found


def _explain(line: InvoiceLine, spans: list[Span], source: Passport | Adjustment | None) -> Explained:
    use = Use(line.quantity, line.before, line.allowance or Decimal(0))
    match source:
        case Passport():
            return discounted(line.price, line.quantity, source.rate, line.amount, name=line.name)
        case Adjustment():
            late = source.kind == Adjustment.Kind.LATE
            whole = replace(use, quantity=use.quantity + source.charged_quantity) if late else None
            return adjusted(line.price, whole, source.charged_amount, line.amount, source.reason, name=line.name)
    began, ended = line.period.lower, line.period.upper
    return explain(line.price, use, line.amount, name=line.name, spans=spans, began=began, ended=ended)


CSV_HEAD = (
    "line", "item", "plan", "name", "project", "zone", "contract", "clause", "from", "until", "quantity", "before",
    "amount_without_tax", "tax_rate", "kind", "for_month", "tariff", "hourly", "daily", "monthly", "unit", "included",
    "packs", "discount_rate", "charged_before",
)  # fmt: skip


def csv_rows(invoice: Invoice) -> Iterator[list[str]]:
    """Every line for a spreadsheet, with all that is needed to recompute it.

    quantity and before: seconds of what is used by time, else units or months; for a discount the fee in yen, of which
    discount_rate is taken off. kind LATE: quantity is all the use of for_month, of which charged_before yen were
    charged already; CORRECTION: an amount that staff gave a reason for.
    """
    passport = Passport.objects.filter(pk=OuterRef("source_pk"))
    adjustment = Adjustment.objects.filter(pk=OuterRef("source_pk"))
    is_adjustment = Q(kind=InvoiceLine.Kind.ADJUSTMENT)
    rows = (
        InvoiceLine.objects.filter(invoice=invoice)
        .select_related("price__item", "contract__project")
        .annotate(
            rate=Case(When(kind=InvoiceLine.Kind.PASSPORT, then=Subquery(passport.values("rate")))),
            why=Case(When(is_adjustment, then=Subquery(adjustment.values("kind")))),
            charged=Case(When(is_adjustment, then=Subquery(adjustment.values("charged_amount")))),
            known=Case(When(is_adjustment, then=Subquery(adjustment.values("charged_quantity")))),
        )
        .order_by("line_no")
    )
    for line in rows.iterator(1000):
        price, contract = line.price, line.contract
        values = (
            line.line_no, price.item_id, price.plan, line.name, contract.project.name, contract.zone, contract.number,
            price.item.clause, line.period.lower.isoformat(), line.period.upper.isoformat(),
            line.quantity + (line.known or 0), line.before, line.amount, line.tax_rate, line.why or line.kind,
            line.for_month and Month.of(line.for_month), price.item.tariff, price.hourly, price.daily, price.monthly,
            price.unit, price.included, line.allowance, line.rate, line.charged,
        )  # fmt: skip
        yield ["" if value is None else str(value) for value in values]
