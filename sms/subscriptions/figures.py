"""Numbers for the overview: how many were sent, delivered and typed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from accounts.projects.models import Project
from core.calendar import DAY, JST, jst_date, midnight
from sms.messages.models import Message
from sms.subscriptions.models import Subscription
from sms.two_factor.models import Verification

DAYS = 14
HANDED = Q(state__in=Message.CHARGED)


@dataclass(frozen=True)
class Figures:
    """The last 14 days, today included: points are (day, number)."""

    sent: Sequence[tuple[str, int]]
    failed: Sequence[tuple[str, int]]
    conversion: Sequence[tuple[str, int]]
    waiting: int
    unknown: int
    total: int
    rate: int


def of(project: Project, at: datetime) -> Figures:
    """Three queries."""
    since = midnight(jst_date(at) - (DAYS - 1) * DAY)
    day = TruncDate("created_at", tzinfo=JST)
    rows = Message.objects.filter(project=project, created_at__gte=since).alive().annotate(day=day).values("day")
    by_day = {
        row["day"]: row
        for row in rows.annotate(
            sent=Count("pk", HANDED),
            delivered=Count("pk", Q(state="DELIVERED")),
            failed=Count("pk", Q(state__in=("FAILED", "REFUSED", "UNKNOWN"))),
        ).order_by("day")
    }
    codes = Verification.objects.filter(project=project, created_at__gte=since).annotate(day=day).values("day")
    typed = {
        row["day"]: round(100 * row["typed"] / row["all"])
        for row in codes.annotate(all=Count("pk"), typed=Count("pk", Q(state="VERIFIED"))).order_by("day")
    }
    open_now = Message.objects.filter(project=project).aggregate(
        waiting=Count("pk", Q(state="WAITING")), unknown=Count("pk", Q(state="UNKNOWN"))
    )
    days = [jst_date(at) - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]

    def series(name: str) -> list[tuple[str, int]]:
        return [(f"{day.month}/{day.day}", by_day[day][name] if day in by_day else 0) for day in days]

    sent, delivered = series("sent"), series("delivered")
    total = sum(count for _day, count in sent)
    return Figures(
        sent, series("failed"), [(f"{day.month}/{day.day}", typed.get(day, 0)) for day in days], open_now["waiting"],
        open_now["unknown"], total, round(100 * sum(count for _day, count in delivered) / total) if total else 0,
    )  # fmt: skip


def today(subscription: Subscription, at: datetime) -> int:
    """How many were accepted today."""
    rows = Message.objects.filter(subscription=subscription, created_at__gte=midnight(jst_date(at)))
    return rows.alive().exclude(state__in=("SKIPPED", "STOPPED")).count()
