"""This month so far, and at its end if nothing changes: the engine of the invoices with another clock."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.organisations.models import Organisation
from billing.contracts.models import Contract
from billing.invoices import closing, rating
from billing.invoices.explaining import Explained, explain
from billing.invoices.rating import Line, Sums
from billing.meters.models import Count, Span
from billing.prices.book import Book
from billing.prices.tariffs import Use
from core.calendar import Month


@dataclass(frozen=True)
class MonthSoFar:
    """Yen with tax: what has accrued, and what the invoice will say if nothing changes."""

    so_far: int
    forecast: int


def this_month(organisation: Organisation, *, at: datetime) -> MonthSoFar:
    """The running month of an organisation, all its projects together. Two queries."""
    month = Month.of(at)
    return MonthSoFar(_total(organisation, month, at), _total(organisation, month, month.end))


def _total(organisation: Organisation, month: Month, until: datetime) -> int:
    values = {**closing.parameters(month, until=until), "organisations": [organisation.pk]}
    with connection.cursor() as cursor:
        cursor.execute(closing.TOTALS, values)
        return sum(subtotal + tax for _organisation, _stream, subtotal, tax in cursor.fetchall())


def month_so_far(contracts: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Yen without tax that each contract (by primary key) has accrued this month; those without charges are absent.

    One query, for lists.
    """
    with connection.cursor() as cursor:
        cursor.execute(closing.AMOUNTS, {**closing.parameters(Month.of(at), until=at), "contracts": list(contracts)})
        return dict(cursor.fetchall())


class Facts:
    """The spans and counts of some contracts in a month. Two queries."""

    def __init__(self, contracts: Iterable[Contract], month: Month) -> None:
        self.spans: dict[int, list[Span]] = defaultdict(list)
        self.counts: dict[int, list[Count]] = defaultdict(list)
        known = [contract.pk for contract in contracts]
        spans = Span.objects.filter(contract__in=known, period__overlap=(month.start, month.end))
        for span in spans.order_by("period"):
            self.spans[span.contract_id].append(span)
        for count in Count.objects.filter(contract__in=known, month=month.first_day):
            self.counts[count.contract_id].append(count)

    def rate(self, contract: Contract, book: Book, *, until: datetime) -> list[Line]:
        """The contract's charges until then."""
        return rating.rate(contract, self.spans[contract.pk], self.counts[contract.pk], book, until=until)

    def explained(self, lines: Iterable[Line]) -> list[Explained]:
        """The lines in words."""
        return [
            explain(
                line.price,
                Use(line.quantity, line.before),
                line.amount,
                name=line.contract.name,
                spans=self.spans[line.contract.pk],
                began=line.began,
                ended=line.ended,
            )
            for line in lines
        ]


@dataclass(frozen=True)
class Charges:
    """What one or several contracts cost this month, line by line."""

    month: Month
    lines: list[Explained]
    so_far: Sums
    forecast: Sums


def of_contract(contract: Contract, *, at: datetime) -> Charges:
    """What the contract has cost this month, and will have at its end if nothing changes. At most four queries."""
    return of_contracts([contract], at=at)


def of_contracts(contracts: list[Contract], *, at: datetime) -> Charges:
    """The same for several; tax is floored once for all of them, as on one invoice. At most four queries."""
    month = Month.of(at)
    book, facts = Book(month), Facts(contracts, month)
    lines = [line for contract in contracts for line in facts.rate(contract, book, until=at)]
    forecast = [line for contract in contracts for line in facts.rate(contract, book, until=month.end)]
    return Charges(month, facts.explained(lines), rating.sums(lines), rating.sums(forecast))
