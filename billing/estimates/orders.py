"""What an order will cost: rated as if everything in it were in use from now on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from billing.contracts.models import Contract
from billing.estimates.facts import Facts
from billing.invoices import rating
from billing.invoices.explaining import plain, price_words
from billing.invoices.rating import Line, Sums
from billing.meters.models import Span
from billing.prices.book import Book
from billing.prices.models import Price
from billing.prices.tariffs import Tariff
from core.calendar import Month
from core.money import floor_yen, tax_of, yen

Wish = tuple[str, str]


@dataclass(frozen=True)
class EstimateLine:
    """One item of an order, `quantity` times. hourly and monthly: yen without tax for all of them; 0 in a sandbox."""

    price: Price
    quantity: int
    charged: bool
    tax_rate: Decimal

    @property
    def label(self) -> str:
        """Item and plan in the reader's language, with the number of them when there are several."""
        if self.quantity == 1:
            return self.price.label
        return _("%(item)s × %(quantity)s") % {"item": self.price.label, "quantity": self.quantity}

    @property
    def hourly(self) -> Decimal:
        return self.price.hourly * self.quantity if self.charged else Decimal(0)

    @property
    def monthly(self) -> int:
        return floor_yen(self.price.monthly) * self.quantity if self.charged else 0

    @property
    def words(self) -> str:
        """Its price by the month, or by the unit for what is counted."""
        if self.charged and self.price.item.tariff == Tariff.UNIT:
            return price_words(self.price)
        return yen(self.monthly)


@dataclass(frozen=True)
class Estimate:
    """The price of an order. this_month: from now to the month's end; next_month: all of the next one; both in yen.

    unpriced: what has no price now and was left out, as it was asked for. charged: False in a sandbox.
    """

    lines: list[EstimateLine]
    unpriced: list[str]
    charged: bool
    month: Month
    this_month: Sums
    next_month: Sums

    @property
    def hourly(self) -> Decimal:
        """Yen an hour without tax while everything runs."""
        return sum((line.hourly for line in self.lines), Decimal(0))

    @property
    def hourly_words(self) -> str:
        """Yen an hour with tax, exactly: ¥23.1."""
        return f"¥{plain(sum((line.hourly * (1 + line.tax_rate) for line in self.lines), Decimal(0)))}"

    @property
    def monthly(self) -> int:
        """Yen a month without tax: never more than this, however long it runs."""
        return sum(line.monthly for line in self.lines)

    @property
    def tax(self) -> int:
        """Yen of tax on `monthly`, floored once per rate."""
        bases: dict[Decimal, int] = Counter()
        for line in self.lines:
            bases[line.tax_rate] += line.monthly
        return sum(tax_of(base, rate) for rate, base in bases.items())

    @property
    def total(self) -> int:
        """Yen a month with tax."""
        return self.monthly + self.tax


def order(items: Iterable[Wish], *, zone: str = "", charged: bool = True, at: datetime) -> Estimate:
    """The price of an order at an instant. items: (item, plan), the same one as often as it is wanted. Four queries.

    charged: False in a sandbox zone, where everything costs 0. What has no price in the zone is left out and named.
    """
    month, wanted = Month.of(at), Counter(items)
    codes = {item for item, _plan in wanted}
    now, then = Book(month, codes), Book(month.next, codes)
    lines, unpriced = [], []
    for (item, plan), quantity in wanted.items():
        try:
            price = now.price_at(item, plan, zone, at)
        except LookupError:
            unpriced.append(f"{item} {plan}".strip())
        else:
            lines.append(EstimateLine(price, quantity, charged, now.tax_rate(price)))
    this_month, next_month = _charges(lines, zone, now, at), _charges(lines, zone, then, then.month.start)
    return Estimate(lines, unpriced, charged, month, this_month, next_month)


def _charges(lines: list[EstimateLine], zone: str, book: Book, since: datetime) -> Sums:
    """What a month's invoice will say if everything is in use from `since` to the month's end."""
    charges: list[Line] = []
    for line in lines:
        price = line.price
        if book.validities(price.item_id, price.plan, zone):  # else it is no longer sold in that month
            span = Span(item_id=price.item_id, plan=price.plan, period=DateTimeTZRange(since, None))
            facts = Facts(Contract(zone=zone, charged=line.charged), [span])
            charges += facts.rated(book, until=book.month.end) * line.quantity
    return rating.sums(charges)
