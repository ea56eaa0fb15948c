"""Sub-options and settings of a SIM, sessions, and what wrong PINs and PUKs did."""

from datetime import timedelta

import pytest

from accounts.consents.models import Acceptance
from core.errors import Refused
from core.operations.draining import drain
from mobile.drivers import LineSpec, carrier
from mobile.drivers.models import CarrierFault
from mobile.sims import actions as sims
from mobile.sims import numbers, options, sessions
from mobile.sims.models import NETWORKS, Sim, SimSession
from tests.make import EVENING, MORNING, NOON
from tests.mobile import world

IMEI, ODD, ZEROS = "490154203237518", "123456789012345", "0" * 15


def line(sim):
    return carrier().lines([sim.iccid], at=EVENING)[sim.iccid]


@pytest.mark.terms("31-3", "31-4")
def test_a_fixed_address_needs_its_conditions_and_reaches_the_carrier(sim, alice):
    with pytest.raises(Refused) as refusal:
        options.fix_address(sim, "192.168.0.10", by=alice, at=NOON)
    assert refusal.value.code == "consent_needed"
    assert sim.refreshed().address is None

    options.fix_address(sim, "192.168.0.10", accepted=("fixed-ip",), by=alice, at=NOON)
    options.fix_address(sim, "192.168.0.11", by=alice, at=NOON + timedelta(hours=1))
    drain(at=EVENING)

    assert (sim.refreshed().address, line(sim).address) == ("192.168.0.11", "192.168.0.11")
    assert "192.168.0.11" in sim.words
    assert Acceptance.objects.filter(document__code="fixed-ip").count() == 1
    assert ("sim.fixed-ip", NOON, None) in world.spans(sim)

    options.free_address(sim, by=alice, at=EVENING)
    drain(at=EVENING)
    assert (sim.refreshed().address, line(sim).address) == (None, "")
    assert ("sim.fixed-ip", NOON, EVENING) in world.spans(sim)
    with pytest.raises(Refused):
        options.free_address(sim, by=alice, at=EVENING)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.168.0", "fe80::1", "192.168.0.1/24", "", "127.0.0.1"])
def test_only_private_addresses_are_fixed(sim, alice, address):
    with pytest.raises(Refused) as refusal:
        options.fix_address(sim, address, accepted=("fixed-ip",), by=alice, at=NOON)

    assert refusal.value.code == "invalid_address"
    assert sim.refreshed().address is None
    assert not Acceptance.objects.filter(document__code="fixed-ip").exists()


def test_an_address_is_one_sims_until_it_is_deleted(project, sim, alice):
    other = world.registered(project, by=alice)
    options.fix_address(sim, "10.0.0.5", accepted=("fixed-ip",), by=alice, at=NOON)

    with pytest.raises(Refused) as refusal:
        options.fix_address(other, "10.0.0.5", by=alice, at=NOON)
    assert refusal.value.code == "duplicate_address"
    assert other.refreshed().address is None

    sims.delete(sim, by=alice, at=NOON)
    options.fix_address(other, "10.0.0.5", by=alice, at=NOON)
    assert other.refreshed().address == "10.0.0.5"


@pytest.mark.terms("31-3", "31-4")
def test_a_sim_is_locked_to_a_device_and_unlocked(sim, alice):
    with pytest.raises(Refused) as refusal:
        options.lock_device(sim, IMEI, by=alice, at=NOON)
    assert refusal.value.code == "consent_needed"

    options.lock_device(sim, "49-015420-323751-8", accepted=("device-lock",), by=alice, at=NOON)
    drain(at=NOON)
    assert (sim.refreshed().imei, line(sim).imei) == (IMEI, IMEI)

    options.unlock_device(sim, by=alice, at=EVENING)
    drain(at=EVENING)
    assert (sim.refreshed().imei, line(sim).imei) == ("", "")
    assert ("sim.lock", NOON, EVENING) in world.spans(sim)
    with pytest.raises(Refused):
        options.unlock_device(sim, by=alice, at=EVENING)


@pytest.mark.parametrize("imei", ["", "4901542032375", "49015420323751800", "49015420323751a"])
def test_an_imei_has_15_digits(sim, alice, imei):
    with pytest.raises(Refused) as refusal:
        options.lock_device(sim, imei, accepted=("device-lock",), by=alice, at=NOON)

    assert refusal.value.code == "invalid_imei"
    assert sim.refreshed().imei == ""


def test_zeros_and_wrong_check_digits_are_odd():
    assert [numbers.is_odd(one) for one in (IMEI, ODD, ZEROS)] == [False, True, True]


@pytest.mark.parametrize("imei, words", [(ZEROS, "000000"), (ODD, "最後の1桁")])
def test_the_page_asks_once_more_about_an_odd_number(alice_client, sim, imei, words):
    at, sent = f"/sims/{sim.number}/device", {"imei": imei, "accepted": ["device-lock"]}

    asked = alice_client.post(at, sent)
    assert asked.status_code == 422
    assert words in asked.text
    assert sim.refreshed().imei == ""

    assert alice_client.post(at, {**sent, "sure": "on"}).status_code == 302
    assert sim.refreshed().imei == imei


def test_the_networks_are_chosen(sim, alice):
    options.allow_networks(sim, ["SoftBank", "KDDI"], by=alice, at=NOON)
    drain(at=NOON)

    assert sim.refreshed().networks == ["KDDI", "SoftBank"]
    assert line(sim) == LineSpec(True, networks=("KDDI", "SoftBank"))
    for wrong in ([], ["Vodafone"], ["KDDI", "Vodafone"]):
        with pytest.raises(Refused):
            options.allow_networks(sim, wrong, by=alice, at=NOON)
    assert sim.refreshed().networks == ["KDDI", "SoftBank"]


def test_what_the_carrier_refuses_is_said(sim, alice):
    CarrierFault.objects.create(iccid=sim.iccid, error="Rejected", text="No such network here.")

    options.allow_networks(sim, ["KDDI"], by=alice, at=NOON)
    drain(at=NOON)

    assert sim.refreshed().error == "No such network here."


@pytest.mark.terms("43-3", "43-4")
def test_a_lock_is_noted_and_an_unusable_card_stays_so(project, sim, alice, staff_user):
    options.note_lock(sim, "PIN_LOCKED", by=alice, at=NOON)
    options.note_lock(sim, "NONE", by=alice, at=NOON)
    options.note_lock(sim, "PUK_DEAD", by=alice, at=NOON)

    with pytest.raises(Refused) as refusal:
        options.note_lock(sim, "NONE", by=alice, at=NOON)
    assert refusal.value.clause == "43-4"

    sims.delete(sim, by=alice, at=NOON)
    with pytest.raises(Refused) as refusal:
        world.registered(project, sim.card, at=EVENING)
    assert refusal.value.code == "sim_unusable"
    assert Sim.objects.alive().count() == 0


def test_a_deleted_sim_is_not_changed(sim, alice):
    stale = Sim.objects.select_related("project__organisation", "contract", "card").get(pk=sim.pk)
    sims.delete(sim, by=alice, at=NOON)

    for change in (
        lambda: options.fix_address(stale, "10.0.0.5", accepted=("fixed-ip",), by=alice, at=NOON),
        lambda: options.lock_device(stale, IMEI, accepted=("device-lock",), by=alice, at=NOON),
        lambda: options.allow_networks(stale, ["KDDI"], by=alice, at=NOON),
    ):
        with pytest.raises(Refused):
            change()
    assert (stale.refreshed().address, stale.imei, stale.networks) == (None, "", list(NETWORKS))


def test_sessions_are_logged_and_the_newest_counts(sim):
    sessions.changed(sim, up=True, imei=IMEI, imsi="440100000000001", at=NOON)
    sessions.changed(sim, up=True, imei=IMEI, imsi="440100000000001", at=NOON)
    sessions.changed(sim, up=False, at=EVENING)
    sessions.changed(sim, up=True, imei=ODD, at=MORNING)

    assert (sim.refreshed().connected, sim.connected_changed_at, sim.connected_imei) == (False, EVENING, IMEI)
    assert IMEI in sim.words
    log = [(one.at, one.status) for one in sessions.log(sim)]
    assert log == [(EVENING, "DOWN"), (NOON, "UP"), (MORNING, "UP")]
    assert SimSession.objects.count() == 3


@pytest.mark.terms("31-4", "43-5")
def test_settings_by_hand(alice_client, bob_client, sim):
    at = f"/sims/{sim.number}"
    sessions.changed(sim, up=True, imei=IMEI, at=NOON)
    page = alice_client.get(f"{at}/address")
    assert "IPアドレス指定の利用条件" in page.text
    assert alice_client.post(f"{at}/address", {"address": "10.0.0.5"}).status_code == 422
    assert alice_client.post(f"{at}/address", {"address": "10.0.0.5", "accepted": ["fixed-ip"]}).status_code == 302
    assert "IPアドレス指定の利用条件" not in alice_client.get(f"{at}/address").text
    assert IMEI in alice_client.get(f"{at}/device").text
    assert alice_client.post(f"{at}/device", {"imei": IMEI, "accepted": ["device-lock"]}).status_code == 302
    assert alice_client.post(f"{at}/networks", {"networks": ["KDDI"]}).status_code == 302
    assert alice_client.post(f"{at}/lock", {"lock": "PIN_LOCKED"}).status_code == 302
    shown = alice_client.get(f"{at}/").text
    for words in ("10.0.0.5", IMEI, "KDDI", "PINロック", "削除するまで料金"):
        assert words in shown, words
    assert IMEI in alice_client.get(f"{at}/sessions").text
    assert alice_client.post(f"{at}/address/free", {"go": "1"}).status_code == 302
    assert alice_client.post(f"{at}/device/unlock", {"go": "1"}).status_code == 302
    assert (sim.refreshed().address, sim.imei) == (None, "")
    for verb in ("address", "address/free", "device", "device/unlock", "networks", "lock"):
        assert bob_client.post(f"{at}/{verb}").status_code == 403
