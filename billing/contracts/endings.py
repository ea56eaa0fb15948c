"""When contracts end, renew and fall due: the closed lists of the terms as pure functions of JST days."""

from datetime import date, datetime, timedelta
from typing import assert_never

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.calendar import DAY, Month, jst_date, period_end

# Supplement 2: SIMs registered by this day are counted from it (AM-8).
LINE_MAINTENANCE_SINCE = date(2022, 8, 1)
OPT_OUT_DAYS = 30


class Closing(TextChoices):
    """How a contract ends when its customer gives notice."""

    SAME_DAY = "SAME_DAY", _("The same day")  # 6-1, 84-3
    END_OF_MONTH = "END_OF_MONTH", _("The end of the month")  # 49-2, 60-2
    TWENTIETH = "TWENTIETH", _("The end of the month, after the 20th the end of the next month")  # 74-1
    AT_EXPIRY = "AT_EXPIRY", _("The day it expires")  # 84-2


class Renewal(TextChoices):
    """What happens at the end of a contract's term."""

    NONE = "NONE", _("No term")
    YEARLY = "YEARLY", _("One more year each time")  # 49-1, 60-1


class Due(TextChoices):
    """When a month's charges are payable."""

    TENTH = "TENTH", _("The 10th of the next month")  # 4-1, 37-3
    HYBRID = "HYBRID", _("The first time the end of the next month, then the 10th")  # 13-1, AM-20


def ends_on(closing: str, received_on: date, *, term_on: date | None = None) -> date:
    """The contract's last day when notice is received on `received_on` (6-1, 49-2, 60-2, 74-1, 84-2).

    term_on: last day of the running term. A month-end never goes beyond it; what ends at its expiry ends on it, or the
    same day while nothing was issued that could expire (84-3).
    """
    match Closing(closing):
        case Closing.SAME_DAY:
            return received_on
        case Closing.END_OF_MONTH:
            month_end = Month.of(received_on).last_day
            return min(month_end, term_on) if term_on else month_end
        case Closing.TWENTIETH:
            return twentieth(received_on)
        case Closing.AT_EXPIRY:
            return term_on or received_on
        case unknown:
            assert_never(unknown)


def twentieth(received_on: date) -> date:
    """Last day after a notice by the 20th: this month's end, later the next month's (74-1)."""
    month = Month.of(received_on)
    return month.last_day if received_on.day <= 20 else month.next.last_day


def term_end(started_on: date, renewal: str) -> date | None:
    """Last day of a term that starts on that day: a year later, the day before the anniversary (49-1, 60-1, AM-16).

    None for what has no term: it may end on the day it began, for there is no minimum period (5-1).
    """
    return period_end(started_on, 12) if renewal == Renewal.YEARLY else None


def opt_out_until(not_after: datetime, issued_on: date) -> date:
    """Last JST day to decline the renewal: 30 days before expiry, never before the issue (84-2, AM-15)."""
    return max(jst_date(not_after) - timedelta(days=OPT_OUT_DAYS), issued_on)


def due_on(due: str, month: Month, *, started_on: date, shift: str = "none", later: str = "tenth") -> date:
    """The day by which the charges of `month` are payable, until 23:59:59 JST (4-1, 13-1, 37-3).

    started_on: the contract's start date. shift, later: settings DUE_DATE_SHIFT (AM-1), HYBRID_LATER_DUE (AM-20).
    """
    if due == Due.HYBRID and (later == "month_end" or Month.of(started_on) == month):
        return month.next.last_day
    tenth = month.next.day(10)
    return next_business_day(tenth) if shift == "next_business_day" else tenth


def next_business_day(day: date) -> date:
    """That day, or the first working day after it, for days from the 10th to the middle of a month (AM-1)."""
    while day.weekday() >= 5 or _is_holiday(day):
        day += DAY
    return day


def _is_holiday(day: date) -> bool:
    """The national holidays that a 10th can run into, since 2020: all lie between the 8th and the 14th."""
    second_monday = day.weekday() == 0 and 8 <= day.day <= 14
    fixed = (day.month, day.day) in {(2, 11), (8, 11)}
    substitute = day.weekday() == 0 and (day.month, day.day) in {(2, 12), (8, 12)}
    return fixed or substitute or (second_monday and day.month in {1, 10})


def idle_start(
    registered_on: date, last_traffic_on: date | None, *, legacy_after_traffic: str = "count"
) -> Month | None:
    """First month of a SIM's silence (37-1, s-2): its month of registration, else the month after the last traffic.

    SIMs registered by 2022-08-01 count from 2022-08 at the earliest. legacy_after_traffic: setting
    LEGACY_SIM_AFTER_TRAFFIC (AM-8); with "never" such a SIM is never charged again once it communicated: None.
    """
    start = Month.of(last_traffic_on).next if last_traffic_on else Month.of(registered_on)
    if registered_on > LINE_MAINTENANCE_SINCE:
        return start
    if legacy_after_traffic == "never" and last_traffic_on and last_traffic_on >= LINE_MAINTENANCE_SINCE:
        return None
    return max(start, Month.of(LINE_MAINTENANCE_SINCE))


def line_maintenance_arises(month: Month, silent_since: Month | None) -> bool:
    """Whether the line maintenance fee arises in `month`: each 12th silent month (37-1, AM-6).

    Only for a SIM that is still registered when the month ends; the caller knows that.
    """
    if silent_since is None:
        return False
    silent_months = month.minus(silent_since) + 1
    return silent_months > 0 and silent_months % 12 == 0


def first_line_maintenance(silent_since: Month) -> Month:
    """The month in which the fee arises first if the SIM stays silent: the 12th, idle_start + 11 (37-1)."""
    return silent_since.plus(11)
