"""What SIMs cost, to the yen, on the examples of the terms: registered, used and deleted by the verbs themselves."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.consents.models import Document
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing.contracts.endings import idle_start
from billing.invoices import closing
from billing.invoices.models import Invoice, InvoiceLine
from core.calendar import JST, Month, jst_date
from mobile.sims import actions as sims
from mobile.sims import options, silence, tasks, usage
from mobile.sims.models import Sim
from tests import make
from tests.billing.test_tariffs_month import amounts
from tests.mobile import world


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.fixture
def _long_ago(db: None) -> None:
    """Texts that were in force before the present ones, so that SIMs of earlier years can be registered."""
    for code in world.CONSENTS:
        text = {"title": code, "body": code}
        Document.objects.create(
            code=code,
            version=0,
            effective_on=date(2019, 10, 1),
            texts={"ja": text, "en": text},
            hashes={"ja": "", "en": ""},
        )


def months(organisation: Any, item: str, first: str, last: str) -> dict[str, list[int]]:
    """The charges of an item by month, months without any left out."""
    month, end, found = Month.parse(first), Month.parse(last), {}
    while month <= end:
        if lines := amounts(organisation, month, item):
            found[str(month)] = lines
        month = month.next
    return found


@pytest.mark.terms("36-1", "36-2")
def test_a_month_costs_only_with_traffic_and_first_and_last_month_are_whole(garden, project, alice):
    sim = world.registered(project, by=alice, at=jst("2026-01-31T23:59"))
    usage.carried(sim, up=1024, at=jst("2026-01-31T23:59:30"))
    usage.carried(sim, up=1, at=jst("2026-03-01T00:10"))
    sims.delete(sim, by=alice, at=jst("2026-03-01T12:00"))

    assert months(garden, "sim", "2026-01", "2026-04") == {"2026-01": [14], "2026-03": [14]}


@pytest.mark.terms("36-3")
@pytest.mark.parametrize("scope, fees", [("sim", [14, 14]), ("registration", [14])])
def test_registered_twice_in_a_month_is_charged_twice(garden, project, alice, settings, scope, fees):
    settings.SIM_WAIVER_SCOPE = scope
    sim = world.registered(project, by=alice, at=jst("2026-02-10T10:00"))
    sims.delete(sim, by=alice, at=jst("2026-03-10T10:00"))
    again = world.registered(project, sim.card, by=alice, at=jst("2026-03-20T10:00"))
    usage.carried(again, down=5, at=jst("2026-03-21T10:00"))

    assert months(garden, "sim", "2026-02", "2026-04") == {"2026-03": fees}


@pytest.mark.terms("36-3")
def test_registered_and_deleted_in_one_month_is_one_fee_and_moving_between_projects_two(garden, project, alice):

    other = make.project(garden)
    sim = world.registered(project, by=alice, at=jst("2026-03-02T10:00"))
    usage.carried(sim, up=5, at=jst("2026-03-03T10:00"))
    sims.delete(sim, by=alice, at=jst("2026-03-04T10:00"))
    assert amounts(garden, Month(2026, 3), "sim") == [14]

    moved = world.registered(other, sim.card, at=jst("2026-03-05T10:00"))
    assert amounts(garden, Month(2026, 3), "sim") == [14]
    usage.carried(moved, up=5, at=jst("2026-03-06T10:00"))
    assert amounts(garden, Month(2026, 3), "sim") == [14, 14]


@pytest.mark.usefixtures("_long_ago")
@pytest.mark.terms("37-1", "37-2", "s-2")
@pytest.mark.parametrize(
    "registered, last, arises",
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
def test_the_line_maintenance_fee_arises_in_each_12th_silent_month(garden, project, registered, last, arises):
    sim = world.registered(project, at=jst(f"{registered}T12:00"))
    if last:
        usage.carried(sim, up=1, at=jst(f"{last}T23:59:59"))

    found = months(garden, "sim.maintenance", "2022-08", "2026-12")

    assert found == {month: [110] for month in arises}
    for month in arises:
        last_day = Month.parse(month)
        assert [one.pk for one in silence.due(last_day.start)] == [sim.pk]
        assert not silence.due(last_day.previous.start).exists()
        assert not silence.due(last_day.end).exists()


@pytest.mark.usefixtures("_long_ago")
@pytest.mark.terms("s-2")
def test_the_literal_reading_never_charges_an_old_sim_again_once_it_communicated(garden, project, settings):
    settings.LEGACY_SIM_AFTER_TRAFFIC = "never"
    sim = world.registered(project, at=jst("2021-01-10T12:00"))
    usage.carried(sim, up=1, at=jst("2022-10-03T12:00"))

    assert months(garden, "sim.maintenance", "2022-08", "2025-12") == {}
    assert not silence.due(jst("2023-10-15T00:00")).exists()


@pytest.mark.terms("37-1")
def test_deleted_on_the_last_day_of_the_12th_month_costs_nothing_and_a_byte_starts_anew(garden, project, alice):
    gone = world.registered(project, by=alice, at=jst("2024-02-15T12:00"))
    used = world.registered(project, by=alice, at=jst("2024-02-15T12:00"))
    again = world.registered(project, by=alice, at=jst("2024-02-15T12:00"))
    sims.delete(gone, by=alice, at=jst("2025-01-31T23:59"))
    usage.carried(used, up=1, at=jst("2025-01-31T23:59"))
    sims.delete(again, by=alice, at=jst("2024-12-31T23:59"))
    world.registered(project, again.card, by=alice, at=jst("2025-01-01T00:00"))

    assert months(garden, "sim.maintenance", "2024-02", "2026-01") == {"2025-12": [110], "2026-01": [110]}


@pytest.mark.terms("37-3")
def test_the_fee_stands_on_the_invoice_of_its_month_due_on_the_10th(garden, project, alice):
    world.registered(project, by=alice, at=jst("2024-02-15T12:00"))
    january = Month(2025, 1)

    closing.close(january, at=jst("2025-02-01T06:00"))

    invoice = Invoice.objects.get(organisation=garden)
    assert (invoice.subtotal, invoice.tax, invoice.total, invoice.due_on) == (110, 11, 121, date(2025, 2, 10))
    line = InvoiceLine.objects.select_related("price__item").get(invoice=invoice)
    assert (line.amount, line.price.item.clause) == (110, "37-1")


@pytest.mark.terms("43-5")
@pytest.mark.parametrize("lock", ["PIN_LOCKED", "PUK_DEAD"])
def test_a_locked_or_dead_sim_costs_what_any_other_costs(garden, project, alice, lock):
    sim = world.registered(project, by=alice, at=jst("2025-01-10T12:00"))
    usage.carried(sim, up=10, at=jst("2025-02-10T12:00"))
    options.note_lock(sim, lock, by=alice, at=jst("2025-02-11T12:00"))

    assert months(garden, "sim", "2025-01", "2026-03") == {"2025-02": [14]}
    assert months(garden, "sim.maintenance", "2025-01", "2026-03") == {"2026-02": [110]}


@pytest.mark.terms("38-1")
def test_data_beyond_500_mb_of_a_project_is_charged_by_the_mb_rounded_down_once(garden, project, alice):
    one, two = (world.registered(project, by=alice, at=jst("2026-03-01T00:00")) for _ in range(2))
    usage.carried(one, up=300 * 1024 * 1024, at=jst("2026-03-05T12:00"))
    usage.carried(two, down=300 * 1024 * 1024 + 1, at=jst("2026-03-31T23:59:59"))
    usage.carried(two, down=900 * 1024 * 1024, at=jst("2026-04-01T00:00"))

    assert amounts(garden, Month(2026, 3), "sim.data") == [660]  # 100.000001 MB × 6.6
    assert amounts(garden, Month(2026, 3), "sim") == [14, 14]


@pytest.mark.terms("35-1")
def test_fees_run_whether_or_not_communication_is_ready(garden, project, alice):
    sim = world.registered(project, by=alice, activate=False, at=jst("2025-01-10T12:00"))

    assert sim.state == "INACTIVE"
    assert months(garden, "sim.maintenance", "2025-01", "2025-12") == {"2025-12": [110]}


@pytest.mark.usefixtures("_long_ago")
@pytest.mark.terms("37-1")
@pytest.mark.parametrize("registered", ["2021-05-31", "2022-07-31", "2022-08-01", "2022-09-30", "2024-02-29"])
@pytest.mark.parametrize("last", [None, "2022-07-31", "2022-08-01", "2023-01-31", "2024-12-31"])
def test_the_warning_follows_billings_own_rule(project, registered, last):
    day = date.fromisoformat(registered)
    if last is not None and date.fromisoformat(last) < day:
        last = registered
    sim = world.registered(project, at=jst(f"{registered}T23:59:59"))
    if last:
        Sim.objects.filter(pk=sim.pk).update(last_traffic_at=jst(f"{last}T23:59:59"))
    start = idle_start(day, date.fromisoformat(last) if last else None)

    for ahead in range(40):
        month = start.plus(ahead)
        at = jst(f"{month}-15T00:00")
        assert silence.due(at).exists() == (ahead % 12 == 11), month


@pytest.mark.terms("37-1")
def test_after_11_silent_months_the_cost_ahead_is_told_once_a_month(garden, project, alice, alice_client):
    quiet, used = (world.registered(project, by=alice, at=jst("2025-02-15T12:00")) for _ in range(2))
    tasks.warn_of_silence(jst("2025-12-31T02:10"))
    assert not Deadline.objects.filter(kind=silence.KIND).exists()
    assert tasks.warn_of_silence.next_due(jst("2026-01-01T00:00")) == jst("2026-01-01T00:00")

    tasks.warn_of_silence(jst("2026-01-01T02:10"))
    assert Sim.objects.filter(is_silent=True).count() == 2
    usage.carried(used, up=1, at=jst("2026-01-05T12:00"))
    assert used.refreshed().is_silent is False
    tasks.warn_of_silence(jst("2026-01-06T02:10"))

    deadline = Deadline.objects.get(kind=silence.KIND)
    assert (deadline.data["count"], deadline.data["price"], deadline.due_at) == (1, "110", jst("2026-02-01T00:00"))
    assert "110" in deadline.sentence
    assert "2026-01-31" in deadline.sentence
    notices = Notice.objects.filter(kind="sim.silent")
    assert notices.count() == 1
    assert "220" in notices[0].text  # told on the 1st, when both were silent
    listed = alice_client.get("/sims/", {"silent": "True"}).text
    assert (quiet.iccid in listed, used.iccid in listed) == (True, False)

    sims.delete(quiet, by=alice, at=jst("2026-01-07T12:00"))
    tasks.warn_of_silence(jst("2026-01-08T02:10"))
    assert deadline.done_at is None
    deadline.refresh_from_db()
    assert deadline.done_at == jst("2026-01-08T02:10")
    assert jst_date(deadline.due_at) == date(2026, 2, 1)
