"""One engine, three clocks: what is shown during a month becomes the invoice."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import contracts, estimates, meters
from billing.estimates.charges import of_contracts
from billing.estimates.ending import Course
from billing.estimates.facts import of_contracts as facts_of
from billing.estimates.projects import by_project
from billing.invoices import closing, rating
from billing.invoices.models import Invoice
from billing.prices.book import Book
from core.calendar import Month
from tests import make
from tests.billing.test_rating import (
    MONTH,
    agreed,
    charges,
    histories,
    hold,
    passports,
    record,
    revise,
    revisions,
    undone,
)
from tests.billing.world import SERVER, opened

__all__ = ["agreed"]
INSTANT = timedelta(microseconds=1)
LAST = MONTH.end - INSTANT
within = st.integers(0, (LAST - MONTH.start) // INSTANT).map(lambda n: MONTH.start + n * INSTANT)
properties = partial(
    settings,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def by_python(agreed, at):
    """So far and forecast of each contract, by the Python rule."""
    found = of_contracts(agreed, at=at)
    return {one.contract.pk: (one.so_far, one.forecast) for one in found}


@pytest.mark.terms("4-1")
@properties(max_examples=40)
@given(history=histories(), changes=revisions, held=passports)
def test_the_forecast_of_the_last_instant_is_the_invoice(agreed, garden, history, changes, held):
    with undone():
        record(agreed, *history)
        hold(garden, held)
        revise(changes)
        lines = charges(agreed)
        shown = estimates.this_month(garden, at=LAST)

        closing.close(MONTH, at=MONTH.end)

        invoices = {one.stream: (one.subtotal, one.tax) for one in Invoice.objects.all()}
        assert (shown.coming.subtotal, shown.coming.tax) == tuple(map(sum, zip(*invoices.values(), strict=True))) or (
            not invoices and shown.forecast == 0
        )
        assert streams(lines) == invoices


def streams(lines):
    """The sums of the lines of each invoice; one of nothing isn't written."""
    names = {rating.stream_of(line.contract, MONTH) for line in lines}
    sums = {
        name: rating.sums(line for line in lines if rating.stream_of(line.contract, MONTH) == name) for name in names
    }
    return {str(name): (one.subtotal, one.tax) for name, one in sums.items() if one.subtotal}


@properties(max_examples=40)
@given(history=histories(), changes=revisions, instants=st.lists(within, min_size=2, max_size=4, unique=True))
def test_so_far_only_grows_up_to_the_forecast_and_both_rules_agree(agreed, garden, history, changes, instants):
    with undone():
        record(agreed, *history)
        revise(changes)
        keys = [contract.pk for contract in agreed]
        before = dict.fromkeys(keys, 0)
        for at in sorted(instants):
            found = by_python(agreed, at)

            assert all(before[pk] <= found[pk][0] <= found[pk][1] for pk in keys)
            listed = estimates.month_so_far(keys, at=at)
            assert {pk: listed.get(pk, 0) for pk in keys} == {pk: so_far for pk, (so_far, _end) in found.items()}
            assert estimates.this_month(garden, at=at).now.subtotal == sum(line.amount for line in charges(agreed, at))
            before = {pk: so_far for pk, (so_far, _end) in found.items()}


@properties(max_examples=60)
@given(history=histories(), at=within)
def test_the_last_moment_at_the_same_price_is_exact(agreed, history, at):
    with undone():
        record(agreed, *history)
        course = Course(facts_of(agreed, MONTH), Book(MONTH), at)
        same_until = course.same_until()

        assert at <= same_until <= MONTH.end
        assert course.cost(same_until) == course.cost(at)
        assert same_until == MONTH.end or course.cost(same_until + timedelta(seconds=1)) > course.cost(at)


@pytest.mark.parametrize(
    "ask",
    [
        lambda garden, found: estimates.month_so_far([one.pk for one in found], at=LAST),
        lambda garden, found: of_contracts(found, at=LAST),
        lambda garden, found: estimates.this_month(garden, at=LAST),
        lambda garden, found: by_project(garden, at=LAST),
        lambda garden, found: estimates.order([("server", "1core-1gb")] * len(found), at=LAST),
    ],
    ids=["month_so_far", "of_contracts", "this_month", "by_project", "order"],
)
def test_thirty_contracts_take_as_many_queries_as_one(garden, project, ask):
    def use():
        contract = opened(project, SERVER, at=make.MORNING)
        meters.start(contract, "server", "1core-1gb", at=make.MORNING)
        return contract

    found = [use()]
    with CaptureQueriesContext(connection) as one:
        ask(garden, found)
    found += [use() for _ in range(29)]
    with CaptureQueriesContext(connection) as thirty:
        ask(garden, found)

    assert len(one) == len(thirty) <= 8


def test_the_dearest_contracts_are_shown_and_the_rest_summed_up(garden, project):
    for plan in ["8core-32gb", *["1core-1gb"] * 30]:
        contract = opened(project, SERVER, at=make.MORNING)
        meters.start(contract, "server", plan, at=make.MORNING)

    (found,) = by_project(garden, at=LAST)

    assert found.shown[0].forecast == 28600
    assert (len(found.shown), found.others) == (25, 6)
    assert (found.forecast, found.others_forecast) == (28600 + 30 * 1595, 6 * 1595)
    assert found.so_far == sum(one.so_far for one in found.shown) + found.others_so_far


def test_a_contract_under_notice_is_charged_to_its_last_day(garden, project):
    contract = opened(project, SERVER, at=make.MORNING)
    meters.start(contract, "switch", at=make.MORNING)
    contracts.Contract.objects.filter(pk=contract.pk).update(state="ENDING", ends_on=Month(2026, 4).day(1))
    contract.refresh_from_db()

    charges = estimates.of_contract(contract, at=make.EVENING)

    # From 09:30 to midnight: 15 started hours, at most a day's price.
    assert charges.forecast == 110
    assert estimates.this_month(garden, at=make.EVENING).coming.subtotal == 110
