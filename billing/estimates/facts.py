"""What was recorded of some contracts in one month, read in two queries however many they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Min, Q

from billing.contracts.models import Contract
from billing.invoices import rating
from billing.invoices.rating import Line, Traffic
from billing.meters.models import Count, Span
from billing.prices.book import Book
from billing.prices.tariffs import Tariff
from core.calendar import Month


@dataclass
class Facts:
    """Spans and counts of one contract in the book's month."""

    contract: Contract
    spans: list[Span] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)

    def rated(self, book: Book, *, until: datetime) -> list[Line]:
        """What `rating.rate` says of everything before `until`."""
        return rating.rate(self.contract, self.spans, self.counts, book, until=until, traffic=self.traffic)

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
    for span in spans.select_related("item").order_by("period"):
        found[span.contract_id].spans.append(span)
    for count in Count.objects.filter(contract__in=list(found), month=month.first_day).select_related("item"):
        found[count.contract_id].counts.append(count)
    _trace(found, month)
    return list(found.values())


def _trace(found: dict[int, Facts], month: Month) -> None:
    """Set the traffic of those whose fee depends on it (36-2, 37-1, 55-2). No query if there are none, else three."""
    tariffs = (Tariff.MONTH_IF_USED, Tariff.SILENT_YEAR)
    asked = [pk for pk, one in found.items() if any(span.item.tariff in tariffs for span in one.spans)]
    if not asked:
        return
    counts = Count.objects.filter(contract__in=asked, month__lt=month.first_day).values_list("contract")
    lasts = dict(counts.annotate(last=Max("month")))
    firsts: dict[tuple[int, str], datetime] = {}
    if settings.SIM_WAIVER_SCOPE == "sim":
        groups = {found[pk].contract.group for pk in asked} - {""}
        projects = {found[pk].contract.project_id for pk in asked}
        mates = Contract.objects.filter(group__in=groups, project__in=projects).exclude(group="")
        kin = {pk: (project, group) for pk, project, group in mates.values_list("pk", "project", "group")}
        used = Count.objects.filter(contract__in=list(kin), month=month.first_day).values_list("contract")
        for pk, first in used.annotate(first=Min("at")):
            firsts[kin[pk]] = min(first, firsts.get(kin[pk], first))
    for pk in asked:
        contract, last = found[pk].contract, lasts.get(pk)
        own = firsts.get((contract.project_id, contract.group))
        found[pk].traffic = Traffic(own, Month.of(last) if last else None)


def book_of(found: Iterable[Facts], month: Month) -> Book:
    """The prices of what was used."""
    return Book(month, {item for one in found for item in one.items})
