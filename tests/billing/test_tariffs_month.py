"""Fees of SIMs, packs, passports and adjustments: months closed with the SQL, compared with the terms' examples."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import SYSTEM
from billing import adjustments, meters
from billing.adjustments import Adjustment
from billing.invoices import closing, queries
from billing.invoices.models import Invoice, InvoiceLine
from billing.meters import Count, Span
from billing.prices.models import Price
from core.calendar import JST, Month
from core.errors import Refused
from tests import make
from tests.billing.test_rating import EARLY, MONTH, by_python, by_sql, hold
from tests.billing.world import SERVER, opened


def jst(text):
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def registered(project, began, ended=None, group="sim:1", item="sim"):
    """A registration of a SIM."""
    contract = opened(project, SERVER, group=group, at=jst(began))
    span = (jst(began), jst(ended) if ended else None)
    Span.objects.create(contract=contract, item_id=item, period=span)
    return contract


def traffic(contract, at, megabytes=1, direction="up"):
    instant, number = jst(at), Count.objects.count()
    Count.objects.create(
        source="test", event_id=str(number), month=Month.of(instant).first_day, contract=contract, item_id="sim.data",
        at=instant, quantity=megabytes, direction=direction,
    )  # fmt: skip


def amounts(organisation, month, item):
    """What the SQL charges for an item in a month, in yen, by line."""
    rows = []
    values = {**closing.parameters(month), "organisations": [organisation.pk]}
    query = "SELECT amount FROM rated JOIN billing_price p ON p.id = price_id WHERE item_id = %(item)s ORDER BY 1"
    with closing.connection.cursor() as cursor:
        cursor.execute(f"{closing.RATED} {query}", {**values, "item": item})
        rows = cursor.fetchall()
    return [row[0] for row in rows]


def test_a_sim_costs_its_whole_month_only_with_traffic(garden, project):
    sim = registered(project, "2026-01-31T23:59", "2026-03-01T12:00")
    traffic(sim, "2026-01-31T23:59:30", Decimal("0.001"))
    traffic(sim, "2026-03-01T00:10")

    assert [amounts(garden, Month(2026, month), "sim") for month in (1, 2, 3, 4)] == [[14], [], [14], []]


@pytest.mark.parametrize("scope, fees", [("sim", [14, 14]), ("registration", [14])])
def test_each_registration_of_a_sim_with_traffic_is_charged(garden, project, settings, scope, fees):
    settings.SIM_WAIVER_SCOPE = scope
    registered(project, "2026-03-01T00:00", "2026-03-10T00:00")
    again = registered(project, "2026-03-20T00:00")
    registered(project, "2026-03-01T00:00", group="sim:2")
    traffic(again, "2026-03-21T00:00")

    assert amounts(garden, Month(2026, 3), "sim") == fees


@pytest.mark.parametrize(
    "began, last, arises",
    [
        ("2024-02-15", None, ["2025-01", "2026-01"]),
        ("2024-02-15", "2024-02-20", ["2025-02", "2026-02"]),
        ("2024-01-01", "2024-03-31", ["2025-03", "2026-03"]),
        ("2025-12-31", None, ["2026-11"]),
        ("2021-01-10", None, ["2023-07", "2024-07", "2025-07", "2026-07"]),
        ("2021-01-10", "2022-10-03", ["2023-10", "2024-10", "2025-10", "2026-10"]),
        ("2022-08-01", None, ["2023-07", "2024-07", "2025-07", "2026-07"]),
        ("2022-08-02", None, ["2023-07", "2024-07", "2025-07", "2026-07"]),
    ],
)
def test_the_line_maintenance_fee_arises_as_in_the_examples(garden, project, began, last, arises):
    sim = registered(project, began, item="sim.maintenance")
    if last:
        traffic(sim, last)

    months = [Month(2021, 1).plus(n) for n in range(72)]
    found = [str(month) for month in months if amounts(garden, month, "sim.maintenance") == [110]]

    assert found == arises


def test_a_legacy_sim_that_communicated_is_never_charged_again_when_so_set(garden, project, settings):
    settings.LEGACY_SIM_AFTER_TRAFFIC = "never"
    sim = registered(project, "2021-01-10", item="sim.maintenance")
    traffic(sim, "2022-10-03")

    assert amounts(garden, Month(2023, 10), "sim.maintenance") == []


@pytest.mark.parametrize("ended, fee", [("2026-01-31T23:59", []), ("2026-02-01T00:00", [110])])
def test_a_sim_deleted_before_its_twelfth_silent_month_ends_owes_nothing(garden, project, ended, fee):
    registered(project, "2025-02-15", ended, item="sim.maintenance")

    assert amounts(garden, Month(2026, 1), "sim.maintenance") == fee


def test_a_projects_data_uses_the_free_units_then_the_packs_then_the_price(garden, project):
    first, second = registered(project, "2026-04-01T00:00"), registered(project, "2026-04-01T00:00", group="sim:2")
    elsewhere = registered(make.project(garden), "2026-04-01T00:00")
    for contract, megabytes in ((first, 2000), (second, 1600), (elsewhere, 501)):
        traffic(contract, "2026-04-02T00:00", megabytes)
    pack = opened(project, SERVER, at=EARLY)
    Span.objects.create(contract=pack, item_id="sim.pack", plan="3gb", period=(MONTH.start, None))

    # 3,600 − 500 − 3,072 = 28 MB; the other project: 1 MB.
    assert amounts(garden, MONTH, "sim.data") == [6, 184]
    assert amounts(garden, MONTH, "sim.pack") == [5500]


def test_the_dearest_pack_of_the_month_counts(garden, project):
    sim = registered(project, "2026-04-01T00:00")
    traffic(sim, "2026-04-02T00:00", 21_000)
    pack = opened(project, SERVER, at=EARLY)
    Span.objects.create(contract=pack, item_id="sim.pack", plan="3gb", period=(MONTH.start, jst("2026-04-10")))
    Span.objects.create(contract=pack, item_id="sim.pack", plan="20gb", period=(jst("2026-04-10"), None))

    assert (amounts(garden, MONTH, "sim.pack"), amounts(garden, MONTH, "sim.data")) == ([26400], [132])


def test_only_what_is_sent_to_aws_is_charged(garden, project):
    contract = opened(project, SERVER, at=EARLY)
    meters.add(contract, "aws.data", 10, source="aws", event_id="1", direction="out", at=jst("2026-04-02"))
    meters.add(contract, "aws.data", 99, source="aws", event_id="2", direction="in", at=jst("2026-04-02"))

    assert amounts(garden, MONTH, "aws.data") == [50]


def test_passports_discount_the_highest_billed_servers_of_their_plan(garden, project):
    servers = [opened(project, SERVER, at=EARLY) for _ in range(3)]
    for server, began in zip(servers, ("2026-04-30", "2026-04-01", "2026-04-01"), strict=True):
        meters.start(server, "server", "2core-4gb", at=jst(began))
    hold(
        garden,
        [("2core-4gb", "0.2", "ACTIVE", 0), ("2core-4gb", "0.5", "EXPIRED", -11), ("2core-4gb", "0.35", "DECLINED", 0)],
    )

    closing.close(MONTH, at=MONTH.end)

    off = InvoiceLine.objects.filter(kind="PASSPORT").order_by("line_no")
    assert [(line.contract_id, line.amount, line.quantity) for line in off] == [
        (servers[1].pk, -2090, 4180),
        (servers[2].pk, -836, 4180),
    ]
    invoice = Invoice.objects.get()
    assert invoice.subtotal == 209 + 4180 * 2 - 2090 - 836
    shown = {one.amount: one.steps for one in queries.explained(invoice, queries.lines_of(invoice))}
    assert "4,180" in shown[-836][0]
    assert "20 %" in shown[-836][0]


@pytest.fixture
def closed(project):
    """A contract with an invoice of March."""
    contract = opened(project, SERVER, at=EARLY)
    meters.start(contract, "switch", at=jst("2026-03-01"))
    closing.close(MONTH.previous, at=MONTH.start)
    return contract


def correct(contract, amount=700, **values):
    usual: dict[str, Any] = {"for_month": MONTH.previous, "reason": "Found later", "by": SYSTEM, "at": make.MORNING}
    price = Price.objects.get(item="switch")
    return adjustments.add(contract, price, amount, **usual | values)


def test_an_adjustment_is_on_the_next_invoice_and_on_no_other(closed):
    made = correct(closed)

    for month in (MONTH, MONTH.next, MONTH):
        closing.close(month, at=MONTH.next.end)

    line = InvoiceLine.objects.get(kind="ADJUSTMENT")
    assert (line.amount, line.for_month, line.source_pk) == (700, date(2026, 3, 1), made.pk)
    assert line.invoice.month == MONTH.first_day
    (shown,) = [one for one in queries.explained(line.invoice, queries.lines_of(line.invoice)) if one.amount == 700]
    assert shown.steps[0] == "Found later"
    with pytest.raises(Refused):
        adjustments.withdraw(made, by=SYSTEM, at=MONTH.next.end)


def test_a_withdrawn_adjustment_is_never_charged(closed):
    made = correct(closed)

    adjustments.withdraw(made, by=SYSTEM, at=make.NOON)
    closing.close(MONTH, at=MONTH.end)

    assert not InvoiceLine.objects.filter(kind="ADJUSTMENT").exists()


@pytest.mark.parametrize(
    "values, field",
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"reason": " "}, "reason"),
        ({"for_month": MONTH}, "for_month"),
    ],
)
def test_an_impossible_adjustment_is_refused(closed, values, field):
    with pytest.raises(Refused) as refused:
        correct(closed, **values)

    assert refused.value.field == field
    assert not Adjustment.objects.exists()


def test_both_rules_agree_on_these_months(garden, project):
    sim = registered(project, "2025-05-01T00:00", item="sim.maintenance")

    assert [row[6] for row in by_sql(garden)] == [110]
    assert by_sql(garden) == by_python([sim])
