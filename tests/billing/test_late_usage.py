"""Use of a closed month that becomes known later: charged once, on the next invoice, naming its month."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import SYSTEM
from billing import contracts, meters
from billing.adjustments import Adjustment, tasks
from billing.adjustments.actions import settle as dealt_with
from billing.adjustments.models import LateMark, Overcharge
from billing.invoices import queries
from billing.invoices.closing import close
from billing.invoices.models import Invoice, InvoiceLine
from billing.meters import Span
from core.errors import Refused
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_rating import agreed, charges, histories, hold, passports, record, undone
from tests.billing.world import SMS, opened

__all__ = ["agreed", "used"]
pytestmark = pytest.mark.usefixtures("db")
LATER = jst(3, month=5)
MAY_OVER = jst(1, 6, month=6)


def late() -> list[tuple[str, Decimal, int, int]]:
    """Late usage: item, quantity, what was charged before and what is charged now."""
    rows = Adjustment.objects.filter(kind="LATE").order_by("pk").select_related("price")
    return [(row.price.item_id, row.quantity, row.charged_amount, row.amount) for row in rows]


@pytest.fixture
def closed(used):
    """April is closed: three messages were counted."""
    close(APRIL, at=GRACE_OVER)
    return contracts.Contract.objects.get(service=SMS.code)


def count(contract, n, at=None, item="sms.a2p", quantity=1):
    return meters.add(contract, item, quantity, source="late", event_id=str(n), at=at or jst(30, 23))


@pytest.mark.terms("4-1")
def test_late_usage_is_on_the_next_invoice_and_names_its_month(closed, garden):
    count(closed, 1, quantity=2)
    assert tasks.charge_late_usage.next_due(LATER) == LATER
    tasks.charge_late_usage(LATER)

    assert late() == [("sms.a2p", 2, 39, 26)]
    assert (LateMark.objects.count(), tasks.charge_late_usage.next_due(LATER)) == (0, None)
    close(APRIL.next, at=MAY_OVER)
    invoice = Invoice.objects.get(month=date(2026, 5, 1))
    line = invoice.lines.get(kind="ADJUSTMENT")
    assert (line.for_month, line.amount, line.quantity) == (date(2026, 4, 1), 26, 2)
    said = queries.explained(invoice, [line])[0]
    assert "2026-04" in said.steps[0]
    assert "¥39" in " ".join(said.steps)


def test_a_sweep_that_comes_again_or_after_more_charges_each_unit_once(closed):
    for n in range(3):
        count(closed, n)
        tasks.charge_late_usage(LATER)
        tasks.charge_late_usage(LATER)
    count(closed, 2)  # a repeated event

    tasks.charge_late_usage(LATER)

    assert late() == [("sms.a2p", 1, 39, 13), ("sms.a2p", 1, 52, 13), ("sms.a2p", 1, 65, 13)]


def test_traffic_that_grows_a_day_of_a_closed_month_is_charged_once(closed, project):
    sim = opened(project, at=jst(1))

    def grow(quantity):
        return meters.accumulate(sim, "aws.data", quantity, source="link", direction="out", at=jst(30, 23))

    grow(10)
    tasks.charge_late_usage(LATER)
    grow(5)
    tasks.charge_late_usage(LATER)
    tasks.charge_late_usage(LATER)

    rows = Adjustment.objects.filter(kind="LATE", contract=sim).order_by("pk")
    assert [row.quantity for row in rows] == [10, 5]
    assert sum(row.amount for row in rows) == 15 * 5


def test_what_comes_before_the_run_exists_is_not_late(used):
    sms = contracts.Contract.objects.get(service=SMS.code)
    count(sms, 1)
    close(APRIL, at=GRACE_OVER)
    count(sms, 2, at=LATER)

    assert not LateMark.objects.exists()


def test_a_month_without_an_invoice_is_charged_as_late_too(closed, elsewhere):
    contract = opened(elsewhere, at=jst(1))
    count(contract, 1, quantity=10)

    tasks.charge_late_usage(LATER)

    assert late() == [("sms.a2p", 10, 0, 130)]
    assert not Invoice.objects.filter(organisation=elsewhere.organisation_id).exists()


def test_the_sandbox_leaves_no_mark(closed, project):
    count(opened(project, charged=False, at=jst(1)), 1)

    assert not LateMark.objects.exists()


def test_a_start_that_becomes_known_late_is_charged_for_each_closed_month(closed, project):
    close(APRIL.next, at=MAY_OVER)
    contract = opened(project, at=jst(1))
    Span.objects.create(contract=contract, item_id="switch", period=(jst(30), None))

    tasks.charge_late_usage(jst(2, month=6))

    assert sorted(Adjustment.objects.values_list("for_month", "amount")) == [
        (date(2026, 4, 1), 110),
        (date(2026, 5, 1), 2200),
    ]


def test_a_dearer_plan_of_the_month_costs_the_difference(closed, project):
    contract = opened(project, at=jst(1))
    Span.objects.create(contract=contract, item_id="tamper", plan="30", period=(jst(2), jst(3)))
    tasks.charge_late_usage(LATER)
    (first,) = late()
    Span.objects.create(contract=contract, item_id="tamper", plan="300", period=(jst(5), jst(6)))

    tasks.charge_late_usage(LATER)

    assert late() == [first, ("tamper", 1, first[3], 8800 - first[3])]


def test_a_stop_that_becomes_known_late_is_for_staff_to_give_back(closed, used):
    meters.stop(used, item="ssd", at=jst(1, 10))  # the disk ran for 10 hours: 20 yen, not 440
    tasks.charge_late_usage(LATER)

    over = Overcharge.objects.get()
    assert (late(), over.month, over.amount, over.settled) == ([], date(2026, 4, 1), 420, 0)
    dealt_with(over, "Credit note written", by=SYSTEM, at=LATER)
    with pytest.raises(Refused):
        dealt_with(over, "again", by=SYSTEM, at=LATER)
    assert Overcharge.objects.get().settled == 420


def test_what_is_held_back_is_not_late_until_it_is_decided(settings, used):
    settings.HOLD_BACK_FROM = 1000
    close(APRIL, at=GRACE_OVER)
    count(contracts.Contract.objects.get(service=SMS.code), 1)

    tasks.charge_late_usage(LATER)

    assert (Invoice.objects.get().state, late(), LateMark.objects.count()) == ("DRAFT", [], 1)
    assert tasks.charge_late_usage.next_due(LATER) is None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(history=histories(), held=passports, more=histories(), sweeps=st.lists(st.booleans(), min_size=4, max_size=4))
def test_all_use_is_rated_or_adjusted_whenever_it_arrives(agreed, garden, history, held, more, sweeps):
    """Property 12: what April comes to is what was invoiced, plus what was adjusted, less what was charged too much."""
    with undone():
        record(agreed, *history)
        hold(garden, held)
        close(APRIL, at=APRIL.end)
        for contract, counts, sweep in zip(agreed, more[1], sweeps, strict=True):
            late_counts(contract, counts)
            if sweep:
                tasks.charge_late_usage(LATER)
        tasks.charge_late_usage(LATER)
        tasks.charge_late_usage(LATER)

        owed = sum(line.amount for line in charges(agreed))
        april = InvoiceLine.objects.filter(invoice__month=APRIL.first_day).exclude(kind="ADJUSTMENT")
        invoiced = sum(april.values_list("amount", flat=True))
        adjusted = Adjustment.objects.filter(kind="LATE", for_month=APRIL.first_day)
        over = sum(Overcharge.objects.filter(month=APRIL.first_day).values_list("amount", flat=True))
        assert owed == invoiced + sum(adjusted.values_list("amount", flat=True)) - over
        assert all(row.amount > 0 and row.charged_amount >= 0 for row in adjusted)


def late_counts(contract, counts):
    """Counts of April that arrive late, by the one door."""
    for n, (item, at, quantity, direction) in enumerate(counts):
        when = min(max(at, APRIL.start), APRIL.end - timedelta(microseconds=1))
        meters.add(contract, item, quantity, source="late", event_id=f"{contract.pk}-{n}", direction=direction, at=when)
