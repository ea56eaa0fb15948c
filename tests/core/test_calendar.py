"""Days and months of the terms, with every example of the rules that concerns months."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendar import DAY, Month, add_months, end_of_day, jst_date, midnight, period_end


def day(text: str) -> date:
    return date.fromisoformat(text)


PAUSES = [  # paused on, last day that is in order, first day that is not
    ("2025-01-15", "2025-04-15", "2025-04-16"),
    ("2025-11-27", "2026-02-27", "2026-02-28"),
    ("2025-11-28", "2026-02-28", "2026-03-01"),
    ("2025-11-29", "2026-02-28", "2026-03-01"),
    ("2025-11-30", "2026-02-28", "2026-03-01"),
    ("2025-12-01", "2026-03-01", "2026-03-02"),
    ("2023-11-30", "2024-02-29", "2024-03-01"),
    ("2024-02-29", "2024-05-31", "2024-06-01"),
]


@pytest.mark.terms("7-3")
@pytest.mark.parametrize("paused, last_good, first_bad", PAUSES)
def test_a_pause_may_last_three_months_counted_from_the_day_after(paused, last_good, first_bad):
    limit = period_end(day(paused) + DAY, 3)

    assert (limit, limit + DAY) == (day(last_good), day(first_bad))


NOTICES = [  # notice on, deadline, what "+30 days" would wrongly say
    ("2026-01-27", "2026-02-27", "2026-02-26"),
    ("2026-01-31", "2026-02-28", "2026-03-02"),
    ("2026-03-01", "2026-04-01", "2026-03-31"),
    ("2026-12-31", "2027-01-31", "2027-01-30"),
    ("2028-01-31", "2028-02-29", "2028-03-01"),
]


@pytest.mark.terms("7-4")
@pytest.mark.parametrize("noticed, deadline, wrong", NOTICES)
def test_the_grace_of_a_notice_is_a_calendar_month_never_30_days(noticed, deadline, wrong):
    assert period_end(day(noticed) + DAY, 1) == day(deadline)
    assert day(noticed) + timedelta(days=30) == day(wrong) != day(deadline)


TERMS = [
    ("2025-04-10", "2026-04-09"),
    ("2024-02-29", "2025-02-28"),
    ("2025-03-01", "2026-02-28"),
    ("2025-01-31", "2026-01-30"),
]


@pytest.mark.terms("49-1", "60-1")
@pytest.mark.parametrize("started, last_day", TERMS)
def test_a_term_of_one_year_ends_the_day_before_the_anniversary(started, last_day):
    assert period_end(day(started), 12) == day(last_day)


@pytest.mark.parametrize(
    "instant, expected",
    [
        (datetime(2026, 2, 28, 14, 59, 59, tzinfo=UTC), (date(2026, 2, 28), Month(2026, 2))),
        (datetime(2026, 2, 28, 15, 0, tzinfo=UTC), (date(2026, 3, 1), Month(2026, 3))),
        (datetime(2026, 3, 31, 15, 30, tzinfo=UTC), (date(2026, 4, 1), Month(2026, 4))),
    ],
)
def test_days_and_months_change_at_midnight_in_japan(instant, expected):
    assert (jst_date(instant), Month.of(instant)) == expected


def test_a_month_is_half_open():
    month = Month(2026, 12)

    assert (month.start, month.end) == (
        datetime(2026, 11, 30, 15, tzinfo=UTC),
        datetime(2026, 12, 31, 15, tzinfo=UTC),
    )
    assert month.end == month.next.start == end_of_day(date(2026, 12, 31)) == midnight(date(2027, 1, 1))


def test_months_count_across_years():
    month = Month(2026, 1)

    assert (month.previous, month.next, month.plus(-13), month.plus(24)) == (
        Month(2025, 12),
        Month(2026, 2),
        Month(2024, 12),
        Month(2028, 1),
    )
    assert (Month(2027, 3).minus(month), month.minus(Month(2027, 3))) == (14, -14)


def test_a_month_knows_its_days():
    february = Month(2028, 2)

    assert (february.first_day, february.last_day, february.day(10), february.day(31)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
        date(2028, 2, 10),
        date(2028, 2, 29),
    )


@pytest.mark.parametrize("text", ["2026-10", "0001-01", "9999-12"])
def test_a_month_reads_what_it_writes(text):
    assert str(Month.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "26-10", "2026-1", "２０２６-10", "2026-10-01", "2026/10"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


@pytest.mark.parametrize(
    "start, months, expected",
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-03-31", -1, "2026-02-28")],
)
def test_a_missing_corresponding_day_becomes_the_last_of_its_month(start, months, expected):
    assert add_months(day(start), months) == day(expected)
