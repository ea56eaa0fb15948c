"""The facts that months are closed from."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.access import SYSTEM
from billing import contracts, meters
from billing.meters import Count, Span
from core.errors import Refused
from tests import make
from tests.billing.world import opened, spans

pytestmark = pytest.mark.usefixtures("db")


def test_a_span_runs_from_start_to_stop(project):
    contract = opened(project)

    meters.start(contract, "server", "1core-1gb", at=make.MORNING)
    stopped = meters.stop(contract, at=make.NOON)

    assert stopped == 1
    assert spans(contract) == [("server", "1core-1gb", make.MORNING, make.NOON)]


def test_a_plan_change_leaves_no_gap_and_no_overlap(project):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=make.MORNING)

    meters.stop(contract, item="server", at=make.NOON)
    meters.start(contract, "server", "2core-4gb", at=make.NOON)

    assert spans(contract) == [
        ("server", "1core-1gb", make.MORNING, make.NOON),
        ("server", "2core-4gb", make.NOON, None),
    ]


def test_only_the_named_item_or_plan_stops(project):
    contract = opened(project)
    for item, plan in (("server", "1core-1gb"), ("ssd", "20gb"), ("hdd", "40gb")):
        meters.start(contract, item, plan, at=make.MORNING)

    assert meters.stop(contract, item="ssd", plan="40gb", at=make.NOON) == 0
    assert meters.stop(contract, item="ssd", plan="20gb", at=make.NOON) == 1
    assert {item for item, _, _, until in spans(contract) if until is None} == {"server", "hdd"}


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=5)])
def test_a_stop_whose_clock_is_behind_the_start_leaves_no_time_at_all(project, behind):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=make.NOON)

    assert meters.stop(contract, at=make.NOON - behind) == 1
    assert spans(contract) == []


def test_a_start_whose_clock_is_behind_the_last_stop_begins_there(project):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=make.MORNING)
    meters.stop(contract, at=make.NOON)

    meters.start(contract, "server", "1core-1gb", at=make.NOON - timedelta(seconds=5))

    assert spans(contract)[1] == ("server", "1core-1gb", make.NOON, None)


def test_what_runs_can_not_be_started_again(project):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=make.MORNING)

    with pytest.raises(Refused, match="利用中"):
        meters.start(contract, "server", "2core-4gb", at=make.NOON)

    assert spans(contract) == [("server", "1core-1gb", make.MORNING, None)]


@pytest.mark.parametrize("item, plan", [("server", "9core-9gb"), ("spaceship", ""), ("switch", "1core-1gb")])
def test_what_has_no_price_can_not_be_used(project, item, plan):
    with pytest.raises(LookupError, match="no price"):
        meters.start(opened(project), item, plan, at=make.MORNING)

    assert not Span.objects.exists()


def test_nothing_is_counted_after_the_end(project):
    contract = opened(project)
    contracts.close(contract, by=SYSTEM, at=make.MORNING)

    with pytest.raises(Refused):
        meters.start(contract, "server", "1core-1gb", at=make.NOON)
    with pytest.raises(Refused):
        meters.add(contract, "sms.a2p", 1, source="sms", event_id="1", at=make.NOON)

    assert not Span.objects.exists()
    assert not Count.objects.exists()


def test_a_repeated_event_counts_once_and_keeps_its_time(project):
    contract = opened(project)

    first = meters.add(contract, "sms.a2p", 2, source="sms", event_id="e1", at=make.MORNING)
    again = meters.add(contract, "sms.a2p", 5, source="sms", event_id="e1", at=make.NOON)
    other = meters.add(contract, "sms.a2p", 1, source="mms", event_id="e1", at=make.NOON)

    assert (first, again, other) == (True, False, True)
    counted = Count.objects.filter(source="sms").values_list("quantity", "at", "month").get()
    assert counted == (Decimal(2), make.MORNING, make.MORNING.date())


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_count_is_positive(project, quantity):
    with pytest.raises(ValueError, match="positive"):
        meters.add(opened(project), "sms.a2p", quantity, source="sms", event_id="1", at=make.MORNING)


@pytest.mark.parametrize("lower, upper", [(make.NOON, make.NOON), (None, make.NOON)])
def test_the_database_refuses_empty_spans_and_spans_without_a_beginning(project, lower, upper):
    contract = opened(project)

    with pytest.raises(IntegrityError, match="span_has_length"), transaction.atomic():
        Span.objects.create(contract=contract, item_id="server", plan="1core-1gb", period=(lower, upper))


def test_the_database_refuses_overlaps_whatever_the_plan(project):
    contract = opened(project)
    Span.objects.create(contract=contract, item_id="server", plan="1core-1gb", period=(make.MORNING, make.NOON))

    with pytest.raises(IntegrityError, match="span_no_overlap"), transaction.atomic():
        Span.objects.create(contract=contract, item_id="server", plan="2core-4gb", period=(make.MORNING, None))


def test_starting_stopping_and_counting_cost_few_queries(project, django_assert_num_queries):
    contract = opened(project)

    with django_assert_num_queries(3):  # a savepoint, the row, its release
        meters.start(contract, "server", "1core-1gb", at=make.MORNING)
    with django_assert_num_queries(2):
        meters.stop(contract, at=make.NOON)
    with django_assert_num_queries(1):
        meters.add(contract, "sms.a2p", 1, source="sms", event_id="1", at=make.NOON)
