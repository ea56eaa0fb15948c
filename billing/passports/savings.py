"""What passports have saved, read from the invoices (10-1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from billing.invoices.models import Invoice, InvoiceLine
from billing.passports.models import Passport
from core.calendar import Month


@dataclass(frozen=True)
class Saving:
    """One month: which server was discounted, and by how many yen without tax."""

    month: Month
    name: str
    contract_number: int
    amount: int
    invoice: Invoice


def lines(passports: Iterable[int]) -> QuerySet[InvoiceLine]:
    """Lines of issued invoices that are discounts by these passports."""
    discounts = InvoiceLine.objects.filter(kind=InvoiceLine.Kind.PASSPORT, source_pk__in=list(passports))
    return discounts.filter(invoice__state=Invoice.State.ISSUED)


def of(passport: Passport) -> list[Saving]:
    """Month by month, newest first. One query."""
    own = lines([passport.pk]).filter(invoice__organisation=passport.organisation_id)
    found = own.select_related("invoice", "contract").order_by("-invoice__month", "line_no")
    return [
        Saving(Month.of(line.invoice.month), line.contract.name, line.contract.number, -line.amount, line.invoice)
        for line in found
    ]


def totals(passports: Iterable[Passport]) -> dict[int, int]:
    """Yen without tax that each has saved so far, by primary key. One query."""
    sums = lines(p.pk for p in passports).values("source_pk").annotate(sum=Sum("amount"))
    return {pk: -amount for pk, amount in sums.values_list("source_pk", "sum") if pk is not None}
