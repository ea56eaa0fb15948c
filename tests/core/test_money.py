"""Yen are whole numbers and are rounded down in one place."""

from decimal import Decimal

import pytest

from core.money import floor_yen, tax_of, yen

TEN_PERCENT = Decimal("0.10")


def test_tax_is_floored_once_for_the_whole_base_not_per_line():
    assert tax_of(105 * 3, TEN_PERCENT) == 31
    assert sum(tax_of(105, TEN_PERCENT) for _ in range(3)) == 30


@pytest.mark.parametrize("base, tax", [(0, 0), (9, 0), (10, 1), (19, 1), (9_007_199_254_740_993, 900_719_925_474_099)])
def test_tax_is_exact_at_any_size(base, tax):
    assert tax_of(base, TEN_PERCENT) == tax


@pytest.mark.parametrize("amount, whole", [("0.999999", 0), ("6.6", 6), ("7", 7), ("-0.1", -1)])
def test_yen_round_down(amount, whole):
    assert floor_yen(Decimal(amount)) == whole


@pytest.mark.parametrize("amount, text", [(0, "¥0"), (1234, "¥1,234"), (-1234567, "-¥1,234,567")])
def test_yen_as_people_read_them(amount, text):
    assert yen(amount) == text
