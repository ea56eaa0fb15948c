"""One rule written twice: the SQL that closes months equals the Python that explains them."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import SYSTEM
from billing.estimates import facts
from billing.invoices import closing, rating
from billing.invoices.models import Invoice
from billing.meters import Count, Span
from billing.passports.models import Passport
from billing.prices import actions as prices
from billing.prices.book import Book
from billing.prices.models import Item
from core.calendar import JST, Month
from tests import make
from tests.billing.world import HYBRID, SERVER, opened

MONTH = Month(2026, 4)
EARLY = datetime(2026, 1, 15, tzinfo=JST)
PLANS = {
    "server": ["1core-1gb", "2core-2gb", "2core-4gb", "8core-32gb"],
    "switch": [""],
    "address": ["28", "27", "26"],
    "hybrid": [""],
    "bridge": [""],
    "sim": [""],
    "sim.maintenance": [""],
    "sim.pack": ["3gb", "20gb"],
}
COUNTED = ["sms.a2p", "aws.data", "sim.data", "mono.traffic"]
ZONES = ["", "is1a", "tk1a"]
COLUMNS = (
    "contract_id, price_id, lower(period), upper(period), quantity, before, amount, tax_rate, stream, allowance, kind, "
    "source_pk, for_month"
)

# Instants around the month, many of them exactly on its borders, on a price change, or a microsecond beside them.
borders = st.sampled_from([MONTH.start, MONTH.end, *(datetime(2026, 4, day, tzinfo=JST) for day in (2, 11, 20, 30))])
instants = st.one_of(
    borders,
    st.tuples(borders, st.integers(-1, 1)).map(lambda one: one[0] + timedelta(microseconds=one[1])),
    st.datetimes(datetime(2026, 3, 10), datetime(2026, 5, 20)).map(lambda at: at.replace(tzinfo=JST)),
)


april_days = st.dates(date(2026, 3, 28), date(2026, 5, 3))


@st.composite
def spans_of_item(draw, item):
    """Spans of one item that follow each other, on changing plans, the last perhaps still open."""
    cuts = draw(st.lists(instants, min_size=2, max_size=8, unique=True).map(sorted))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    if draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], None)
    return [(item, draw(st.sampled_from(PLANS[item])), begin, end) for begin, end in pairs]


revisions = st.lists(
    st.tuples(
        st.sampled_from([(item, plan) for item, plans in PLANS.items() for plan in plans] + [(c, "") for c in COUNTED]),
        st.sampled_from(ZONES),
        st.dates(date(2026, 3, 25), date(2026, 5, 5)),
        st.tuples(*[st.integers(0, 9999).map(lambda n: Decimal(n) / 100)] * 3, st.sampled_from([0, 3, 500])),
    ),
    max_size=6,
    unique_by=lambda one: one[:3],
)


@st.composite
def histories(draw):
    """What happened on each of the contracts: spans of several items, and counts."""
    spans = [
        [
            span
            for item in draw(st.lists(st.sampled_from(sorted(PLANS)), max_size=3, unique=True))
            for span in draw(spans_of_item(item))
        ]
        for _ in range(4)
    ]
    units = st.decimals("0.000001", "2000", places=6)
    moments = st.one_of(instants, st.sampled_from([EARLY, datetime(2025, 6, 3, tzinfo=JST)]))
    counts = [
        draw(
            st.lists(
                st.tuples(st.sampled_from(COUNTED), moments, units, st.sampled_from(["", "out", "in"])), max_size=5
            )
        )
        for _ in range(4)
    ]
    return spans, counts


passports = st.lists(
    st.tuples(
        st.sampled_from(PLANS["server"]), st.sampled_from(["0.2", "0.35", "0.5", "1"]),
        st.sampled_from(Passport.State.values), st.integers(-12, 1),
    ),
    max_size=5,
)  # fmt: skip


def hold(organisation, wanted):
    """Passports of 12 months, begun so many months from the month on."""
    for plan, rate, state, since in wanted:
        first = MONTH.plus(since)
        Passport.objects.create(
            organisation=organisation, plan=plan, rate=Decimal(rate), state=state, months=12, price=1, tax=0,
            valid=(first.first_day, first.plus(12).first_day), tax_rate=Decimal("0.1"), purchased_at=first.start,
            state_changed_at=first.start, business_use=True,
        )  # fmt: skip


@pytest.fixture
def agreed(project, garden):
    """Contracts of every kind: in two zones, hybrid for the first and for a later month, sandbox."""
    return [
        opened(project, SERVER, zone="is1a", group="sim:1", at=EARLY),
        opened(project, HYBRID, zone="tk1b", group="sim:1", at=EARLY),
        opened(project, HYBRID, at=make.MORNING),
        opened(project, SERVER, zone="tk1v", charged=False, at=EARLY),
    ]


def record(agreed, spans, counts):
    """Write the facts."""
    for contract, own_spans, own_counts in zip(agreed, spans, counts, strict=True):
        Span.objects.bulk_create(
            Span(contract=contract, item_id=item, plan=plan, period=(begin, end))
            for item, plan, begin, end in own_spans
        )
        Count.objects.bulk_create(
            Count(source="test", event_id=f"{contract.pk}-{n}", month=Month.of(at).first_day, contract=contract,
                  item_id=item, at=at, quantity=quantity, direction=direction)
            for n, (item, at, quantity, direction) in enumerate(own_counts)
        )  # fmt: skip


def revise(changes):
    """Enter price revisions, in some zone or everywhere."""
    for (item, plan), zone, since, (hourly, daily, monthly, included) in changes:
        hourly, daily, monthly = sorted((hourly, daily, monthly))
        amounts = prices.Amounts(hourly, daily, monthly, unit=hourly, included=Decimal(included))
        prices.revise(Item.objects.get(pk=item), plan, amounts, zone=zone, since=since, by=SYSTEM, at=EARLY)


def by_sql(organisation, until=MONTH.end):
    """What `rated.sql` says, a set of rows."""
    values = {**closing.parameters(MONTH, until=until), "organisations": [organisation.pk]}
    with connection.cursor() as cursor:
        cursor.execute(f"{closing.RATED} SELECT {COLUMNS} FROM rated", values)
        return sorted(cursor.fetchall(), key=lambda row: row[:7])


def charges(agreed, until=MONTH.end):
    """All lines of the contracts' organisation by the Python rule."""
    book = Book(MONTH)
    found = [
        rating.Charged(one.contract, one.counts, one.rated(book, until=until))
        for one in facts.of_contracts(agreed, MONTH)
    ]
    lines = [line for one in found for line in one.lines]
    passports = Passport.objects.filter(state__in=Passport.VALID, valid__contains=MONTH.first_day)
    return [*lines, *rating.pools(found, book, until=until), *rating.discounts(lines, passports)]


def by_python(agreed, until=MONTH.end):
    """What `rating.py` says, in the same shape."""
    lines = charges(agreed, until)
    rows = [
        (line.contract.pk, line.price.pk, line.began, line.ended, line.quantity, line.before, line.amount,
         line.tax_rate, rating.stream_of(line.contract, MONTH).value, line.allowance, line.kind,
         line.source_pk, line.for_month)
        for line in lines
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row[:7])


@contextmanager
def undone():
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.terms("4-1")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    history=histories(), changes=revisions, until=instants.filter(lambda at: at > MONTH.start), ends_on=april_days,
    held=passports,
)  # fmt: skip
def test_sql_and_python_charge_the_same_for_any_history(agreed, garden, history, changes, until, ends_on, held):
    """Whole months, and months so far; one contract is to end on some day of the month."""
    until = min(until, MONTH.end)
    with undone():
        record(agreed, *history)
        revise(changes)
        hold(garden, held)
        agreed[1].move("announce", at=EARLY, ends_on=ends_on)

        assert by_sql(garden) == by_python(agreed)
        assert by_sql(garden, until) == by_python(agreed, until)
    agreed[1].state = "PROVISIONAL"


def test_the_contracts_of_the_property_are_charged_at_all(agreed, garden):
    month = [("server", "1core-1gb", MONTH.start, None), ("address", "28", MONTH.start, None)]
    record(agreed, [month] * 4, [[("sms.a2p", MONTH.start, Decimal(1), "")]] * 4)

    rows = by_sql(garden)

    assert rows == by_python(agreed)
    assert sorted((row[6], row[8]) for row in rows) == sorted(
        (amount, stream) for amount in (13, 1595, 3300) for stream in ("CLOUD", "HYBRID", "HYBRID_FIRST")
    )


def test_a_pack_without_units_of_its_own_is_a_pack_in_both_rules(agreed, garden):
    revise([(("sim.pack", "3gb"), "", date(2026, 3, 25), (Decimal(0), Decimal(0), Decimal(100), 0))])
    pack = [("sim.pack", "3gb", MONTH.start, None)]
    record(agreed, [pack, [], [], []], [[("sim.data", MONTH.start, Decimal(501), "")], [], [], []])

    rows = by_sql(garden)

    assert rows == by_python(agreed)
    assert sorted((row[6], row[9]) for row in rows if row[9] is not None) == [(6, Decimal(0))]


def test_a_zone_of_its_own_price_is_charged_by_it_only_while_it_holds(project, garden):
    contract = opened(project, SERVER, zone="is1a", at=EARLY)
    revise([(("switch", ""), "is1a", date(2026, 4, 11), (Decimal(1), Decimal(2), Decimal(3), 0))])
    record([contract], [[("switch", "", MONTH.start, None)]], [[]])

    rows = by_sql(garden)

    assert rows == by_python([contract])
    assert [(row[4], row[5], row[6]) for row in rows] == [(864000, 0, 1100), (1728000, 864000, 0)]


def test_what_has_no_price_stops_the_close_instead_of_being_forgotten(project):
    contract = opened(project, SERVER, at=EARLY)
    record([contract], [[("server", "9core-9gb", MONTH.start, None)]], [[]])

    with pytest.raises(LookupError, match="no price"):
        by_python([contract])
    with pytest.raises(IntegrityError, match="null value"), transaction.atomic():
        closing.close(MONTH, at=MONTH.end)

    assert not Invoice.objects.exists()
