"""Charts drawn on the server."""

import pytest
from django.utils import translation

from core import charts


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "value, top",
    [
        (0, 3),
        (1, 3),
        (9, 9),
        (10, 12),
        (52_300, 60_000),
        (60_000, 60_000),
        (60_001, 75_000),
        (91_000, 120_000),
        (999_999, 1_200_000),
    ],
)
def test_the_axis_ends_at_a_round_number(value, top):
    assert charts.ceiling(value) == top


def test_a_chart_names_its_numbers_on_the_axis_under_the_pointer_and_in_a_table():
    html = charts.area_chart([("10月", 0), ("11月", 52_300)], label="Charges", unit="yen")

    assert "<li>¥60,000</li><li>¥40,000</li><li>¥20,000</li><li>¥0</li>" in html
    assert "<title>11月: ¥52,300</title>" in html
    assert '<th scope="row">11月</th><td class="num">¥52,300</td>' in html


def test_points_lie_in_the_middle_of_their_columns():
    assert charts.places([0, 30], 60, 1000, 200) == [(250.0, 200.0), (750.0, 100.0)]


def test_a_chart_of_nothing_says_so():
    assert charts.area_chart([], label="Charges") == '<p class="muted">Nothing to show yet.</p>'
    assert charts.sparkline([], label="CPU") == ""


def test_a_label_is_escaped():
    html = charts.area_chart([("<b>", 1)], label='"><b>') + charts.sparkline([0, 0], label='"><b>')

    assert "<b>" not in html
