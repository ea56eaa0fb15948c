"""Every fee there is, in pure Python."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.prices import tariffs
from billing.prices.tariffs import Tariff, Use


@dataclass(frozen=True)
class Amounts:
    hourly: Decimal = Decimal(0)
    daily: Decimal = Decimal(0)
    monthly: Decimal = Decimal(0)
    unit: Decimal = Decimal(0)
    included: Decimal = Decimal(0)


HOUR = Decimal(3600)
EXAMPLE = Amounts(Decimal(10), Decimal(108), Decimal(2139))
LADDER = [  # hours of use, yen: the test row of the price list
    ("0.2", 10), ("9", 90), ("10", 100), ("11", 108), ("30", 168), ("34", 208), (str(19 * 24 + 9), 2139), ("744", 2139),
]  # fmt: skip


@pytest.mark.terms("2-1")
@pytest.mark.parametrize("hours, yen", LADDER)
def test_the_ladder_charges_started_hours_at_most_a_day_and_at_most_a_month(hours, yen):
    assert tariffs.charge(Tariff.LADDER, EXAMPLE, Use(Decimal(hours) * HOUR)) == yen


@pytest.mark.parametrize("seconds, hours", [("0", 0), ("0.000001", 1), ("3600", 1), ("3600.000001", 2)])
def test_an_hour_that_was_begun_counts(seconds, hours):
    assert tariffs.hours(Decimal(seconds)) == hours


amounts = st.tuples(*[st.integers(0, 99_999)] * 3).map(sorted).map(lambda yen: Amounts(*map(Decimal, yen)))
seconds = st.integers(0, 31 * 86_400).map(Decimal)


@given(rate=amounts, first=seconds, second=seconds)
def test_a_ladder_is_never_above_the_monthly_price_and_never_falls(rate, first, second):
    less, more = sorted((first, second))
    charges = [tariffs.charge(Tariff.LADDER, rate, Use(used)) for used in (less, more)]

    assert 0 <= charges[0] <= charges[1] <= rate.monthly


@given(rate=amounts, cuts=st.lists(seconds, max_size=5))
def test_cutting_the_use_under_one_price_changes_nothing(rate, cuts):
    used, total = sorted(cuts), 0
    for before, until in zip([Decimal(0), *used], used, strict=False):
        total += tariffs.charge(Tariff.LADDER, rate, Use(until - before, before))

    assert total == tariffs.charge(Tariff.LADDER, rate, Use(used[-1] if used else Decimal(0)))


@given(rate=amounts, other=amounts, before=seconds, after=seconds)
def test_after_a_price_change_the_climb_goes_on_where_it_was(rate, other, before, after):
    first = tariffs.charge(Tariff.LADDER, rate, Use(before))
    second = tariffs.charge(Tariff.LADDER, other, Use(after, before))

    assert 0 <= first + second <= rate.monthly + other.monthly
    assert second <= tariffs.charge(Tariff.LADDER, other, Use(before + after))


@pytest.mark.terms("11-3", "23-1", "39-2")
def test_whole_months_are_charged_whole():
    assert tariffs.charge(Tariff.MONTH, Amounts(monthly=Decimal(3300)), Use(Decimal(1))) == 3300


@pytest.mark.parametrize("tariff", [Tariff.MONTH_IF_USED, Tariff.PACK, Tariff.SILENT_YEAR])
def test_fees_by_the_month_count_how_often_they_arise(tariff):
    assert [tariffs.charge(tariff, Amounts(monthly=Decimal(14)), Use(Decimal(n))) for n in (0, 1, 2)] == [0, 14, 28]


@pytest.mark.terms("70-1")
def test_units_are_multiplied_and_rounded_down_once():
    assert tariffs.charge(Tariff.UNIT, Amounts(unit=Decimal(11)), Use(Decimal(3))) == 33
    assert tariffs.charge(Tariff.UNIT, Amounts(unit=Decimal("6.6")), Use(Decimal("1.5"))) == 9


@pytest.mark.terms("38-1")
@pytest.mark.parametrize(
    "used, before, yen", [("500", "0", 0), ("501", "0", 6), ("100", "450", 330), ("100", "500", 660), ("100", "0", 0)]
)
def test_included_units_are_used_up_first(used, before, yen):
    rate = Amounts(unit=Decimal("6.6"), included=Decimal(500))

    assert tariffs.charge(Tariff.UNIT, rate, Use(Decimal(used), Decimal(before))) == yen


@pytest.mark.terms("28-2")
def test_what_is_free_costs_nothing():
    assert tariffs.charge(Tariff.FREE, EXAMPLE, Use(Decimal(744) * HOUR)) == 0
