"""The rule of the quality guarantee: uptime of a month, and what is credited for it (9-1, 77-1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import SYSTEM
from billing.credits import actions, outages, uptime
from billing.credits.models import Outage, SlaGrade
from billing.credits.outages import Fact
from core.calendar import JST, Month
from core.errors import Refused
from tests.billing.world import opened
from tests.make import MORNING, NOON

FEBRUARY, APRIL = Month(2026, 2), Month(2026, 4)
# Month, minutes of outage allowed at 99.95 %.
ALLOWED = [
    (Month(2026, 2), "20.16"), (Month(2028, 2), "20.88"), (Month(2026, 4), "21.60"), (Month(2026, 5), "22.32"),
]  # fmt: skip


def out(month: Month, minutes: Decimal | int, start: timedelta = timedelta(hours=5)) -> tuple[datetime, datetime]:
    """So many minutes in the month."""
    begins = month.start + start
    return begins, begins + timedelta(seconds=float(Decimal(minutes) * 60))


@pytest.mark.terms("9-1")
@pytest.mark.django_db
@pytest.mark.parametrize("month, minutes", ALLOWED)
def test_the_target_allows_so_many_minutes_and_not_a_second_more(month, minutes):
    allowed = uptime.uptime(month, [out(month, Decimal(minutes))])
    seconds = int(Decimal(minutes) * 60)
    more = uptime.uptime(month, [out(month, Decimal(seconds + 1) / 60)])

    assert uptime.grade(allowed) is None
    row = uptime.grade(more)
    assert row is not None
    assert row.credit == Decimal("0.1000")


@pytest.mark.terms("9-1")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "minutes, credit",
    [
        (0, None),
        (21, None),
        (22, "0.10"),
        (432, "0.10"),
        (433, "0.30"),
        (2160, "0.30"),
        (2161, "1.00"),
        (43_200, "1.00"),
    ],
)
def test_the_lower_the_uptime_the_more_is_credited(minutes, credit):
    row = uptime.grade(uptime.uptime(APRIL, [out(APRIL, minutes, timedelta(0))]))

    assert (row.credit if row else None) == (Decimal(credit) if credit else None)


def test_what_overlaps_counts_once_and_only_within_the_month():
    faults = [
        (APRIL.start - timedelta(minutes=30), APRIL.start + timedelta(minutes=10)),
        (APRIL.start, APRIL.start + timedelta(minutes=15)),
        (APRIL.end - timedelta(minutes=5), APRIL.end + timedelta(days=1)),
    ]

    found = uptime.uptime(APRIL, faults)

    assert (found.outage, found.total, found.minutes) == (20 * 60, 30 * 86_400, "20")


@pytest.mark.terms("9-1")
def test_announced_maintenance_and_own_stops_are_taken_out():
    start = APRIL.start

    def minutes(a: int, b: int) -> tuple[datetime, datetime]:
        return start + timedelta(minutes=a), start + timedelta(minutes=b)

    found = uptime.uptime(APRIL, [minutes(0, 60), minutes(100, 120)], [minutes(10, 20), minutes(50, 110)])

    assert found.outage == (10 + 30 + 10) * 60


def test_the_percentage_is_never_shown_better_than_it_was():
    found = uptime.uptime(APRIL, [out(APRIL, Decimal(1297) / 60)])

    assert (found.percent, found.is_below(Decimal("0.9995"))) == ("99.949 %", True)


stretches = st.lists(
    st.tuples(st.integers(-100, 50_000), st.integers(1, 3_000)).map(
        lambda one: (APRIL.start + timedelta(minutes=one[0]), APRIL.start + timedelta(minutes=sum(one)))
    ),
    max_size=8,
)


@given(faults=stretches, excused=stretches)
def test_outage_is_what_a_minute_by_minute_count_finds(faults, excused):
    def minutes(rows: list[tuple[datetime, datetime]]) -> set[int]:
        found: set[int] = set()
        for start, end in rows:
            first = int((start - APRIL.start).total_seconds() // 60)
            found.update(range(first, int((end - APRIL.start).total_seconds() // 60)))
        return found & set(range(30 * 1440))

    assert uptime.uptime(APRIL, faults, excused).outage == 60 * len(minutes(faults) - minutes(excused))


# -- facts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def contract(project):
    return opened(project)


def fact(contract, cause, start_hour, end_hour):
    """An outage on 2 April, from hour to hour in JST."""
    hour = datetime(2026, 4, 2, tzinfo=JST)
    end = None if end_hour is None else hour + timedelta(hours=end_hour)
    return Fact(contract, cause, hour + timedelta(hours=start_hour), end)


@pytest.mark.terms("77-1")
def test_what_sms_caused_is_outside_the_guarantee(contract):
    outages.record(contract, [fact(contract, "SMS", 0, 20)])

    found = uptime.of(contract, APRIL, until=APRIL.end)

    assert (found.outage, uptime.grade(found)) == (0, None)


def test_a_source_says_what_it_says_last(contract):
    outages.record(contract, [fact(contract, "FAULT", 0, None)])
    outages.record(contract, [fact(contract, "FAULT", 0, 3), fact(contract, "OWN_STOP", 1, 2)])

    assert uptime.of(contract, APRIL, until=APRIL.end).outage == 2 * 3600


def test_an_outage_that_lasts_counts_until_now(contract):
    outages.record(contract, [fact(contract, "FAULT", 0, None)])

    assert uptime.of(contract, APRIL, until=datetime(2026, 4, 2, 6, tzinfo=JST)).outage == 6 * 3600
    assert uptime.of(contract, APRIL, until=APRIL.end + timedelta(days=3)).outage == 29 * 86_400


def test_time_before_the_contract_is_no_outage(contract):
    outages.record(contract, [Fact(contract, "FAULT", MORNING - timedelta(hours=9), NOON)])

    assert uptime.of(contract, APRIL, until=APRIL.end).outage == 150 * 60


def test_an_end_before_the_beginning_is_refused_and_nothing_changes(contract):
    outages.record(contract, [fact(contract, "FAULT", 0, 1)])

    with pytest.raises(Refused):
        outages.record(contract, [fact(contract, "FAULT", 5, 5)])

    assert uptime.of(contract, APRIL, until=APRIL.end).outage == 3600


def test_marks_show_what_lasts_and_maintenance_that_comes(contract, elsewhere):
    other = opened(elsewhere)
    noon = datetime(2026, 4, 2, 12, tzinfo=JST)
    outages.record(contract, [fact(contract, "FAULT", 10, None), fact(contract, "OWN_STOP", 10, None)])
    outages.record(other, [fact(other, "MAINTENANCE", 48, 50)])

    marks = outages.marks([contract.pk, other.pk], noon)

    assert {pk: row.cause for pk, row in marks.items()} == {contract.pk: "FAULT", other.pk: "MAINTENANCE"}
    assert outages.marks([contract.pk], noon - timedelta(hours=3)) == {}


def test_grades_are_replaced_from_a_coming_month_on(db):
    row = SlaGrade.objects.get(below=Decimal("0.9995"))
    values: dict[str, Any] = {"below": Decimal("0.9999"), "credit": Decimal("0.05"), "by": SYSTEM, "at": NOON}

    for day in (date(2026, 4, 1), date(2026, 5, 2)):
        with pytest.raises(Refused):
            actions.set_grade(row, since=day, **values)
    actions.set_grade(row, since=date(2026, 5, 1), **values)

    ten = timedelta(minutes=10)
    april = uptime.grade(uptime.uptime(APRIL, [(APRIL.start, APRIL.start + ten)]))
    may = uptime.grade(uptime.uptime(APRIL.next, [(APRIL.end, APRIL.end + ten)]))
    assert (april, may.credit if may else None) == (None, Decimal("0.0500"))
    assert Outage.objects.count() == 0
