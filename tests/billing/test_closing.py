"""Closing a month: right to the yen, once, however often it is run or killed."""

from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.access import SYSTEM
from billing import contracts, meters
from billing.invoices import tasks
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Invoice, InvoiceLine, InvoiceTax
from billing.invoices.previewing import Change, preview
from billing.prices.models import Item
from core.calendar import JST, Month
from core.errors import Refused
from tests.billing.world import HYBRID, SMS, opened

APRIL = Month(2026, 4)
GRACE_OVER = datetime(2026, 5, 1, 6, tzinfo=JST)


def jst(day: int, hour: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JST)


@pytest.fixture
def used(project):
    """A server for 30 hours, a disk all month, addresses for a day, three messages."""
    contract = opened(project, at=jst(1))
    meters.start(contract, "server", "2core-4gb", at=jst(10))
    meters.stop(contract, at=jst(11, 6))
    meters.start(contract, "ssd", "20gb", at=jst(1))
    meters.start(contract, "address", "28", at=jst(5))
    meters.stop(contract, item="address", at=jst(6))
    sms = opened(project, SMS, at=jst(1))
    for n in range(3):
        meters.add(sms, "sms.a2p", 1, source="sms", event_id=str(n), at=jst(3 + n))
    return contract


def lines() -> list[tuple[str, Decimal, int]]:
    rows = InvoiceLine.objects.order_by("invoice", "line_no")
    return [(row.price.item_id, row.quantity, row.amount) for row in rows.select_related("price")]


@pytest.mark.terms("4-1", "11-3", "70-1")
def test_a_month_is_invoiced_to_the_yen(garden, used):
    closed = close(APRIL, at=GRACE_OVER)

    assert closed.written == 1
    assert lines() == [
        ("server", 30 * 3600, 209 + 6 * 19),  # a day, and 6 hours
        ("ssd", 30 * 86400, 440),  # 720 hours, at most the month
        ("address", 1, 3300),
        ("sms.a2p", 3, 39),
    ]
    invoice = Invoice.objects.get()
    assert (invoice.organisation, invoice.state, invoice.number, invoice.label) == (garden, "ISSUED", 1, "E000000001")
    assert (invoice.subtotal, invoice.tax, invoice.total, invoice.due_on) == (4102, 410, 4512, date(2026, 5, 10))
    assert (invoice.issued_at, invoice.recipient["name"], invoice.issuer["registration_number"]) == (
        GRACE_OVER,
        garden.billing_name,
        "T8999000000001",
    )


@pytest.mark.terms("7-2")
def test_what_does_not_run_is_not_charged(project):
    contract = opened(project, at=jst(1, month=3))
    meters.start(contract, "server", "2core-4gb", at=jst(2, month=3))
    meters.stop(contract, at=jst(3, month=3))

    assert close(APRIL, at=GRACE_OVER).written == 0


def test_tax_is_floored_once_per_rate(project):
    food = Item.objects.create(
        code="food", tariff="UNIT", clause="2-1", name_ja="弁当", name_en="Lunch", tax="REDUCED", position=90
    )
    for item in (food, Item.objects.create(code="pen", tariff="UNIT", clause="2-1", name_ja="筆", name_en="Pen")):
        item.prices.create(valid=(date(2020, 1, 1), None), unit=Decimal(105))
    contract = opened(project, at=jst(1))
    for n, code in enumerate(("pen", "food", "food")):
        meters.add(contract, code, 1, source="test", event_id=str(n), at=jst(2))
    for n in range(2):
        meters.add(opened(project, at=jst(1)), "pen", 1, source="more", event_id=str(n), at=jst(2))

    close(APRIL, at=GRACE_OVER)

    rates = list(InvoiceTax.objects.order_by("rate").values_list("rate", "base", "tax"))
    assert rates == [(Decimal("0.08"), 210, 16), (Decimal("0.10"), 315, 31)]
    assert Invoice.objects.get().total == 525 + 47


@pytest.mark.terms("13-1", "13-2")
def test_the_hybrid_connection_has_its_own_invoice_with_its_own_due_day(project, used):
    hybrid = opened(project, HYBRID, at=jst(20))
    meters.start(hybrid, "hybrid", at=jst(20))

    close(APRIL, at=GRACE_OVER)
    close(APRIL.next, at=datetime(2026, 6, 1, 6, tzinfo=JST))

    found = set(Invoice.objects.exclude(stream="CLOUD").values_list("month", "stream", "subtotal", "due_on"))
    assert found == {
        (date(2026, 4, 1), "HYBRID_FIRST", 11000, date(2026, 5, 31)),
        (date(2026, 5, 1), "HYBRID", 11000, date(2026, 6, 10)),
    }
    assert Invoice.objects.filter(stream="CLOUD").count() == 2


def test_the_sandbox_is_never_charged(project):
    contract = opened(project, charged=False, at=jst(1))
    meters.start(contract, "server", "2core-4gb", at=jst(1))

    assert close(APRIL, at=GRACE_OVER).written == 0


def test_nothing_to_pay_is_no_invoice(project):
    meters.start(opened(project, at=jst(1)), "bridge", at=jst(1))

    assert close(APRIL, at=GRACE_OVER).written == 0
    assert not Invoice.objects.exists()


@pytest.mark.terms("11-3")
def test_of_several_plans_of_a_whole_month_the_dearest_is_charged_once(project):
    contract = opened(project, at=jst(1))
    for day, plan in ((1, "30"), (10, "300"), (20, "100")):
        meters.stop(contract, at=jst(day))
        meters.start(contract, "tamper", plan, at=jst(day))

    close(APRIL, at=GRACE_OVER)

    assert lines() == [("tamper", 1, 8800)]


@pytest.mark.terms("74-1")
def test_an_announced_end_is_charged_to_its_day_even_if_the_schedule_slept(project):
    contract = opened(project, SMS, at=jst(1))
    meters.start(contract, "switch", at=jst(1))
    contracts.close(contract, by=SYSTEM, at=jst(2))

    close(APRIL, at=GRACE_OVER)
    close(APRIL.next, at=datetime(2026, 6, 1, 6, tzinfo=JST))

    assert lines() == [("switch", 30 * 86400, 2200)]


def test_a_month_that_still_runs_is_not_closed(used):
    with pytest.raises(Refused, match="2026-04"):
        close(APRIL, at=jst(30, 23))

    assert not BillingRun.objects.exists()


def test_a_closed_month_closed_again_writes_nothing(used):
    close(APRIL, at=GRACE_OVER)
    before = list(Invoice.objects.values())

    again = close(APRIL, at=jst(9, month=5))

    assert (again.written, list(Invoice.objects.values())) == (0, before)
    assert BillingRun.objects.get().cutoff == BillingRun.objects.get().finished_at == GRACE_OVER


def test_a_closed_month_is_closed_for_those_who_had_nothing_to_pay_too(used, elsewhere):
    late = opened(elsewhere, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    meters.add(late, "sms.a2p", 3, source="sms", event_id="late", at=jst(3))

    assert close(APRIL, at=jst(9, month=5)).written == 0
    assert Invoice.objects.get().organisation_id == used.organisation_id


def test_closing_costs_20_queries_however_many_lines_there_are(project, django_assert_num_queries):
    for n in range(20):
        meters.start(opened(project, at=jst(1)), "switch", at=jst(1 + n))

    with django_assert_num_queries(20):
        assert close(APRIL, at=GRACE_OVER).written == 1
    assert len(lines()) == 20


def test_a_preview_writes_nothing_and_says_what_a_run_would(garden, used):
    seen = preview(APRIL)
    assert not BillingRun.objects.exists()
    close(APRIL, at=GRACE_OVER)

    assert (seen.invoices, seen.subtotal, seen.tax, seen.total) == (1, 4102, 410, 4512)
    coming = preview(APRIL.next)
    assert (coming.before, coming.changes) == (4512, [Change(garden.pk, 4512, 484)])


def test_the_command_closes_a_month_or_shows_it(garden, used):
    out = StringIO()

    call_command("close_month", "2026-04", "--dry-run", stdout=out)
    assert "total ¥4,512" in out.getvalue()
    assert f"{garden}: ¥0 -> ¥4,512" in out.getvalue()
    assert not Invoice.objects.exists()

    call_command("close_month", "2026-04", stdout=out)
    assert out.getvalue().endswith("2026-04: 1 invoices written\n")
    for month in ("2026-4", "April", "9999-01"):
        with pytest.raises(CommandError):
            call_command("close_month", month)


@pytest.mark.terms("4-1")
def test_the_schedule_closes_every_month_that_is_over_once_its_grace_is(used):
    assert tasks.close_months.next_due(jst(3)) == GRACE_OVER
    tasks.close_months(datetime(2026, 5, 1, 5, tzinfo=JST))
    assert not BillingRun.objects.exists()

    tasks.close_months(jst(3, month=6))  # the schedule slept for a month

    assert [str(run) for run in BillingRun.objects.order_by("month")] == ["2026-04", "2026-05"]
    assert tasks.close_months.next_due(jst(3, month=6)) == datetime(2026, 7, 1, 6, tzinfo=JST)
