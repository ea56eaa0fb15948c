"""What up to 36 invoiced months cost, by item."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import meters
from billing.estimates import costs
from billing.invoices.closing import close
from core.calendar import Month
from tests.billing.world import jst, opened

APRIL = Month(2026, 4)
JUNE = jst(2, month=6)


@pytest.fixture
def two_months(project):
    """A switch all April and May (¥2,200 each), an address block in May (¥3,300)."""
    switch = opened(project, at=jst(1))
    meters.start(switch, "switch", at=jst(1))
    block = opened(project, at=jst(1, month=5))
    meters.start(block, "address", "28", at=jst(1, month=5))
    meters.stop(block, at=jst(3, month=5))
    for month in (APRIL, APRIL.next):
        close(month, at=month.end)


def test_each_item_has_its_course_and_the_dearest_comes_first(garden, two_months, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = costs.by_item(garden, months=12, at=JUNE)

    assert [(one.item.code, one.amounts[-2:], one.total) for one in found.series] == [
        ("switch", [2200, 2200], 4400),
        ("address", [0, 3300], 3300),
    ]
    assert (found.months[0], found.months[-1], found.totals[-2:]) == (Month(2025, 6), Month(2026, 5), [2200, 5500])


def test_the_sum_is_that_of_the_invoices(garden, two_months):
    from billing.invoices.models import Invoice

    found = costs.by_item(garden, months=36, at=JUNE)

    assert found.total == sum(Invoice.objects.values_list("subtotal", flat=True))


def test_a_spreadsheet_has_a_row_for_each_month_and_item(garden, two_months):
    rows = list(costs.csv_rows(costs.by_item(garden, at=JUNE)))

    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("2026-04", "switch", "2200"),
        ("2026-05", "switch", "2200"),
        ("2026-05", "address", "3300"),
    ]


def test_the_page_and_the_csv_are_for_those_who_may_see_bills(alice_client, bob_client, garden):
    assert alice_client.get("/costs").status_code == 200
    assert alice_client.get("/costs?months=36&format=csv")["Content-Type"].startswith("text/csv")
    assert alice_client.get("/costs?months=junk").status_code == 200
    assert bob_client.get("/costs").status_code == 403


def test_ten_resources_over_36_months_cost_the_same_queries_as_one(garden, project, alice_client):
    def page() -> int:
        with CaptureQueriesContext(connection) as found:
            assert alice_client.get("/costs?months=36").status_code == 200
        return len(found)

    page()  # what is asked once in a session
    empty = page()
    for _n in range(10):
        contract = opened(project, at=jst(1))
        meters.start(contract, "switch", at=jst(1))
        meters.start(contract, "ssd", "40gb", at=jst(1))
    last = APRIL.plus(35)
    for n in range(36):
        close(APRIL.plus(n), at=last.end)

    with CaptureQueriesContext(connection) as found:
        course = costs.by_item(garden, months=36, at=last.end)

    assert (len(found), len(course.months)) == (2, 36)
    assert [(one.item.code, one.amounts[0], len(set(one.amounts))) for one in course.series] == [
        ("switch", 22000, 1),
        ("ssd", 8800, 1),
    ]
    assert page() <= empty + 1  # the names of the items
