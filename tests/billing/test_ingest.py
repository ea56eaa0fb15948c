"""Counts by the thousand: once each, whatever is repeated, mixed up or sent by rivals; a table for every month."""

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import Error, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import SYSTEM
from billing import contracts, meters
from billing.invoices.closing import close
from billing.invoices.models import InvoiceLine
from billing.meters import Count, Event, Reading, partitions, tasks
from billing.prices.models import Price
from core.calendar import Month
from core.errors import Refused
from tests import make
from tests.billing.world import jst, opened

APRIL = Month(2026, 4)
SOON = jst(30, 23, 59)
MAY = jst(1, month=5)
ONE_TABLE = "SELECT DISTINCT tableoid::regclass::text FROM billing_count ORDER BY 1"


def reading(contract, event="e1", quantity=1, *, item="sms.a2p", at=make.MORNING, direction="") -> Reading:
    return Reading(contract.pk, item, quantity, event, at, direction)


def add_many(*readings: Reading, source: str = "sms", at: datetime = MAY) -> int:
    return meters.add_many(readings, source=source, at=at)


def counted() -> list[tuple[str, str, int, datetime]]:
    rows = Count.objects.order_by("source", "event_id").values_list("source", "event_id", "quantity", "at")
    return [(source, event, int(quantity), at) for source, event, quantity, at in rows]


def tables() -> list[str]:
    """Where counts lie."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_TABLE)
        return [name for (name,) in cursor.fetchall()]


def test_a_batch_counts_what_is_new(project):
    contract = opened(project)
    meters.add(contract, "sms.a2p", 2, source="sms", event_id="e1", at=make.MORNING)

    added = add_many(reading(contract, "e1", 9), reading(contract, "e2", 3), reading(contract, "e3", at=make.NOON))

    assert added == 2
    assert counted() == [
        ("sms", "e1", 2, make.MORNING), ("sms", "e2", 3, make.MORNING), ("sms", "e3", 1, make.NOON),
    ]  # fmt: skip


def test_a_batch_sent_again_adds_nothing(project):
    contract = opened(project)
    batch = [reading(contract, f"e{n}") for n in range(50)]

    assert (add_many(*batch), add_many(*batch), add_many(*reversed(batch))) == (50, 0, 0)
    assert len(counted()) == 50


def test_an_event_that_stands_twice_in_a_batch_counts_once_at_its_first_time(project):
    contract = opened(project)

    assert add_many(reading(contract, at=make.NOON), reading(contract, at=make.MORNING)) == 1
    assert counted() == [("sms", "e1", 1, make.MORNING)]


def test_another_source_has_keys_of_its_own(project):
    contract = opened(project)

    assert (add_many(reading(contract)), add_many(reading(contract), source="mms")) == (1, 1)


def test_a_repetition_that_carries_a_time_of_the_next_month_counts_no_second_time(project):
    contract = opened(project)
    meters.add(contract, "sms.a2p", 1, source="sms", event_id="e1", at=SOON)

    again = meters.add(contract, "sms.a2p", 1, source="sms", event_id="e1", at=MAY)
    many = add_many(reading(contract, at=MAY), reading(contract, "e2", at=SOON), reading(contract, "e2", at=MAY))

    assert (again, many) == (False, 1)
    assert counted() == [("sms", "e1", 1, SOON), ("sms", "e2", 1, SOON)]


def test_what_happened_before_the_end_is_still_counted(project):
    contract = opened(project)
    contracts.close(contract, by=SYSTEM, at=make.NOON)

    assert add_many(reading(contract, at=make.NOON - timedelta(seconds=1))) == 1


BAD = {
    "nothing": (ValueError, "positive", {"quantity": 0}),
    "less than nothing": (ValueError, "positive", {"quantity": Decimal(-1)}),
    "an unknown item": (LookupError, "no item spaceship", {"item": "spaceship"}),
    "the future": (Refused, "未来", {"at": MAY + timedelta(minutes=6)}),
    "an ended contract": (Refused, "契約", {"at": make.EVENING}),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_event_refuses_its_batch_and_nothing_is_counted(project, what):
    row: Any = BAD[what]
    error, words, wrong = row
    running, ended = opened(project), opened(project)
    contracts.close(ended, by=SYSTEM, at=make.NOON)
    owner = ended if what == "an ended contract" else running

    with pytest.raises(error, match=words):
        add_many(reading(running, "good"), reading(owner, "bad", **wrong))

    assert not Count.objects.exists()
    assert not Event.objects.exists()


def test_an_unknown_contract_refuses_the_batch(project):
    contract = opened(project)

    with pytest.raises(Refused, match="契約"):
        meters.add_many([reading(contract), Reading(0, "sms.a2p", 1, "e2", make.MORNING)], source="sms", at=MAY)

    assert not Count.objects.exists()


def test_a_batch_costs_the_same_queries_whatever_its_size(project, django_assert_num_queries):
    contract = opened(project)

    for size in (1, 300):
        with django_assert_num_queries(
            6
        ):  # a savepoint, the stage, what comes, what is refused, the merge, the release
            add_many(*(reading(contract, f"{size}-{n}") for n in range(size)))


def test_a_counter_has_one_row_for_each_day_and_direction(project):
    contract = opened(project)

    def grow(quantity: str, at: datetime, direction: str = "out") -> Decimal:
        amount = Decimal(quantity)
        return meters.accumulate(contract, "sim.data", amount, source="sim", direction=direction, at=at)

    totals = [grow("0.4", jst(1, 10)), grow("0.5", jst(1, 9)), grow("2", jst(1, 12), "in"), grow("1", jst(2, 0))]

    assert totals == [Decimal("0.4"), Decimal("0.9"), 2, 1]
    rows = Count.objects.order_by("at").values_list("quantity", "direction", "at")
    assert list(rows) == [(Decimal("0.9"), "out", jst(1, 9)), (2, "in", jst(1, 12)), (1, "out", jst(2, 0))]


def test_the_order_of_the_parts_does_not_matter(project):
    contract = opened(project)
    parts = [(jst(1, 23, 59), 3), (jst(1), 1), (jst(1, 12), 2)]

    for n, order in enumerate(permutations(parts)):
        for at, quantity in order:
            meters.accumulate(contract, "sim.data", quantity, source=f"sim{n}", at=at)

    assert set(Count.objects.values_list("quantity", "at")) == {(Decimal(6), jst(1))}


def test_a_counter_does_not_grow_after_the_end(project):
    contract = opened(project)
    contracts.close(contract, by=SYSTEM, at=make.MORNING)

    with pytest.raises(Refused, match="契約"):
        meters.accumulate(contract, "sim.data", 1, source="sim", at=make.NOON)

    assert not Count.objects.exists()


WRONG = [
    {"contract_id": 0},
    {"item_id": "spaceship"},
    {"month": APRIL.next.first_day},
    {"quantity": 0},
    {"event_id": "known", "month": APRIL.next.first_day, "at": MAY},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_the_database_refuses_what_no_verb_writes(project, wrong):
    contract = opened(project)
    add_many(reading(contract, "known"))
    right = {"contract_id": contract.pk, "item_id": "sms.a2p", "month": APRIL.first_day, "at": make.NOON}

    with pytest.raises(Error), transaction.atomic():
        Count.objects.create(**{"source": "sms", "event_id": "new", "quantity": 1, **right, **wrong})

    assert [event for _source, event, _quantity, _at in counted()] == ["known"]


def test_coming_months_get_their_tables_ahead(project):
    at = jst(10)

    assert tasks.make_tables.next_due(at) == at
    tasks.make_tables(at)

    assert partitions.lacking(at) == []
    assert tasks.make_tables.next_due(at) == APRIL.end
    assert partitions.lacking(APRIL.end) == [Month(2026, 8)]
    add_many(reading(opened(project)))
    assert tables() == ["billing_count_2026_04"]


def test_what_came_before_its_table_moves_into_it_and_stays_counted_once(project):
    contract = opened(project)
    add_many(reading(contract), reading(contract, "e2", at=jst(1, month=12) - timedelta(days=400)))
    assert tables() == ["billing_count_other"]

    tasks.make_tables(jst(10))

    assert tables() == ["billing_count_2025_10", "billing_count_2026_04"]
    assert add_many(reading(contract)) == 0
    assert len(counted()) == Event.objects.count() == 2


def test_a_month_is_read_from_its_own_table(project):
    tasks.make_tables(jst(10))
    add_many(reading(opened(project)))

    plan = Count.objects.filter(month=APRIL.first_day).explain()

    assert "billing_count_2026_04" in plan
    assert "billing_count_2026_05" not in plan
    assert "billing_count_other" not in plan


units = st.tuples(
    st.sampled_from(["sms.a2p", "sms.2fa"]),
    st.integers(0, 12),
    st.datetimes(datetime(2026, 4, 1), datetime(2026, 4, 30)).map(lambda at: at.replace(tzinfo=APRIL.start.tzinfo)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(events=st.lists(units, min_size=1, max_size=25), data=st.data())
def test_whatever_is_received_is_rated_once(project, events, data):
    """Property 12: received, in any order, batches and repetitions, is what the invoice charges; nothing else."""
    with transaction.atomic():
        contract = opened(project, at=jst(1))
        readings = [reading(contract, str(key), key + 1, item=item, at=at) for item, key, at in events]
        sent = data.draw(st.lists(st.sampled_from(readings), max_size=30)) + readings
        cut = data.draw(st.integers(0, len(sent)))
        for part in (sent[:cut], sent[cut:], sent):
            add_many(*part)

        close(APRIL, at=APRIL.end)

        received = {event.event_id: event.quantity for event in readings}
        lines = InvoiceLine.objects.all()
        assert sum(line.quantity for line in lines) == sum(received.values())
        unit = {price.item_id: price.unit for price in Price.objects.filter(item__in=["sms.a2p", "sms.2fa"])}
        assert {line.amount for line in lines} == {int(line.quantity * unit[line.price.item_id]) for line in lines}
        transaction.set_rollback(True)


def test_rivals_who_send_the_same_events_count_each_of_them_once(cloned_db):
    contract = opened(make.first_project(make.organisation(make.user())))
    partitions.make(APRIL)
    start, added, errors = threading.Barrier(4), [], []

    def send(shift: int) -> None:
        try:
            start.wait()
            for n in range(10):
                batch = [reading(contract, f"{(n * 40 + m + shift) % 400}") for m in range(80)]
                added.append(add_many(*batch))
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(shift,)) for shift in (0, 13, 200, 333)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sum(added) == Count.objects.count() == Event.objects.count() == 400
