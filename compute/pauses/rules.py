"""The days of a pause, in JST: pure functions, every example of the terms is a test."""

from datetime import date, datetime, timedelta

from core.calendar import DAY, add_months, end_of_day, jst_date, midnight, period_end

LIMIT_MONTHS = 3
GRACE_MONTHS = 1
FIRST_WARNING_MONTHS = 2
SECOND_WARNING = timedelta(days=14)


def limit(paused_on: date) -> date:
    """The last day a pause may last: 3 calendar months, the day of the stop not counted (7-3, AM-4)."""
    return period_end(paused_on + DAY, LIMIT_MONTHS)


def first_violating_day(paused_on: date) -> date:
    """The day from whose 00:00 the pause is a violation (7-3)."""
    return limit(paused_on) + DAY


def deadline(noticed_on: date) -> date:
    """The last day of the grace: one calendar month, the day of the notice not counted; never 30 days (7-4)."""
    return period_end(noticed_on + DAY, GRACE_MONTHS)


def first_warning(paused_on: date) -> date:
    """The day of the first warning: the corresponding day 2 months after the stop."""
    return add_months(paused_on, FIRST_WARNING_MONTHS)


def second_warning(paused_on: date) -> date:
    """The day of the second warning: 14 days before the last day allowed."""
    return limit(paused_on) - SECOND_WARNING


def warned_if_stopped_before(at: datetime) -> datetime:
    """Pauses that began before this instant have reached their first warning on the JST day of `at`."""
    today = jst_date(at)
    day = add_months(today, -FIRST_WARNING_MONTHS) + 3 * DAY
    while first_warning(day) > today:
        day -= DAY
    return end_of_day(day)


def stages(stopped_since: datetime) -> tuple[datetime, datetime, datetime]:
    """When the first warning, the second one and the violation of a pause are due: JST midnights."""
    paused_on = jst_date(stopped_since)
    days = (first_warning(paused_on), second_warning(paused_on), first_violating_day(paused_on))
    return midnight(days[0]), midnight(days[1]), midnight(days[2])
