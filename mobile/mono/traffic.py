"""What goes through the platform: the one door, and what pages show of it.

traffic.carried(grant, 1200, at=at)            a message or a file of so many bytes went through for a device ID
traffic.months([device_pk, ...], month)        for lists and details
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from billing import meters
from core.calendar import DAY, Month, jst_date
from mobile.mono.models import Device, DeviceDay, DeviceGrant
from mobile.sims.usage import DAYS, STEP, in_megabytes

GROW = """
INSERT INTO mobile_deviceday AS d (device_id, day, items, size) VALUES (%s, %s, 1, %s)
ON CONFLICT (device_id, day) DO UPDATE SET items = d.items + 1, size = d.size + EXCLUDED.size
"""


@dataclass(frozen=True)
class Volume:
    """Messages and files, and their bytes together."""

    items: int = 0
    size: int = 0


@transaction.atomic
def carried(grant: DeviceGrant, size: int, *, at: datetime) -> None:
    """Count one message or file of so many bytes: the month in which anything went through is charged (55-2, AM-23).

    An empty one is no traffic. Billing has one row a day, in MB, at least a millionth for each. Raises Refused unless
    the grant's contract runs.
    """
    if size <= 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(GROW, [grant.device_id, jst_date(at), size])
    meters.accumulate(grant.contract, "mono.traffic", max(in_megabytes(size), STEP), source="mono", at=at)


def months(devices: Iterable[int], month: Month) -> dict[int, Volume]:
    """What went through for each device in a JST month; those without are absent. One query."""
    rows = DeviceDay.objects.filter(device__in=list(devices), day__gte=month.first_day, day__lte=month.last_day)
    sums = rows.values("device").annotate(all_items=Sum("items"), all_size=Sum("size")).order_by()
    return {row["device"]: Volume(row["all_items"], row["all_size"]) for row in sums}


def days(device: Device, at: datetime) -> list[tuple[str, int]]:
    """The last 30 JST days, today included: (label, bytes). One query."""
    today = jst_date(at)
    rows = DeviceDay.objects.filter(device=device, day__gt=today - DAYS * DAY).values_list("day", "size")
    sizes = dict(rows)
    wanted = [today - back * DAY for back in range(DAYS - 1, -1, -1)]
    return [(f"{day.month}/{day.day}", sizes.get(day, 0)) for day in wanted]
