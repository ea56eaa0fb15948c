"""What passports cost: for each plan the months on offer, and the price of one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import audit
from billing.passports.models import PassportOffer
from billing.prices.models import Price, TaxRate
from core.calendar import jst_date
from core.errors import Refused
from core.money import floor_yen, tax_of

if TYPE_CHECKING:
    from accounts.access import Actor

ITEM = "server"
NEVER = DateRange(empty=True)


@dataclass(frozen=True)
class Quote:
    """The price of one passport; yen. price: monthly fee x factor, rounded down, without tax (10-1)."""

    plan: Price
    offer: PassportOffer
    tax_rate: Decimal

    @property
    def price(self) -> int:
        return floor_yen(self.plan.monthly * self.offer.factor)

    @property
    def tax(self) -> int:
        return tax_of(self.price, self.tax_rate)

    @property
    def total(self) -> int:
        return self.price + self.tax

    @property
    def saves_monthly(self) -> int:
        """Yen without tax it takes off a server that runs all month, at today's price."""
        return floor_yen(self.plan.monthly * self.offer.rate)

    @property
    def saves(self) -> int:
        """The same over all its months."""
        return self.saves_monthly * self.offer.months


def plans(at: datetime) -> list[Price]:
    """The plans whose server fee a passport can discount, cheapest first: today's general prices. One query."""
    today = Price.objects.on(jst_date(at)).filter(item=ITEM, zone="", monthly__gt=0)
    return list(today.select_related("item").order_by("monthly", "plan"))


def on(at: datetime) -> list[PassportOffer]:
    """What is on offer, shortest first. One query."""
    return list(PassportOffer.objects.filter(valid__contains=jst_date(at)).order_by("months"))


def tax_rate(at: datetime) -> Decimal:
    """Consumption tax of the day."""
    return TaxRate.objects.get(tax="STANDARD", valid__contains=jst_date(at)).rate


def quote(plan: str, months: int, at: datetime) -> Quote:
    """The price of a passport today. Raises Refused for a plan or a number of months that isn't sold."""
    price = next((one for one in plans(at) if one.plan == plan), None)
    if price is None:
        raise Refused(_("No passport is sold for this plan now. Choose another one."), field="plan", status=400)
    offer = next((one for one in on(at) if one.months == months), None)
    if offer is None:
        raise Refused(_("No passport of so many months is sold now."), field="months", status=400)
    return Quote(price, offer, tax_rate(at))


@transaction.atomic
def revise(
    offer: PassportOffer, *, rate: Decimal, factor: Decimal, since: date, by: "Actor", at: datetime
) -> PassportOffer:
    """Sell passports of so many months on other terms from a coming JST day on; those sold stay as they are (10-2).

    Raises Refused for a day that isn't in the future, or for an offer that doesn't hold on it.
    """
    if since <= jst_date(at):
        raise Refused(_("New terms can begin tomorrow at the earliest."), field="since")
    rows = PassportOffer.objects.select_for_update().filter(months=offer.months)
    former = rows.filter(valid__contains=since).first()
    if former is None or former.valid.lower == since:
        raise Refused(_("New terms begin that day already, or nothing is on offer then."), field="since")
    PassportOffer.objects.filter(pk=former.pk).update(valid=DateRange(former.valid.lower, since))
    valid = DateRange(since, former.valid.upper)
    made = PassportOffer.objects.create(months=offer.months, rate=rate, factor=factor, valid=valid)
    audit.record("passport_offer.added", made, by=by, at=at, since=since.isoformat())
    return made


@transaction.atomic
def withdraw(offer: PassportOffer, *, since: date, by: "Actor", at: datetime) -> None:
    """Sell it no longer from a coming JST day on. Raises Refused for another day, or when it has ended by then."""
    now = PassportOffer.objects.select_for_update().get(pk=offer.pk)
    if since <= jst_date(at):
        raise Refused(_("It can be withdrawn from tomorrow on."), field="since")
    if now.valid.isempty or (now.valid.upper is not None and now.valid.upper <= since):
        raise Refused(_("It isn't on offer any more by then."), field="since")
    valid = NEVER if now.valid.lower >= since else DateRange(now.valid.lower, since)
    PassportOffer.objects.filter(pk=now.pk).update(valid=valid)
    audit.record("passport_offer.withdrawn", now, by=by, at=at, since=since.isoformat())
