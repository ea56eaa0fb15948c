"""The sweep that compares each night."""

from datetime import datetime, timedelta

from django.db.models import Max

from accounts.access import SYSTEM
from billing.payments.models import PaymentAttempt
from billing.reconciliation import actions
from billing.reconciliation.models import Reconciliation
from billing.refunds.models import Refund
from core.calendar import DAY, jst_date, midnight
from core.schedule import Daily, each, sweep

HOUR = 5


def last_asked() -> datetime | None:
    last: datetime | None = Reconciliation.objects.aggregate(last=Max("asked_at"))["last"]
    return last


def next_reconciliation(at: datetime) -> datetime | None:
    """The next night, once something of ours has moved; what only the gateway knows of is found by looking."""
    last = last_asked()
    paid, given = PaymentAttempt.objects.all(), Refund.objects.all()
    if last is not None:
        paid, given = paid.filter(state_changed_at__gt=last), given.filter(state_changed_at__gt=last)
    if not (paid.exists() or given.exists()):
        return None
    today = midnight(jst_date(at))
    night = today if last is None or last < today else midnight(jst_date(at) + DAY)
    return max(at, night + timedelta(hours=HOUR))


@sweep(Daily(HOUR), next_due=next_reconciliation)
def reconcile(at: datetime) -> None:
    """Compare the gateway with our books, once a day."""
    last = last_asked()
    if last is None or last < midnight(jst_date(at)):
        each([at], lambda now: actions.ask(by=SYSTEM, at=now))


SWEEPS = (reconcile,)
