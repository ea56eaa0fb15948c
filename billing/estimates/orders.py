"""What an order will cost, before it is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.invoices.explaining import plain
from billing.prices.book import Book
from billing.prices.models import Price
from billing.prices.tariffs import HOUR, Tariff, Use, charge
from core.calendar import Month
from core.money import floor_yen, tax_of

WHOLE_MONTH = Decimal(31 * 24) * HOUR


@dataclass(frozen=True)
class Part:
    """Something in the order. hours: of use in a month (default: all of it). quantity: units, for what is counted."""

    item: str
    plan: str = ""
    hours: int | None = None
    quantity: Decimal = Decimal(0)


@dataclass(frozen=True)
class PartEstimate:
    """One part, yen without tax: a whole month of it, and what is left of this month."""

    price: Price
    monthly: int
    this_month: int


@dataclass(frozen=True)
class Estimate:
    """An order's price: yen. hourly and daily are without tax; the sums have it, floored once per rate."""

    parts: list[PartEstimate]
    hourly: Decimal
    daily: Decimal
    subtotal: int
    tax: int
    this_month: int

    @property
    def hourly_yen(self) -> str:
        """Yen an hour without tax, while it is used."""
        return f"¥{plain(self.hourly)}"

    @property
    def total(self) -> int:
        """Yen a month with tax."""
        return self.subtotal + self.tax


def order(items: Iterable[Part | tuple[str, str]], *, zone: str = "", at: datetime) -> Estimate:
    """What so many things cost a month and in the rest of this one, ordered now. At most two queries.

    items: parts, or (item, plan) for whole months. Raises LookupError for what the price book doesn't have.
    """
    month, book = Month.of(at), Book(Month.of(at))
    left = Decimal((month.end - at).total_seconds())
    priced = [
        (part, book.price_at(part.item, part.plan, zone, at))
        for part in (one if isinstance(one, Part) else Part(*one) for one in items)
    ]
    parts = [PartEstimate(price, amount(part, price), amount(part, price, at_most=left)) for part, price in priced]
    rates = [book.tax_rate(price) for _part, price in priced]
    subtotal, tax = with_tax([one.monthly for one in parts], rates)
    return Estimate(
        parts=parts,
        hourly=sum((price.hourly for _part, price in priced), Decimal(0)),
        daily=sum((price.daily for _part, price in priced), Decimal(0)),
        subtotal=subtotal,
        tax=tax,
        this_month=sum(with_tax([one.this_month for one in parts], rates)),
    )


def amount(part: Part, price: Price, *, at_most: Decimal = WHOLE_MONTH) -> int:
    """Yen without tax for a part in one month. at_most: seconds of the month that are left."""
    match Tariff(price.item.tariff):
        case Tariff.LADDER:
            wanted = at_most if part.hours is None else min(part.hours * HOUR, at_most)
            return charge(price.item.tariff, price, Use(wanted))
        case Tariff.UNIT:
            return charge(price.item.tariff, price, Use(part.quantity))
        case _:
            return floor_yen(price.monthly)


def with_tax(amounts: Sequence[int], rates: Sequence[Decimal]) -> tuple[int, int]:
    """Subtotal and tax in yen; tax floored once per rate."""
    bases: dict[Decimal, int] = {}
    for yen, rate in zip(amounts, rates, strict=True):
        bases[rate] = bases.get(rate, 0) + yen
    return sum(amounts), sum(tax_of(base, rate) for rate, base in bases.items())
