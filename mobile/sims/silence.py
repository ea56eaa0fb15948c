"""SIMs that have been silent for 11 months: what they will cost at the end of the 12th, told in time (37-1, s-2).

The rule is billing's (`billing.contracts.endings`), asked here of all SIMs at once; a test holds both together.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractMonth, ExtractYear, Greatest, Mod

from accounts import deadlines, notices
from billing.contracts.endings import LINE_MAINTENANCE_SINCE
from billing.prices.models import Price
from core.calendar import JST, Month, end_of_day, jst_date, midnight
from core.money import floor_yen
from mobile.connect.models import Connect
from mobile.sims.models import Sim

PAGE = "/sims/?silent=True"
KIND = "deadline.sim_silent"


def index(month: Month) -> int:
    """Months since the year 0."""
    return month.year * 12 + month.month - 1


def index_of(column: str) -> Combinable:
    """The same of a column's JST month."""
    return ExtractYear(column, tzinfo=JST) * 12 + ExtractMonth(column, tzinfo=JST) - 1


def due(at: datetime) -> QuerySet[Sim]:
    """Those in their 12th silent month, or 24th and so on: a fee arises when it ends, unless they are deleted or used.

    `silent`: how many months before this one they have been silent.
    """
    legacy = Q(created_at__lt=end_of_day(LINE_MAINTENANCE_SINCE))
    start = Case(When(last_traffic_at=None, then=index_of("created_at")), default=index_of("last_traffic_at") + 1)
    floor = Greatest(start, Value(index(Month.of(LINE_MAINTENANCE_SINCE))))
    quiet = Case(When(legacy, then=floor), default=start, output_field=IntegerField())
    rows = Sim.objects.alive().annotate(silent=Value(index(Month.of(at))) - quiet)
    if settings.LEGACY_SIM_AFTER_TRAFFIC == "never":  # AM-8
        rows = rows.exclude(legacy, last_traffic_at__gte=midnight(LINE_MAINTENANCE_SINCE))
    silent: QuerySet[Sim] = rows.filter(silent__gte=11).annotate(rest=Mod(F("silent"), 12)).filter(rest=11)
    return silent


def mark(at: datetime) -> None:
    """Let each SIM know whether such a fee is ahead, for lists. Two statements."""
    ahead = due(at)
    Sim.objects.filter(pk__in=ahead.filter(is_silent=False).values("pk")).update(is_silent=True)
    Sim.objects.filter(is_silent=True).exclude(pk__in=ahead.values("pk")).update(is_silent=False)


def fee(at: datetime) -> int:
    """Yen without tax for each SIM (37-2); 0 without a price."""
    price = Price.objects.on(jst_date(at)).filter(item="sim.maintenance").first()
    return floor_yen(price.monthly) if price else 0


def warn(connect: Connect, count: int, *, at: datetime) -> None:
    """Put what the silent SIMs of a project will cost on the list of deadlines; told once a month (37-1, 37-3)."""
    month, price = Month.of(at), fee(at) * count
    values = {"count": count, "price": f"{price:,}", "day": month.last_day.isoformat()}
    deadlines.put(KIND, connect, occasion=str(month), due_at=month.end, act_url=PAGE, at=at, **values)
    notices.send(
        "sim.silent", connect, to=connect.project, occasion=str(month), deadline=month.end,
        act_url=PAGE, at=at, count=count, price=price, day=month.last_day,
    )  # fmt: skip
