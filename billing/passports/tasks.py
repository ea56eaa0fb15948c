"""Sweeps over passports: their end said 30 days before, and reached."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.notices.models import Notice
from billing.passports import actions
from billing.passports.models import Passport
from core.calendar import DAY, jst_date, midnight
from core.schedule import Daily, each, sweep


def active() -> QuerySet[Passport]:
    return Passport.objects.filter(state=Passport.State.ACTIVE).select_related("organisation")


def untold() -> QuerySet[Passport]:
    """Active ones whose end was not told yet."""
    told = Notice.objects.filter(kind="passport.ending", subject_kind="billing.passport", subject_pk=OuterRef("pk"))
    return active().filter(~Exists(told))


def next_reminder(at: datetime) -> datetime | None:
    day = untold().order_by("valid__endswith").values_list("valid__endswith", flat=True).first()
    return max(at, midnight(day) - actions.NOTICE) if day else None


@sweep(Daily(9), next_due=next_reminder)
def remind_passports(at: datetime) -> None:
    """Tell of the end 30 days before (10-1)."""
    soon = jst_date(at + actions.NOTICE)
    ending = untold().filter(valid__endswith__lte=soon, valid__endswith__gt=jst_date(at))
    each(ending.order_by("pk"), lambda passport: actions.remind(passport, at=at))


def next_expiry(at: datetime) -> datetime | None:
    day = active().order_by("valid__endswith").values_list("valid__endswith", flat=True).first()
    return max(at, midnight(day)) if day else None


@sweep(Daily(0, 15), next_due=next_expiry)
def expire_passports(at: datetime) -> None:
    """End what is past its last month (10-2: nothing extends it)."""
    over = active().filter(valid__endswith__lt=jst_date(at) + DAY)
    each(over.order_by("pk"), lambda passport: actions.expire(passport, at=at))


SWEEPS = (remind_passports, expire_passports)
