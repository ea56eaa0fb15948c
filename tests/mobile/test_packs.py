"""Data packs: whole months, shared by a project, ending with the month or with Secure Mobile Connect."""

from datetime import date, datetime

import pytest

from billing.contracts import Contract
from billing.contracts import tasks as nightly
from billing.invoices import closing
from billing.invoices.models import Invoice
from core.calendar import JST, Month
from core.errors import Refused
from mobile.data_packs import actions as packs
from mobile.data_packs import tasks
from mobile.data_packs.models import DataPack
from mobile.sims import actions as sims
from mobile.sims import usage
from tests.billing.test_tariffs_month import amounts
from tests.mobile import world

GB = 1024 * 1024 * 1024


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.fixture
def sim(project, alice):
    return world.registered(project, by=alice, at=jst("2026-03-01T00:00"))


@pytest.mark.terms("38-2")
def test_a_pack_covers_its_volume_for_the_whole_project_and_what_exceeds_it_is_charged(garden, project, alice, sim):
    other = world.registered(project, by=alice, at=jst("2026-03-01T00:00"))
    packs.order(project, "3gb", by=alice, at=jst("2026-03-31T23:59"))
    usage.carried(sim, up=2 * GB, at=jst("2026-03-02T00:00"))
    usage.carried(other, down=2 * GB, at=jst("2026-03-03T00:00"))

    # 4096 MB - 500 free - 3072 of the pack = 524 MB at 6.6 yen
    assert amounts(garden, Month(2026, 3), "sim.data") == [3458]
    assert amounts(garden, Month(2026, 3), "sim.pack") == [5500]
    pool = packs.pool(project, jst("2026-03-31T12:00"))
    assert (pool.used, pool.included, pool.beyond) == (4096, 3572, 524)


@pytest.mark.terms("38-2")
def test_the_invoice_of_a_month_with_a_pack_to_the_yen(garden, project, alice, sim):
    packs.order(project, "20gb", by=alice, at=jst("2026-03-15T00:00"))
    usage.carried(sim, down=10 * GB, at=jst("2026-03-16T00:00"))

    closing.close(Month(2026, 3), at=jst("2026-04-01T06:00"))

    invoice = Invoice.objects.get(organisation=garden)
    assert (invoice.subtotal, invoice.tax, invoice.total) == (26_414, 2_641, 29_055)  # the pack and one base fee


@pytest.mark.terms("38-2")
def test_nothing_is_carried_over_and_a_cancelled_pack_lasts_until_the_month_ends(garden, project, alice, sim):
    pack = packs.order(project, "3gb", by=alice, at=jst("2026-03-10T00:00"))
    packs.cancel(pack, by=alice, at=jst("2026-04-05T00:00"))
    assert (pack.contract.refreshed().state, pack.contract.ends_on) == ("ENDING", date(2026, 4, 30))
    with pytest.raises(Refused) as refusal:
        packs.cancel(pack, by=alice, at=jst("2026-04-06T00:00"))
    assert refusal.value.clause == "38-2"
    usage.carried(sim, up=3572 * 1024 * 1024, at=jst("2026-04-29T00:00"))

    nightly.end_contracts(jst("2026-05-01T00:20"))
    tasks.end_packs(jst("2026-05-01T00:25"))
    usage.carried(sim, up=600 * 1024 * 1024, at=jst("2026-05-02T00:00"))

    assert pack.refreshed().state == "DELETED"
    months = [Month(2026, 3), Month(2026, 4), Month(2026, 5)]
    assert [amounts(garden, month, "sim.pack") for month in months] == [[5500], [5500], []]
    assert [amounts(garden, month, "sim.data") for month in months] == [[], [0], [660]]


@pytest.mark.terms("38-2")
def test_two_packs_add_up(garden, project, alice, sim):
    for _ in range(2):
        packs.order(project, "3gb", by=alice, at=jst("2026-03-10T00:00"))
    usage.carried(sim, up=6 * GB, at=jst("2026-03-11T00:00"))

    assert amounts(garden, Month(2026, 3), "sim.pack") == [5500, 5500]
    assert amounts(garden, Month(2026, 3), "sim.data") == [0]


def test_a_pack_needs_secure_mobile_connect_and_ends_with_it(project, alice):
    with pytest.raises(Refused) as refusal:
        packs.order(project, "3gb", by=alice, at=jst("2026-03-10T00:00"))
    assert refusal.value.code == "not_running"
    sim = world.registered(project, by=alice, at=jst("2026-03-10T00:00"))
    with pytest.raises(Refused):
        packs.order(project, "5gb", by=alice, at=jst("2026-03-10T00:00"))
    assert not DataPack.objects.exists()

    pack = packs.order(project, "3gb", by=alice, at=jst("2026-03-10T00:00"))
    sims.delete(sim, by=alice, at=jst("2026-03-20T00:00"))
    with pytest.raises(Refused):
        packs.order(project, "3gb", by=alice, at=jst("2026-03-21T00:00"))
    nightly.end_contracts(jst("2026-04-01T00:20"))
    tasks.end_packs(jst("2026-04-01T00:25"))

    assert (pack.contract.refreshed().ended_on, pack.refreshed().state) == (date(2026, 3, 31), "DELETED")
    assert not Contract.objects.running().filter(project=project).exists()


def test_the_pages_of_packs(alice_client, bob_client, charlie_client, project, sim):
    assert alice_client.get("/data-packs/").status_code == 200
    assert "5,500" in alice_client.get("/data-packs/new").text
    assert alice_client.post("/data-packs/new", {"plan": "3gb"}).status_code == 302
    pack = DataPack.objects.get()
    for page in ("/data-packs/", f"/data-packs/{pack.number}/", f"/data-packs/{pack.number}/cancel"):
        assert "3GB" in alice_client.get(page).text
    assert bob_client.post(f"/data-packs/{pack.number}/cancel").status_code == 403
    assert bob_client.post("/data-packs/new", {"plan": "3gb"}).status_code == 403
    assert charlie_client.get(f"/data-packs/{pack.number}/").status_code == 404
    assert pack.contract.refreshed().ends_on is None

    assert alice_client.post(f"/data-packs/{pack.number}/cancel", {"go": "1"}).status_code == 302
    assert pack.contract.refreshed().state == "ENDING"
