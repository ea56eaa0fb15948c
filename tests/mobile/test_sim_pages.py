"""The pages of SIMs and the stock as people use them."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.operations.draining import drain
from mobile.sims import usage
from mobile.sims.models import Card, Sim
from tests.make import MORNING, NOON
from tests.mobile import world


def form(card: Card, **changes: object) -> dict[str, object]:
    return {"iccid": card.iccid, "passcode": world.PASSCODE, "name": "sensor-01", "activate": "on",
            "business_use": "on", "accepted": list(world.CONSENTS), **changes}  # fmt: skip


@pytest.mark.terms("34-1", "34-2", "43-2")
def test_a_sim_is_registered_by_hand(alice_client, project):
    card = world.card()
    page = alice_client.get("/sims/register")
    assert page.status_code == 200
    assert "事業" in page.text
    assert "SIM利用規約" in page.text

    answer = alice_client.post("/sims/register", form(card))

    sim = Sim.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/sims/{sim.number}/"
    assert (sim.state, sim.iccid) == ("ACTIVATING", card.iccid)
    assert 'name="business_use"' not in alice_client.get("/sims/register").text


@pytest.mark.terms("43-2")
def test_a_wrong_passcode_is_answered_at_its_field_and_never_echoed(alice_client):
    card = world.card()

    answer = alice_client.post("/sims/register", form(card, passcode="wrong-secret-7"))

    assert answer.status_code == 422
    assert "登録できません" in answer.text
    assert "wrong-secret-7" not in answer.text
    assert not Sim.objects.exists()


def test_a_form_sent_twice_registers_once(alice_client):
    card = world.card()
    sent = form(card, nonce="3f0a3c5e-8f1b-4c5d-9f2b-0123456789ab")

    first, second = alice_client.post("/sims/register", sent), alice_client.post("/sims/register", sent)

    assert first["Location"] == second["Location"]
    assert Sim.objects.count() == 1


def test_the_list_finds_by_iccid_imsi_tag_and_name(alice_client, project, alice):
    pump = world.registered(project, world.card(imsi=("440100000000017",)), by=alice, name="pump", tags=("river",))
    world.registered(project, by=alice, name="other")

    for words in (pump.iccid, pump.iccid[5:], "440100000000017", "river", "pump", str(pump.number)):
        page = alice_client.get("/sims/", {"q": words})
        assert "pump" in page.text, words
        assert ">other<" not in page.text, words


def test_the_list_costs_the_same_for_one_and_thirty(alice_client, project, alice):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert alice_client.get("/sims/").status_code == 200
        return len(seen)

    usage.carried(world.registered(project, by=alice), up=5000, at=MORNING)
    one = queries()
    for _ in range(29):
        usage.carried(world.registered(project, by=alice), up=5000, at=MORNING)

    assert queries() == one


def test_the_page_shows_traffic_and_fees_and_its_verbs_work(alice_client, sim):
    usage.carried(sim, up=2048, down=4096, at=NOON)
    page = alice_client.get(f"/sims/{sim.number}/")
    assert page.status_code == 200
    for words in (sim.iccid, "sensor-01"):
        assert words in page.text

    at = f"/sims/{sim.number}"
    assert alice_client.get(f"{at}/deactivate").status_code == 200
    assert alice_client.post(f"{at}/deactivate").status_code == 302
    drain(at=datetime.now(UTC))
    assert sim.refreshed().state == "INACTIVE"
    assert alice_client.post(f"{at}/activate").status_code == 302
    assert alice_client.post(f"{at}/protection").status_code == 302
    assert alice_client.post(f"{at}/edit", {"name": "pump", "tags": "a b"}).status_code == 302
    assert (sim.refreshed().name, sim.protected, sim.tags) == ("pump", True, ["a", "b"])
    alice_client.post(f"{at}/protection")
    assert alice_client.get(f"{at}/delete").status_code == 200
    assert alice_client.post(f"{at}/delete", {"confirm": "no"}).status_code == 422
    assert alice_client.post(f"{at}/delete", {"confirm": "pump"}).status_code == 302
    assert alice_client.get(f"{at}/").status_code == 404


def test_who_may_only_look_changes_nothing(bob_client, sim):
    at = f"/sims/{sim.number}"

    assert bob_client.get(f"{at}/").status_code == 200
    for verb in ("deactivate", "edit", "protection", "delete"):
        assert bob_client.post(f"{at}/{verb}").status_code == 403
    assert bob_client.get("/sims/register").status_code == 403
    assert sim.refreshed().state == "ACTIVE"


def test_sims_are_found_from_every_page(alice_client, sim, charlie_client):
    assert "sensor-01" in alice_client.get("/search", {"q": sim.iccid[:12]}).text
    assert "sensor-01" not in charlie_client.get("/search", {"q": sim.iccid[:12]}).text


def test_staff_bring_cards_into_stock(staff_client, tmp_path):
    one, two = world.iccid(), world.iccid()
    file = tmp_path / "cards.csv"
    file.write_text(f"\ufefficcid,passcode,imsi\n{one},abcd1234,440100000000001 440200000000001\n\n{two},efgh5678,\n")

    with file.open("rb") as upload:
        answer = staff_client.post("/staff/mobile/card/add/", {"file": upload})
    assert (answer.status_code, answer["Location"]) == (302, "/staff/mobile/card/")
    assert Card.objects.count() == 2
    call_command("import_sims", str(file))

    rows = {card.iccid: card.imsi for card in Card.objects.all()}
    assert rows == {one: ["440100000000001", "440200000000001"], two: []}
    card = Card.objects.get(iccid=one)
    for page in ("/staff/mobile/card/", f"/staff/mobile/card/{card.pk}/change/", "/staff/mobile/sim/"):
        shown = staff_client.get(page)
        assert shown.status_code == 200
        assert "abcd1234" not in shown.text
    assert staff_client.post("/staff/mobile/card/add/", {}).status_code == 200


@pytest.mark.parametrize(
    "content, said",
    [
        ("iccid\n{0}\n", "passcode"),
        ("iccid,passcode\n{0},ab\n", "2"),
        ("iccid,passcode\n{0},abcd\n{0},abcd\n", "3"),
        ("iccid,passcode\n8981,abcd\n", "2"),
        ("iccid,passcode,imsi\n{0},abcd,44x\n", "2"),
    ],
)
def test_a_bad_list_is_refused_as_a_whole(tmp_path, content, said, db):
    file = tmp_path / "cards.csv"
    file.write_text(content.format(world.iccid()))

    with pytest.raises(CommandError, match=said):
        call_command("import_sims", str(file))

    assert not Card.objects.exists()
