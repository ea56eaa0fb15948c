"""The sweep that watches running totals: due and not yet told today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from billing.alerts import actions
from billing.alerts.models import PriceAlert
from billing.invoices import closing
from core.calendar import DAY, Month, jst_date, midnight
from core.schedule import Every, each, sweep

CHUNK = 500
HOUR = timedelta(hours=1)


def untold(at: datetime) -> QuerySet[PriceAlert]:
    """Alerts that have told nobody today."""
    watching = PriceAlert.objects.filter(removed_at=None, organisation__state="ACTIVE")
    return watching.exclude(firings__day=jst_date(at)).select_related("organisation").order_by("organisation", "pk")


def totals(organisations: list[int], at: datetime, until: datetime) -> dict[int, int]:
    """Yen with tax of the month until an instant, by organisation (primary key). One query."""
    values = {**closing.parameters(Month.of(at), until=until), "organisations": organisations}
    sums: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(closing.TOTALS, values)
        for organisation, _stream, subtotal, tax in cursor.fetchall():
            sums[organisation] = sums.get(organisation, 0) + subtotal + tax
    return sums


def reached(at: datetime) -> Iterator[tuple[PriceAlert, int]]:
    """Alerts whose month so far has reached their threshold, with its yen; some hundred organisations at a time."""
    alerts = list(untold(at))
    for start in range(0, len(alerts), CHUNK):
        some = alerts[start : start + CHUNK]
        sums = totals(sorted({alert.organisation_id for alert in some}), at, at)
        for alert in some:
            if sums.get(alert.organisation_id, 0) >= alert.threshold:
                yield alert, sums[alert.organisation_id]


def next_alert(at: datetime) -> datetime | None:
    """Now when one is reached; in an hour when one will be this month; else tomorrow, or never without alerts."""
    if next(reached(at), None) is not None:
        return at
    alerts = list(untold(at))
    sums = totals(sorted({alert.organisation_id for alert in alerts}), at, Month.of(at).end) if alerts else {}
    if any(sums.get(alert.organisation_id, 0) >= alert.threshold for alert in alerts):
        return at + HOUR
    return midnight(jst_date(at) + DAY) if PriceAlert.objects.filter(removed_at=None).exists() else None


@sweep(Every(minutes=30), next_due=next_alert)
def fire_alerts(at: datetime) -> None:
    """Tell those whose month has reached a threshold, once a day while it stays there."""
    each(reached(at), lambda found: actions.fire(found[0], found[1], at=at))


SWEEPS = (fire_alerts,)
