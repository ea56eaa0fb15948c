"""What SIMs carry: the one door for traffic, and what pages show of it.

usage.carried(sim, up=1200, down=48_000, at=event_time)      bytes of one event that was not counted before
usage.months([sim_pk, ...], month) -> {sim_pk: Volume}       for lists and details
usage.days(sim, at) -> [("4/1", bytes), ...]                 for the graph
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection, transaction
from django.db.models import Q, Sum

from billing import meters
from core.calendar import DAY, Month, jst_date
from mobile.sims.models import Sim, SimDay

MEGABYTE = 1024 * 1024
STEP = Decimal("0.000001")
DAYS = 30
GROW = """
INSERT INTO mobile_simday AS d (sim_id, day, up, down) VALUES (%s, %s, %s, %s)
ON CONFLICT (sim_id, day) DO UPDATE SET up = d.up + EXCLUDED.up, down = d.down + EXCLUDED.down
RETURNING up, down
"""


@dataclass(frozen=True)
class Volume:
    """Bytes."""

    up: int = 0
    down: int = 0

    @property
    def total(self) -> int:
        return self.up + self.down


@transaction.atomic
def carried(sim: Sim, *, up: int = 0, down: int = 0, at: datetime) -> None:
    """Count bytes of this registration, at the time of the event, whose JST month is charged (36-2, 38-1, AM-23).

    up, down: bytes since the last event, at least 0; nothing at all is no traffic. Whoever calls tells repetitions
    apart and finds the registration of that time (`Sim.objects.registered_at`). Billing has one row a day and
    direction, exact to a millionth of a MB. Raises Refused unless the contract runs, or ran at that instant.
    """
    if up < 0 or down < 0:
        raise ValueError("bytes are at least 0")
    if not up + down:
        return
    with connection.cursor() as cursor:
        cursor.execute(GROW, [sim.pk, jst_date(at), up, down])
        totals = cursor.fetchone()
    for direction, added, total in zip(("up", "down"), (up, down), totals, strict=True):
        megabytes = in_megabytes(total) - in_megabytes(total - added)
        if megabytes:
            meters.accumulate(sim.contract, "sim.data", megabytes, source="sim", direction=direction, at=at)
    later = Q(last_traffic_at=None) | Q(last_traffic_at__lt=at)
    Sim.objects.filter(later, pk=sim.pk).update(last_traffic_at=at, is_silent=False)


def in_megabytes(count: int) -> Decimal:
    """Bytes as MB of 1,048,576, to a millionth: a single byte is not nothing."""
    return (Decimal(count) / MEGABYTE).quantize(STEP, ROUND_HALF_UP)


def months(sims: Iterable[int], month: Month) -> dict[int, Volume]:
    """The bytes of each registration in a JST month; those without traffic are absent. One query."""
    days = SimDay.objects.filter(sim__in=list(sims), day__gte=month.first_day, day__lte=month.last_day)
    sums = days.values("sim").annotate(ups=Sum("up"), downs=Sum("down")).order_by()
    return {row["sim"]: Volume(row["ups"], row["downs"]) for row in sums}


def days(sim: Sim, at: datetime) -> list[tuple[str, int]]:
    """The last 30 JST days, today included: (label, bytes in both directions). One query."""
    today = jst_date(at)
    rows = SimDay.objects.filter(sim=sim, day__gt=today - DAYS * DAY).values_list("day", "up", "down")
    carried_on = {day: up + down for day, up, down in rows}
    wanted = [today - back * DAY for back in range(DAYS - 1, -1, -1)]
    return [(f"{day.month}/{day.day}", carried_on.get(day, 0)) for day in wanted]
