"""What was recorded of some contracts in one month, read in two queries however many they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from billing.contracts.models import Contract
from billing.invoices import rating
from billing.invoices.rating import Line
from billing.meters.models import Count, Span
from billing.prices.book import Book
from core.calendar import Month


@dataclass
class Facts:
    """Spans and counts of one contract in the book's month."""

    contract: Contract
    spans: list[Span] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def rated(self, book: Book, *, until: datetime) -> list[Line]:
        """What `rating.rate` says of everything before `until`."""
        return rating.rate(self.contract, self.spans, self.counts, book, until=until)

    @property
    def items(self) -> set[str]:
        """Codes of the items in use or counted."""
        return {span.item_id for span in self.spans} | {count.item_id for count in self.counts}

    @property
    def is_in_use(self) -> bool:
        """Whether something is in use now, with no end yet."""
        return any(span.period.upper is None for span in self.spans)


def of_contracts(contracts: Iterable[Contract], month: Month) -> list[Facts]:
    """The month's facts of each of the contracts, in their order."""
    found = {contract.pk: Facts(contract) for contract in contracts}
    still = Q(period__upper_inf=True) | Q(period__endswith__gt=month.start)
    spans = Span.objects.filter(still, contract__in=list(found), period__startswith__lt=month.end)
    for span in spans.order_by("period"):
        found[span.contract_id].spans.append(span)
    for count in Count.objects.filter(contract__in=list(found), month=month.first_day):
        found[count.contract_id].counts.append(count)
    return list(found.values())


def book_of(found: Iterable[Facts], month: Month) -> Book:
    """The prices of what was used."""
    return Book(month, {item for one in found for item in one.items})
