"""What a coming price changes, and for whom."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.organisations.models import Organisation
from billing.invoices.explaining import plain, price_words
from billing.prices.models import Price
from core.calendar import Month, jst_date
from core.marks import cited

TOUCHED = (Path(__file__).parent / "touched.sql").read_text("utf-8")


@dataclass(frozen=True)
class Change:
    """A coming price and what it means for an organisation. before, after: yen without tax of its resources in a month.

    former: the price that holds until then. quantity: the units those yen stand for; None for what is used by time.
    """

    price: Price
    former: Price
    resources: int
    quantity: Decimal | None
    before: int
    after: int

    @property
    def title(self) -> str:
        return self.price.label + (f" ({self.price.zone})" if self.price.zone else "")

    @property
    def clause(self) -> str:
        """By which the item is charged."""
        clause: str = self.price.item.clause
        return clause

    @property
    def cited(self) -> str:
        """That clause as the reader's language cites it."""
        return cited(self.clause, get_language())

    @property
    def since(self) -> date:
        """The first JST day of the new price."""
        day: date = self.price.valid.lower
        return day

    @property
    def former_words(self) -> str:
        return price_words(self.former)

    @property
    def new_words(self) -> str:
        return price_words(self.price)

    @property
    def use(self) -> str:
        """What the yen stand for, in words."""
        if self.quantity is None:
            words = ngettext("%(n)s in use, a whole month", "%(n)s in use, a whole month each", self.resources)
            return words % {"n": self.resources}
        return _("%(n)s %(unit)s in a month") % {"n": plain(self.quantity), "unit": self.price.item.unit}

    @property
    def difference(self) -> int:
        """Yen without tax more a month (or less, when negative)."""
        return self.after - self.before


def ahead(organisation: Organisation, *, at: datetime) -> list[Change]:
    """What changes for an organisation, the next first, told or not yet. One query, and one when there is something."""
    return touched(at, organisation=organisation.pk, untold=False).get(organisation.pk, [])


def untold(at: datetime) -> dict[int, list[Change]]:
    """What organisations (primary keys) have not been told yet. Two queries, however many there are."""
    return touched(at, organisation=None, untold=True)


def touched(at: datetime, *, organisation: int | None, untold: bool) -> dict[int, list[Change]]:
    """The changes of every organisation that a coming price touches, or of one. Set-based: see `touched.sql`."""
    month = Month.of(at)
    values = {
        "today": jst_date(at), "at": at, "this_month": month.first_day, "last_month": month.previous.first_day,
        "last_month_start": month.previous.start, "organisation": organisation, "untold": untold,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    prices = prices_of(row[n] for row in rows for n in (1, 2)) if rows else {}
    found: dict[int, list[Change]] = {}
    for owner, price, former, *rest in rows:
        found.setdefault(owner, []).append(Change(prices[price], prices[former], *rest))
    return found


def prices_of(keys: Any) -> dict[int, Price]:
    """Prices with their items by primary key. One query."""
    return Price.objects.select_related("item").in_bulk(set(keys))
