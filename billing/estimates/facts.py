"""What was recorded of contracts in one month: two queries for any number of them, rated by the rule of invoices."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from billing.contracts.models import Contract
from billing.invoices import rating
from billing.invoices.rating import Line
from billing.meters.models import Count, Span
from billing.prices.book import Book
from core.calendar import Month, end_of_day


@dataclass
class Facts:
    """Spans and counts of one contract in the book's month."""

    contract: Contract
    spans: list[Span] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def rated(self, book: Book, *, until: datetime) -> list[Line]:
        """What `rating.rate` says of everything before `until`; a contract under notice is charged to its last day."""
        last_day = self.contract.ends_on
        until = min(until, end_of_day(last_day)) if last_day else until
        return rating.rate(self.contract, self.spans, self.counts, book, until=until)

    @property
    def is_in_use(self) -> bool:
        """Whether something is in use now, with no end yet."""
        return any(span.period.upper is None for span in self.spans)


def of_contracts(contracts: Iterable[Contract], month: Month) -> list[Facts]:
    """The month's facts of each of the contracts, in their order."""
    found = {contract.pk: Facts(contract) for contract in contracts}
    for one in [*_spans(month, contract__in=found), *_counts(month, contract__in=found)]:
        _put(found[one.contract_id], one)
    return list(found.values())


def of_month(month: Month, **which: Any) -> list[Facts]:
    """The month's facts of all contracts of which there are any; `which` filters them: contract__organisation=..."""
    found: dict[int, Facts] = {}
    rows = [*_spans(month, **which).select_related(*WITH), *_counts(month, **which).select_related(*WITH)]
    for one in rows:
        _put(found.setdefault(one.contract_id, Facts(one.contract)), one)
    return [found[pk] for pk in sorted(found)]


WITH = ("contract", "contract__project")


def _put(facts: Facts, one: Span | Count) -> None:
    if isinstance(one, Span):
        facts.spans.append(one)
    else:
        facts.counts.append(one)


def _spans(month: Month, **which: Any) -> Any:
    still = Q(period__upper_inf=True) | Q(period__endswith__gt=month.start)
    return Span.objects.filter(still, period__startswith__lt=month.end, **which).order_by("pk")


def _counts(month: Month, **which: Any) -> Any:
    return Count.objects.filter(month=month.first_day, **which).order_by("pk")
