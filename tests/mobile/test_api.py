"""SIMs in the cloud API, as its clients read and write them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import consents
from accounts.access import SYSTEM
from accounts.levels import Level
from core.operations.draining import drain
from mobile.sims import actions as sims
from mobile.sims import options, sessions, usage
from mobile.sims.models import Sim
from tests.api.conftest import api, assert_refused, client_of, looking, stranger  # noqa: F401  fixtures
from tests.make import MORNING
from tests.mobile import world

IMEI = "490154203237518"
AT = "commonserviceitem"
ALL = (*world.CONSENTS, "fixed-ip", "device-lock")


def now() -> datetime:
    return datetime.now(UTC)


def agreed(project) -> None:
    consents.accept(project.organisation, ALL, by=SYSTEM, at=MORNING)


def order(card, **changes):
    remark = {"PassCode": world.PASSCODE, "BusinessUse": True}
    item = {"Name": "sensor-01", "Description": "d", "Tags": ["field"], "Provider": {"Class": "sim"}}
    return {"CommonServiceItem": {**item, "Status": {"ICCID": card.iccid}, "Remark": remark, **changes}}


@pytest.fixture
def number(api, project) -> str:  # noqa: F811
    """A SIM registered through the API."""
    agreed(project)
    answer = api.post(AT, order(world.card(imsi=("440100000000017",))))
    assert answer.status == 201
    return str(answer.json["CommonServiceItem"]["ID"])


def test_a_sim_is_registered_read_changed_and_deleted(api, number):  # noqa: F811
    item = api.get(f"{AT}/{number}").json["CommonServiceItem"]
    sim = Sim.objects.get()
    assert item == {
        "ID": number, "Name": "sensor-01", "Description": "d", "Tags": ["field"], "Icon": None,
        "Availability": "available", "ServiceClass": "cloud/sim/1",
        "Provider": {"ID": 8000001, "Class": "sim", "Name": "sakura-sim", "ServiceClass": "cloud/sim"},
        "Status": {"ICCID": sim.iccid}, "Settings": None, "CreatedAt": item["CreatedAt"],
        "ModifiedAt": item["ModifiedAt"],
    }  # fmt: skip
    assert (sim.state, sim.contract.service) == ("INACTIVE", "sim")

    changed = api.put(f"{AT}/{number}", {"CommonServiceItem": {"Name": "pump", "Tags": []}})
    assert (changed.status, changed.json["CommonServiceItem"]["Name"], changed.json["Success"]) == (200, "pump", True)
    assert sim.refreshed().words == f"pump\n{sim.iccid}\n440100000000017"

    assert api.delete(f"{AT}/{number}").status == 200
    assert_refused(api.get(f"{AT}/{number}"), 404, "not_found")
    assert sim.refreshed().state == "DELETED"


def test_the_passcode_is_never_given_back_and_a_wrong_one_says_nothing(api, project):  # noqa: F811
    agreed(project)
    card = world.card()

    wrong = api.post(AT, order(card, Remark={"PassCode": "nope-nope"}))
    unknown = api.post(AT, order(card, Status={"ICCID": world.iccid()}))
    assert_refused(wrong, 400, "invalid_sim")
    assert wrong.json["error_msg"] == unknown.json["error_msg"]
    assert not Sim.objects.exists()

    made = api.post(AT, order(card))
    assert world.PASSCODE not in json.dumps(made.json)
    assert_refused(api.post(AT, order(card)), 409, "sim_registered")


@pytest.mark.terms("34-2", "43-1")
def test_consents_and_the_declaration_are_asked_for(api, project):  # noqa: F811
    card = world.card()
    assert_refused(api.post(AT, order(card)), 409, "consent_needed")
    agreed(project)
    assert_refused(api.post(AT, order(card, Remark={"PassCode": world.PASSCODE})), 409, "business_use_needed")
    assert not Sim.objects.exists()


def test_activation_is_seen_at_once_and_follows_quick_changes_of_mind(api, number):  # noqa: F811
    def activated() -> bool:
        return bool(api.get(f"{AT}/{number}/sim/status").json["sim"]["activated"])

    assert activated() is False
    assert api.put(f"{AT}/{number}/sim/activate").json["Success"] is True
    assert activated() is True
    assert api.put(f"{AT}/{number}/sim/deactivate").status == 200
    assert activated() is False
    assert api.put(f"{AT}/{number}/sim/activate").status == 200
    drain(at=now())

    assert Sim.objects.get().state == "ACTIVE"
    assert activated() is True
    assert_refused(api.put(f"{AT}/{number}/sim/activate"), 409, "conflict")


def test_status_is_included_when_it_is_asked_for(api, number):  # noqa: F811
    sim = Sim.objects.get()
    usage.carried(sim, up=1234, down=2**40, at=now())
    sessions.changed(sim, up=True, imei=IMEI, imsi="440100000000017", at=now())
    options.fix_address(sim, "192.168.0.10", by=SYSTEM, at=now())
    options.lock_device(sim, IMEI, by=SYSTEM, at=now())

    plain = api.get(AT, {"Filter": {"Provider.Class": "sim"}}).json["CommonServiceItems"][0]
    query = {"Filter": {"Provider.Class": "sim"}, "Include": ["*", "Status.sim"]}
    included = api.get(AT, query).json["CommonServiceItems"][0]

    assert "sim" not in plain["Status"]
    assert included["Name"] == "sensor-01"
    info = included["Status"]["sim"]
    assert {key: info[key] for key in info if not key.endswith("_date")} == {
        "iccid": sim.iccid, "imsi": ["440100000000017"], "imei": IMEI, "imei_lock": True, "ip": "192.168.0.10",
        "session_status": "UP", "registered": True, "activated": False, "resource_id": number,
        "traffic_bytes_of_current_month": {"uplink_bytes": "1234", "downlink_bytes": str(2**40)},
        "connected_imei": IMEI,
    }  # fmt: skip
    assert info["registered_date"].endswith("+09:00")
    assert api.get(f"{AT}/{number}/sim/status").json["sim"] == info


def test_address_device_and_networks_are_set_with_lower_case_bodies(api, number):  # noqa: F811
    at = f"{AT}/{number}/sim"
    assert api.put(f"{at}/ip", {"sim": {"ip": "10.0.0.7"}}).status == 200
    assert api.put(f"{at}/imeilock", {"sim": {"imei": "123456789012345"}}).status == 200
    sent = {"network_operator_config": [{"name": "SoftBank", "allow": True}]}
    assert api.put(f"{at}/network_operator_config", sent).status == 200
    sim = Sim.objects.get()
    assert (sim.address, sim.imei, sim.networks) == ("10.0.0.7", "123456789012345", ["SoftBank"])
    config = api.get(f"{at}/network_operator_config").json["network_operator_config"]
    assert [(one["name"], one["allow"]) for one in config] == [
        ("NTT DOCOMO", False), ("KDDI", False), ("SoftBank", True)
    ]  # fmt: skip

    assert api.delete(f"{at}/ip").status == 200
    assert api.delete(f"{at}/imeilock").status == 200
    assert (sim.refreshed().address, sim.imei) == (None, "")
    assert_refused(api.put(f"{at}/ip", {"sim": {"ip": "8.8.8.8"}}), 400, "invalid_address")
    assert_refused(api.put(f"{at}/imeilock", {"sim": {"imei": "1"}}), 400, "invalid_imei")
    assert_refused(api.put(f"{at}/network_operator_config", {}), 400, "invalid_network")


def test_logs_and_metrics(api, number):  # noqa: F811
    sim = Sim.objects.get()
    sessions.changed(sim, up=True, imei=IMEI, imsi="440100000000017", at=MORNING)
    usage.carried(sim, up=86_400_000, down=8, at=now())

    logs = api.get(f"{AT}/{number}/sim/sessionlog").json["logs"]
    assert logs == [
        {
            "date": "2026-04-01T09:30:00+09:00", "session_status": "UP", "resource_id": number, "imei": IMEI,
            "imsi": "440100000000017",
        }
    ]  # fmt: skip
    data = api.get(f"{AT}/{number}/sim/metrics/monitor").json["Data"]
    assert len(data) >= 287
    assert list(data.values())[-1]["UplinkBPS"] >= 8000


def test_as_saklient_sends_it(api, number):  # noqa: F811
    sent = {"x_sakura_http_method": "PUT", "x_requested_with": "XMLHttpRequest"}
    form = "application/x-www-form-urlencoded"

    named = b'{"CommonServiceItem":{"Name":"valve"}}'
    assert api("POST", f"{AT}/{number}", named, content_type=form, **sent).status == 200
    assert api("POST", f"{AT}/{number}/sim/activate", b"null", content_type=form, **sent).status == 200
    drain(at=now())
    assert (Sim.objects.get().name, Sim.objects.get().state) == ("valve", "ACTIVE")
    found = api("GET", AT, query="%7B%22Filter%22%3A%7B%22Provider.Class%22%3A%22sim%22%7D%7D")
    assert [one["Name"] for one in found.json["CommonServiceItems"]] == ["valve"]
    gone = {**sent, "x_sakura_http_method": "DELETE"}
    assert api("POST", f"{AT}/{number}", b"null", content_type=form, **gone).status == 200


def test_numbers_are_numbers_for_those_who_ask(api, number):  # noqa: F811
    assert api.get(f"{AT}/{number}", x_sakura_bigint_as_int="1").json["CommonServiceItem"]["ID"] == int(number)


VERBS: list[Any] = [
    ("PUT", "", {"CommonServiceItem": {"Name": "mine"}}), ("DELETE", "", None), ("PUT", "/sim/activate", None),
    ("PUT", "/sim/deactivate", None), ("PUT", "/sim/ip", {"sim": {"ip": "10.0.0.1"}}), ("DELETE", "/sim/ip", None),
    ("PUT", "/sim/imeilock", {"sim": {"imei": IMEI}}), ("DELETE", "/sim/imeilock", None),
    ("PUT", "/sim/network_operator_config", {"network_operator_config": [{"name": "KDDI", "allow": True}]}),
]  # fmt: skip
READS: list[Any] = [("GET", "", None), ("GET", "/sim/status", None), ("GET", "/sim/sessionlog", None),
         ("GET", "/sim/network_operator_config", None), ("GET", "/sim/metrics/monitor", None)]  # fmt: skip


@pytest.mark.parametrize("method, below, body", VERBS)
def test_a_key_that_may_only_look_changes_nothing(number, looking, method, below, body):  # noqa: F811
    before = Sim.objects.values().get()

    assert_refused(looking(method, f"{AT}/{number}{below}", body), 403, "permission_denied")

    assert Sim.objects.values().get() == before


@pytest.mark.parametrize("method, below, body", VERBS + READS)
def test_a_stranger_finds_nothing_and_writes_nothing(number, stranger, method, below, body):  # noqa: F811
    before = Sim.objects.values().get()

    assert_refused(stranger(method, f"{AT}/{number}{below}", body), 404, "not_found")

    assert Sim.objects.values().get() == before
    assert stranger.get(AT).json["CommonServiceItems"] == []


def test_a_key_for_power_activates_but_does_not_delete(number, project):
    power = client_of(project, Level.POWER)

    assert power.put(f"{AT}/{number}/sim/activate").status == 200
    assert_refused(power.delete(f"{AT}/{number}"), 403, "permission_denied")


@pytest.mark.parametrize(
    "body",
    [None, {}, {"CommonServiceItem": None}, {"CommonServiceItem": {"Provider": {"Class": "sim"}}},
     {"CommonServiceItem": {"Provider": {"Class": "sim"}, "Name": "n", "Status": [], "Remark": 5}},
     {"CommonServiceItem": {"Provider": {"Class": "sim"}, "Name": "n", "Status": {"ICCID": "1"},
                            "Remark": {"PassCode": "x"}}}],
)  # fmt: skip
def test_broken_bodies_are_answered_in_the_envelope(api, project, body):  # noqa: F811
    agreed(project)

    answer = api.post(AT, body)

    assert answer.status == 400
    assert answer.json["is_fatal"] is True
    assert not Sim.objects.exists()


def test_the_list_is_read_in_pages(api, project):  # noqa: F811
    agreed(project)
    for _ in range(3):
        sims.register(project, world.card(), sims.SimOrder(), business_use=True, accepted=ALL, by=SYSTEM, at=MORNING)

    page = api.get(AT, {"From": 1, "Count": 1, "Filter": {"Provider.Class": "sim"}}).json

    assert (page["From"], page["Count"], page["Total"], len(page["CommonServiceItems"])) == (1, 1, 3, 1)
