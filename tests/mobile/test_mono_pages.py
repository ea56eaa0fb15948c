"""The pages of Mono Platform as people use them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mobile.mono import devices, suboptions, traffic
from mobile.mono.models import DeviceGrant, Mono, MonoProject
from tests.make import MORNING, NOON
from tests.mobile import world


@pytest.fixture
def mono(project, sim, alice) -> MonoProject:
    return world.mono_project(project, by=alice)


@pytest.mark.terms("50-2", "53-1", "53-2")
def test_a_mono_project_is_created_filled_emptied_and_deleted_by_hand(alice_client, project, sim, alice):
    page = alice_client.get("/mono/new")
    assert "事業" in page.text
    assert "設計情報" in page.text
    order = {"name": "fleet", "tags": "a", "business_use": "on", "accepted": ["mono"]}
    assert alice_client.post("/mono/new", order | {"accepted": []}).status_code == 422
    answer = alice_client.post("/mono/new", order)
    mono = MonoProject.objects.get()
    assert answer["Location"] == f"/mono/{mono.number}/"

    wrong = alice_client.post(f"/mono/{mono.number}/add", {"sims": "8981"})
    assert (wrong.status_code, "8981" in wrong.text) == (422, True)
    assert alice_client.post(f"/mono/{mono.number}/add", {"sims": sim.iccid}).status_code == 302
    device = DeviceGrant.objects.get().device
    shown = alice_client.get(f"/mono/{mono.number}/").text
    assert str(device.code) in shown

    at = f"/mono/devices/{device.number}"
    assert str(device.code) in alice_client.get(f"{at}/").text
    assert alice_client.get(f"{at}/token").status_code == 200
    made = alice_client.post(f"{at}/token").text
    token = made[made.index("dev_") :].partition("<")[0]
    device.refresh_from_db()
    assert bytes(device.token or b"") == devices.hashed(token)
    assert token not in alice_client.get(f"{at}/").text
    assert "sensor-01" in alice_client.get(f"/mono/{mono.number}/delete").text
    assert alice_client.get(f"{at}/remove").status_code == 200
    assert alice_client.post(f"{at}/remove", {"nonce": ""}).status_code == 302
    assert alice_client.get(f"{at}/").status_code == 200  # its history stays

    for kind in ("adapter", "transfer"):
        suboptions.start(mono, kind.upper(), accepted=[f"mono-{kind}"], by=alice, at=datetime.now(UTC))
        assert alice_client.get(f"/mono/{mono.number}/{kind}/stop").status_code == 200
        assert alice_client.post(f"/mono/{mono.number}/{kind}/stop", {"nonce": ""}).status_code == 302

    assert alice_client.post(f"/mono/{mono.number}/edit", {"name": "trucks", "tags": ""}).status_code == 302
    assert alice_client.post(f"/mono/{mono.number}/protection").status_code == 302
    assert alice_client.post(f"/mono/{mono.number}/delete", {"confirm": "trucks"}).status_code == 422
    alice_client.post(f"/mono/{mono.number}/protection")
    assert alice_client.post(f"/mono/{mono.number}/delete", {"confirm": "trucks"})["Location"] == "/mono/"
    assert mono.refreshed().state == "DELETED"
    assert "終了" in alice_client.get("/mono/").text


def test_who_may_only_look_changes_nothing(bob_client, mono, sim):
    grant = world.granted(sim, mono)
    before = list(DeviceGrant.objects.values())

    assert bob_client.get("/mono/").status_code == 200
    for path in ("new", f"{mono.number}/edit", f"{mono.number}/add", f"{mono.number}/delete",
                 f"{mono.number}/adapter/stop", f"devices/{grant.device.number}/token"):  # fmt: skip
        assert bob_client.get(f"/mono/{path}").status_code == 403, path
        assert bob_client.post(f"/mono/{path}", {"sims": sim.iccid}).status_code == 403, path
    assert list(DeviceGrant.objects.values()) == before


def test_individuals_and_projects_without_a_sim_read_why_not(alice_client, project):
    assert "SIM" in alice_client.get("/mono/").text
    answer = alice_client.post("/mono/new", {"name": "x", "business_use": "on", "accepted": ["mono"]})
    assert answer.status_code == 422
    assert not Mono.objects.exists()


def test_lists_cost_the_same_for_one_and_thirty(alice_client, project, sim, alice, mono):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert alice_client.get(path).status_code == 200
        return len(seen)

    traffic.carried(world.granted(sim, mono, by=alice), 100, at=NOON)
    paths = ("/mono/", f"/mono/{mono.number}/")
    one = [queries(path) for path in paths]
    for place in range(29):
        world.mono_project(project, f"more-{place}", by=alice)
        traffic.carried(world.granted(world.registered(project, by=alice), mono, by=alice), 100, at=MORNING)

    assert [queries(path) for path in paths] == one


def test_staff_see_them_and_never_a_token(staff_client, mono, sim, alice):
    grant = world.granted(sim, mono, by=alice)
    devices.renew_token(grant.device, by=alice, at=NOON)

    for page in ("mono", "monoproject", "device", "devicegrant", "suboption"):
        assert staff_client.get(f"/staff/mobile/{page}/").status_code == 200, page
    shown = staff_client.get(f"/staff/mobile/device/{grant.device.pk}/change/")
    assert shown.status_code == 200
    grant.device.refresh_from_db()
    assert bytes(grant.device.token or b"").hex() not in shown.text
