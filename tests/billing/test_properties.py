"""What holds of every month, whatever happened in it (the properties of billing, by their number)."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import SYSTEM
from billing.credit_notes.models import CreditNote
from billing.invoices import closing
from billing.invoices.closing import close
from billing.invoices.models import Invoice, InvoiceLine, InvoiceTax
from billing.meters import Count, Span
from billing.postings.models import Posting
from billing.prices import actions as prices
from billing.prices.models import Item, Price
from core.calendar import Month
from tests.billing.properties import examples
from tests.billing.test_rating import (
    EARLY,
    MONTH,
    PLANS,
    agreed,
    by_python,
    by_sql,
    histories,
    hold,
    passports,
    record,
    revise,
    revisions,
    undone,
)  # fmt: skip
from tests.billing.test_tariffs_month import amounts, registered, traffic
from tests.billing.world import SERVER, opened

__all__ = ["agreed"]

LADDERS = [(item, plan) for item in ("server", "switch") for plan in PLANS[item]]
HOUR = timedelta(hours=1)
moments = st.integers(0, (MONTH.end - MONTH.start) // timedelta(seconds=1)).map(
    lambda seconds: MONTH.start + timedelta(seconds=seconds)
)
days = st.dates(MONTH.first_day + timedelta(days=1), MONTH.last_day)


def total(rows) -> int:
    return sum(row[6] for row in rows)


# -- 3: cutting -----------------------------------------------------------------------------------------------------


@examples(25)
@given(
    what=st.sampled_from(LADDERS), ends=st.lists(moments, min_size=2, max_size=2, unique=True).map(sorted),
    stops=st.lists(moments, max_size=6), renewals=st.sets(days, max_size=3),
)  # fmt: skip
def test_cutting_a_span_adds_at_most_an_hour_a_cut(project, garden, what, ends, stops, renewals):
    """A stop with a start at once, or a new price row of the same amounts, never makes the month dearer by more."""
    (item, plan), (begin, end) = what, ends
    price = Price.objects.get(item=item, plan=plan)
    with undone():
        contract = opened(project, SERVER, at=EARLY)
        record([contract], [[(item, plan, begin, end)]], [[]])
        whole = total(by_sql(garden))

        Span.objects.all().delete()
        edges = [begin, *sorted({at for at in stops if begin < at < end}), end]
        record([contract], [[(item, plan, *piece) for piece in pairwise(edges)]], [[]])
        for day in renewals:
            same = prices.Amounts(price.hourly, price.daily, price.monthly)
            prices.revise(price.item, plan, same, since=day, by=SYSTEM, at=EARLY)
        rows = by_sql(garden)

        assert rows == by_python([contract])
        cuts = len(edges) - 2 + len(renewals)
        assert whole <= total(rows) <= min(whole + cuts * price.hourly, price.monthly)


@examples(25)
@given(
    what=st.sampled_from(LADDERS),
    edges=st.lists(moments, min_size=4, max_size=4, unique=True).map(sorted),
)  # fmt: skip
def test_a_pause_inside_a_span_never_makes_it_dearer(project, garden, what, edges):
    (item, plan), (begin, stop, start, end) = what, edges
    with undone():
        contract = opened(project, SERVER, at=EARLY)
        record([contract], [[(item, plan, begin, end)]], [[]])
        whole = total(by_sql(garden))

        Span.objects.all().delete()
        record([contract], [[(item, plan, begin, stop), (item, plan, start, end)]], [[]])

        assert 0 <= total(by_sql(garden)) <= whole


# -- 4: tax ---------------------------------------------------------------------------------------------------------


@pytest.mark.terms("4-1")
@examples(20)
@given(history=histories(), changes=revisions, held=passports, lunches=st.lists(st.integers(1, 999), max_size=4))
def test_tax_is_the_floor_of_the_rate_times_the_sum_once_per_rate(agreed, garden, history, changes, held, lunches):
    with undone():
        lunch = Item.objects.create(
            code="lunch", tariff="UNIT", clause="2-1", name_ja="弁当", name_en="Lunch", tax="REDUCED", position=90
        )
        lunch.prices.create(valid=(EARLY.date(), None), unit=Decimal("1.37"))
        record(agreed, *history)
        revise(changes)
        hold(garden, held)
        Count.objects.bulk_create(
            Count(source="lunch", event_id=str(n), month=MONTH.first_day, contract=agreed[n % 3], item=lunch,
                  at=MONTH.start, quantity=quantity)
            for n, quantity in enumerate(lunches)
        )  # fmt: skip

        close(MONTH, at=MONTH.end)

        for invoice in Invoice.objects.all():
            sums: dict[Decimal, int] = {}
            for line in InvoiceLine.objects.filter(invoice=invoice):
                sums[line.tax_rate] = sums.get(line.tax_rate, 0) + line.amount
            taxes = InvoiceTax.objects.filter(invoice=invoice).values_list("rate", "base", "tax")
            assert sorted(taxes) == sorted((rate, base, int(base * rate // 1)) for rate, base in sums.items())
            assert invoice.total == sum(sums.values()) + sum(tax for _rate, _base, tax in taxes)


# -- 9: SIMs --------------------------------------------------------------------------------------------------------


@pytest.mark.terms("36-2", "36-3")
@examples(20)
@given(
    stays=st.lists(st.tuples(st.integers(1, 28), st.integers(0, 40)), min_size=1, max_size=3),
    used=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 30)), max_size=3),
)  # fmt: skip
def test_a_sims_month_is_free_or_one_fee_for_each_registration(garden, project, stays, used):
    """Registrations of one SIM that follow each other in April; with any traffic each of them costs its fee."""
    with undone():
        contracts, day = [], 1
        for begin, length in stays:
            began = day + begin % 7
            if began > 30:
                break
            ended = began + length
            until = f"2026-04-{ended:02d}T12:00" if ended <= 30 else None
            contracts.append(registered(project, f"2026-04-{began:02d}T09:00", until))
            day = ended + 1
        for which, at in used:
            traffic(contracts[which % len(contracts)], f"2026-04-{at:02d}T10:00")

        expected = [14] * len(contracts) if used else []
        assert amounts(garden, MONTH, "sim") == expected
        assert by_sql(garden) == by_python(contracts)


@pytest.mark.terms("37-1")
@examples(6)
@given(first=st.integers(0, 11), used=st.sets(st.integers(0, 39), max_size=4))
def test_the_line_maintenance_fee_arises_in_silent_months_12_24_and_so_on(garden, project, first, used):
    """Over 40 months; traffic begins the count anew."""
    start = Month(2023, 1).plus(first)
    with undone():
        sim = registered(project, f"{start}-15T10:00", item="sim.maintenance")
        for n in used:
            traffic(sim, f"{start.plus(n)}-20T10:00")
        silent, expected, found = 0, [], []
        for n in range(40):
            silent = 0 if n in used else silent + 1
            expected.append([110] if silent and silent % 12 == 0 else [])
            found.append(amounts(garden, start.plus(n), "sim.maintenance"))

        assert found == expected


# -- 10: passports --------------------------------------------------------------------------------------------------


@pytest.mark.terms("10-1", "10-2")
@examples(30)
@given(history=histories(), changes=revisions, held=passports)
def test_a_passport_never_increases_a_line_and_never_comes_back_as_money(agreed, garden, history, changes, held):
    with undone():
        record(agreed, *history)
        revise(changes)
        without = by_sql(garden)
        hold(garden, held)

        rows = by_sql(garden)

        discounts = [row for row in rows if row[10] == "PASSPORT"]
        assert [row for row in rows if row[10] != "PASSPORT"] == without
        plans = dict(Price.objects.filter(item="server").values_list("pk", "plan"))
        servers = [(row[0], plans[row[1]], row[6]) for row in discounts]
        assert len({server[:2] for server in servers}) == len(servers)
        for contract, plan, off in servers:
            fee = sum(row[6] for row in without if (row[0], plans.get(row[1])) == (contract, plan))
            assert -fee <= off < 0
        close(MONTH, at=MONTH.end)
        assert all(total >= 0 for total in Invoice.objects.values_list("total", flat=True))
        assert not CreditNote.objects.exists()
        assert not Posting.objects.exclude(kind="INVOICE").exists()


# -- 6: books -------------------------------------------------------------------------------------------------------


@examples(15)
@given(history=histories(), changes=revisions, held=passports)
def test_the_books_of_a_closed_month_sum_to_zero_and_receivables_are_the_invoices(
    agreed, garden, history, changes, held
):
    with undone():
        record(agreed, *history)
        revise(changes)
        hold(garden, held)
        close(MONTH, at=MONTH.end)

        sums: dict[str, int] = {}
        for account, amount in Posting.objects.values_list("account", "amount"):
            sums[account] = sums.get(account, 0) + amount
        invoiced = sum(Invoice.objects.values_list("total", flat=True))
        assert sum(sums.values()) == 0
        assert sums.get("RECEIVABLE", 0) == invoiced


def test_the_properties_look_at_months_that_cost_something(agreed, garden):
    record(agreed, [[("server", "1core-1gb", MONTH.start, None)], [], [], []], [[], [], [], []])
    hold(garden, [("1core-1gb", "0.5", "ACTIVE", 0)])

    assert [(row[6], row[10]) for row in by_sql(garden)] == [(-797, "PASSPORT"), (1595, "USE")]
    assert closing.close(MONTH, at=MONTH.end).written == 1
