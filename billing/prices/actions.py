"""Staff add future prices; nothing rewrites an old one."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import audit
from billing.prices.models import Item, Price
from core.calendar import jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

NEVER = DateRange(empty=True)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Amounts:
    """The amounts of a price, yen without tax; included: units free each month."""

    hourly: Decimal = ZERO
    daily: Decimal = ZERO
    monthly: Decimal = ZERO
    unit: Decimal = ZERO
    included: Decimal = ZERO


@transaction.atomic
def revise(item: Item, plan: str, amounts: Amounts, *, zone: str = "", since: date, by: "Actor", at: datetime) -> Price:
    """A new price from a coming JST day on; the one in force then ends the day before.

    Raises Refused for a day that isn't in the future, or on which another price begins already.
    """
    if since <= jst_date(at):
        raise Refused(
            _("A price can begin tomorrow at the earliest: what was used is never charged anew."), field="since"
        )
    rows = Price.objects.select_for_update().filter(item=item, plan=plan)
    former = rows.filter(zone=zone, valid__contains=since).first()
    if former is not None and former.valid.lower == since:
        raise Refused(_("Another price begins that day already. Withdraw it first."), field="since")
    until = former.valid.upper if former else _next_beginning(item, plan, zone, since)
    if former is not None:
        Price.objects.filter(pk=former.pk).update(valid=DateRange(former.valid.lower, since))
    ja, en = rows.order_by("-pk").values_list("plan_ja", "plan_en").first() or ("", "")
    price = Price.objects.create(
        item=item, plan=plan, plan_ja=ja, plan_en=en, zone=zone, valid=DateRange(since, until), **asdict(amounts)
    )
    audit.record("price.added", price, by=by, at=at, since=since.isoformat())
    return price


@transaction.atomic
def withdraw(price: Price, *, by: "Actor", at: datetime) -> None:
    """Take back a price that hasn't begun; the one before it goes on instead. Raises Refused once it has begun."""
    now = Price.objects.select_for_update().get(pk=price.pk)
    if now.valid.isempty or now.valid.lower <= jst_date(at):
        raise Refused(_("This price has begun. Add a new one for a coming day instead."))
    Price.objects.filter(pk=now.pk).update(valid=NEVER)
    before = Price.objects.filter(item=now.item, plan=now.plan, zone=now.zone, valid__endswith=now.valid.lower).first()
    if before is not None:
        Price.objects.filter(pk=before.pk).update(valid=DateRange(before.valid.lower, now.valid.upper))
    audit.record("price.withdrawn", now, by=by, at=at)


def _next_beginning(item: Item, plan: str, zone: str, since: date) -> date | None:
    """The first day of the next price after a day, if any."""
    later = Price.objects.filter(item=item, plan=plan, zone=zone, valid__startswith__gt=since)
    first: date | None = later.order_by("valid").values_list("valid__startswith", flat=True).first()
    return first
