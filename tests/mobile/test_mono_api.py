"""Mono projects in the cloud API, as its clients read and write them."""

import pytest

from accounts import consents
from accounts.access import SYSTEM
from accounts.levels import Level
from mobile.mono import suboptions
from mobile.mono.models import MonoProject
from tests.api.conftest import api, assert_refused, client_of, stranger  # noqa: F401  fixtures
from tests.make import MORNING
from tests.mobile import world

AT = "commonserviceitem"


def order(**changes):
    item = {"Name": "fleet", "Description": "d", "Tags": ["field"], "Provider": {"Class": "iotplatform"}}
    return {"CommonServiceItem": {**item, "Remark": {"BusinessUse": True}, **changes}}


@pytest.fixture
def _agreed(project) -> None:
    consents.accept(project.organisation, world.MONO_CONSENTS, by=SYSTEM, at=MORNING)


@pytest.mark.usefixtures("_agreed", "sim")
@pytest.mark.terms("53-1")
def test_a_mono_project_is_created_read_changed_found_and_deleted(api):  # noqa: F811
    made = api.post(AT, order())
    assert made.status == 201
    number = made.json["CommonServiceItem"]["ID"]
    mono = MonoProject.objects.get()
    suboptions.start(mono, "TRANSFER", by=SYSTEM, at=MORNING)

    item = api.get(f"{AT}/{number}").json["CommonServiceItem"]
    assert item == {
        "ID": number, "Name": "fleet", "Description": "d", "Tags": ["field"], "Icon": None,
        "Availability": "available", "ServiceClass": "cloud/iotplatform/1",
        "Provider": {
            "ID": 5130001, "Class": "iotplatform", "Name": "sakura-iotplatform", "ServiceClass": "cloud/iotplatform",
        },
        "Status": {"mgw_id": None, "zone": None, "Services": ["file_transfer"]}, "Settings": None,
        "CreatedAt": item["CreatedAt"], "ModifiedAt": item["ModifiedAt"],
    }  # fmt: skip
    changed = api.put(f"{AT}/{number}", {"CommonServiceItem": {"Name": "trucks"}})
    assert (changed.status, changed.json["CommonServiceItem"]["Tags"]) == (200, ["field"])
    found = api.get(AT, {"Filter": {"Provider.Class": "iotplatform"}}).json
    assert [one["Name"] for one in found["CommonServiceItems"]] == ["trucks"]
    assert len(api.get(AT).json["CommonServiceItems"]) == 2  # beside the SIM

    assert_refused(api.delete(f"{AT}/{number}"), 409, "still_needed")
    suboptions.end(suboptions.in_use(mono, "TRANSFER"), by=SYSTEM, at=MORNING)
    assert api.delete(f"{AT}/{number}").status == 200
    assert_refused(api.get(f"{AT}/{number}"), 404, "not_found")


@pytest.mark.terms("51-1", "53-2")
def test_what_it_needs_is_asked_for(api, project):  # noqa: F811
    assert_refused(api.post(AT, order()), 409, "connect_needed")
    world.registered(project)
    assert_refused(api.post(AT, order()), 409, "consent_needed")
    consents.accept(project.organisation, world.MONO_CONSENTS, by=SYSTEM, at=MORNING)
    assert_refused(api.post(AT, order(Remark={})), 409, "business_use_needed")
    for name in ("", "x" * 65):
        assert api.post(AT, order(Name=name)).status == 400, name
    assert not MonoProject.objects.exists()


def test_strangers_find_nothing_and_a_lower_level_changes_nothing(project, sim, stranger):  # noqa: F811
    mono = world.mono_project(project)
    at = f"{AT}/{mono.number}"

    for answer in (stranger.get(at), stranger.put(at, order()), stranger.delete(at)):
        assert_refused(answer, 404, "not_found")
    viewer = client_of(project, Level.VIEW)
    assert viewer.get(at).status == 200
    assert [answer.status for answer in (viewer.put(at, order()), viewer.delete(at))] == [403, 403]
    assert mono.refreshed().name == "fleet"
