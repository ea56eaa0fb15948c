"""The price book as one month sees it: which price row holds when, in which zone, and the tax rates."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from billing.prices.models import Price, TaxRate
from core.calendar import Month, midnight

Days = tuple[date, date]


@dataclass(frozen=True)
class Validity:
    """A price row and the part of the month in which it holds, half-open."""

    price: Price
    start: datetime
    end: datetime


class Book:
    """The prices and tax rates of one month. Two queries, when first needed. items: codes; default: all of them."""

    def __init__(self, month: Month, items: Collection[str] | None = None) -> None:
        self.month, self.items = month, items

    @cached_property
    def _prices(self) -> dict[tuple[str, str, str], list[Price]]:
        days = (self.month.first_day, self.month.next.first_day)
        found = defaultdict(list)
        listed = Price.objects.filter(valid__overlap=days)
        if self.items is not None:
            listed = listed.filter(item__in=self.items)
        for price in listed.select_related("item").order_by("valid"):
            found[price.item_id, price.plan, price.zone].append(price)
        return found

    @cached_property
    def _rates(self) -> dict[str, Decimal]:
        last_day = self.month.last_day
        return dict(TaxRate.objects.filter(valid__contains=last_day).values_list("tax", "rate"))

    def validities(self, item: str, plan: str, zone: str) -> list[Validity]:
        """Which prices hold for item and plan in a zone, in order of time; empty when there is none.

        A zone's own prices come first; the general ones hold on the other days.
        """
        own = [(price, self._days(price)) for price in self._prices.get((item, plan, zone), [])] if zone else []
        taken = [days for _price, days in own]
        general = [
            (price, left)
            for price in self._prices.get((item, plan, ""), [])
            for left in without(self._days(price), taken)
        ]
        ordered = sorted(own + general, key=lambda one: one[1])
        return [Validity(price, midnight(days[0]), midnight(days[1])) for price, days in ordered]

    def price_at(self, item: str, plan: str, zone: str, at: datetime) -> Price:
        """The price in force at an instant of the month. Raises LookupError when there is none."""
        for validity in self.validities(item, plan, zone):
            if validity.start <= at < validity.end:
                return validity.price
        raise LookupError(f"no price for {item} {plan} in zone {zone!r} at {at}")

    def tax_rate(self, price: Price) -> Decimal:
        """The rate on the month's last day. Raises LookupError when none is set."""
        return self._rates[price.item.tax]

    def _days(self, price: Price) -> Days:
        """The days of the month on which the row holds, half-open."""
        end = self.month.next.first_day
        return max(price.valid.lower, self.month.first_day), min(price.valid.upper or end, end)


def without(days: Days, taken: list[Days]) -> Iterator[Days]:
    """What is left of a period of days; `taken` is in order and doesn't overlap."""
    start, end = days
    for from_day, to_day in taken:
        if from_day > start:
            yield start, min(from_day, end)
        start = max(start, to_day)
        if start >= end:
            return
    yield start, end
