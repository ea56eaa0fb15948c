"""The public price list: what is sold today, at which price, and what changes from which day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.invoices.explaining import plain
from billing.prices.models import Item, Price, TaxRate
from billing.prices.tariffs import Tariff
from core.calendar import jst_date
from core.errors import Text
from core.money import floor_yen, tax_of, yen

# How the list is divided, in its order.
GROUPS: tuple[tuple[str, Text, Text, tuple[Tariff, ...]], ...] = (
    (
        "hourly",
        gettext_lazy("By the hour"),
        gettext_lazy("Each started hour counts; a day costs at most the daily price, a month the monthly one."),
        (Tariff.LADDER,),
    ),
    (
        "monthly",
        gettext_lazy("By the month"),
        gettext_lazy("The month in which it starts and the month in which it ends are charged whole."),
        (Tariff.MONTH, Tariff.PACK),
    ),
    (
        "used",
        gettext_lazy("By the month, if it is used"),
        gettext_lazy("Charged only for months with traffic; the line maintenance fee only after 12 months without."),
        (Tariff.MONTH_IF_USED, Tariff.SILENT_YEAR),
    ),
    (
        "unit",
        gettext_lazy("By the amount"),
        gettext_lazy("Counted over the month; the fee is rounded down to whole yen once."),
        (Tariff.UNIT, Tariff.ONCE),
    ),
    ("free", gettext_lazy("Free"), gettext_lazy("These cost nothing."), (Tariff.FREE,)),
)


@dataclass(frozen=True)
class Row:
    """A price of the list; since: the first day of one that comes, or None for the one in force."""

    price: Price
    tax_rate: Decimal
    since: date | None

    @property
    def hourly(self) -> str:
        return f"¥{plain(self.price.hourly)}"

    @property
    def daily(self) -> str:
        return f"¥{plain(self.price.daily)}"

    @property
    def amount(self) -> str:
        """The price of a month, or of a unit, without tax."""
        return f"¥{plain(self.price.unit or self.price.monthly)}"

    @property
    def with_tax(self) -> str:
        """The same with tax: rounded down for a month, as on an invoice; exact for a unit."""
        if self.price.unit:
            return f"¥{plain(self.price.unit * (1 + self.tax_rate))}"
        monthly = floor_yen(self.price.monthly)
        return yen(monthly + tax_of(monthly, self.tax_rate))

    @property
    def per(self) -> str:
        """ " / GB" after the price of a unit."""
        return f" / {self.price.item.unit}" if self.price.unit else ""

    @property
    def from_words(self) -> str:
        """The first day of a price that comes."""
        return _("from %(day)s") % {"day": self.since}

    @property
    def note(self) -> str:
        """What is free of a unit each month."""
        if self.price.item.tariff != Tariff.UNIT or not self.price.included:
            return ""
        values = {"n": plain(self.price.included), "unit": self.price.item.unit}
        return _("the first %(n)s %(unit)s of a month are free") % values


@dataclass(frozen=True)
class Shelf:
    """An item and its prices."""

    item: Item
    rows: list[Row]

    @property
    def has_plans(self) -> bool:
        """Whether there is something to choose below its name."""
        return any(row.price.plan for row in self.rows)


@dataclass(frozen=True)
class Group:
    """Items that are charged alike."""

    slug: str
    title: Text
    rule: Text
    shelves: list[Shelf]


def in_force_or_coming(at: datetime) -> list[Price]:
    """The prices of today and those that come, in the order of the list. One query."""
    today = jst_date(at)
    listed = Price.objects.filter(valid__endswith__gt=today) | Price.objects.filter(valid__upper_inf=True)
    listed = listed.filter(item__position__gt=0, valid__isempty=False).select_related("item")
    return list(listed.order_by("item__position", "item", "valid"))


def in_force(prices: Iterable[Price], at: datetime) -> list[Price]:
    """Those of today that hold in every zone without a price of its own, the cheapest first."""
    today = jst_date(at)
    found = [price for price in prices if price.valid.lower <= today and not price.zone]
    return sorted(found, key=lambda price: (price.item.position, price.monthly))


def groups(prices: Iterable[Price], at: datetime) -> list[Group]:
    """The prices on their shelves. One query."""
    today = jst_date(at)
    rates = dict(TaxRate.objects.filter(valid__contains=today).values_list("tax", "rate"))
    by_item = groupby(prices, key=lambda price: price.item)
    shelves = [Shelf(item, rows(own, rates[item.tax], today)) for item, own in by_item]
    found = [
        Group(slug, title, rule, [shelf for shelf in shelves if shelf.item.tariff in tariffs])
        for slug, title, rule, tariffs in GROUPS
    ]
    return [group for group in found if group.shelves]


def rows(prices: Iterable[Price], tax_rate: Decimal, today: date) -> list[Row]:
    """The prices of one item, the cheapest plan first, each followed by what it changes to."""
    plans: dict[tuple[str, str], list[Price]] = defaultdict(list)
    for price in prices:
        plans[price.plan, price.zone].append(price)
    ordered = sorted(plans.values(), key=lambda own: (own[0].monthly, own[0].unit, own[0].pk))
    starts = [(price, price.valid.lower) for own in ordered for price in own]
    return [Row(price, tax_rate, since if since > today else None) for price, since in starts]
