"""What up to 36 invoiced months cost, by item: for the chart, the table and a spreadsheet."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.organisations.models import Organisation
from billing.invoices.models import InvoiceLine
from billing.prices.models import Item
from core.calendar import Month

PERIODS = (12, 24, 36)


@dataclass(frozen=True)
class Series:
    """What one item cost in each of the months, oldest first, yen without tax."""

    item: Item
    amounts: list[int]

    @property
    def total(self) -> int:
        return sum(self.amounts)

    @property
    def last(self) -> int:
        """Yen of the last month."""
        return self.amounts[-1]


@dataclass(frozen=True)
class Costs:
    """Invoiced months, oldest first, and what each item cost in them, the dearest first. Yen without tax."""

    months: list[Month]
    series: list[Series]

    @property
    def totals(self) -> list[int]:
        """Yen of each month."""
        return [sum(one.amounts[n] for one in self.series) for n in range(len(self.months))]

    @property
    def total(self) -> int:
        return sum(self.totals)


def short(month: Month) -> str:
    """A month as the axis of a chart has room for it: "10/26"."""
    return _("%(n)s/%(y)s") % {"n": month.month, "y": month.year % 100}


def by_item(organisation: Organisation, *, months: int = 12, at: datetime) -> Costs:
    """The last so many months before this one, as they were invoiced. Two queries."""
    this = Month.of(at)
    shown = [this.plus(n) for n in range(-months, 0)]
    lines = InvoiceLine.objects.filter(
        invoice__organisation=organisation, invoice__state="ISSUED", invoice__month__gte=shown[0].first_day
    )
    found: dict[str, dict[Month, int]] = defaultdict(dict)
    for day, item, amount in lines.values_list("invoice__month", "price__item").annotate(sum=Sum("amount")):
        found[item][Month.of(day)] = amount
    items = Item.objects.in_bulk(found)
    series = [Series(items[code], [sums.get(month, 0) for month in shown]) for code, sums in found.items()]
    return Costs(shown, sorted(series, key=lambda one: (-one.total, one.item.position)))


def csv_rows(costs: Costs) -> Iterator[list[str]]:
    """Month, item, its name, yen without tax: a row for each that cost something."""
    for n, month in enumerate(costs.months):
        for one in costs.series:
            if one.amounts[n]:
                yield [str(month), one.item.code, one.item.name, str(one.amounts[n])]
