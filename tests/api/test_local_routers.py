"""Local routers as the tools order, describe, read and delete them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import SYSTEM
from compute.networks.local_routers import actions
from compute.networks.local_routers.models import LocalRouter, Peer
from core.operations.draining import drain
from tests.api.conftest import assert_refused
from tests.compute import networks
from tests.compute.local_routers import local_router, named, peered, secret
from tests.make import MORNING

ITEM = "CommonServiceItem"
AT = "commonserviceitem"


def order(name: str = "here", **more):
    return {ITEM: {"Name": name, "Description": "", "Tags": ["a"], "Provider": {"Class": "localrouter"}, **more}}


def settings(switch, *, peers=None, routes=None, **changes):
    """As the Go clients send them, with nulls."""
    interface = {"VirtualIPAddress": "192.168.11.1", "IPAddress": ["192.168.11.11", "192.168.11.12"],
                 "NetworkMaskLen": 24, "VRID": 101, **changes}  # fmt: skip
    place = {"Code": str(switch.number), "Category": "cloud", "ZoneID": "is1b"}
    return {"LocalRouter": {"Switch": place, "Interface": interface, "Peers": peers, "StaticRoutes": routes}}


def test_the_six_points_are_acknowledged_before(api, project) -> None:
    assert_refused(api.post(AT, order()), 409, "consent_needed")
    assert not LocalRouter.objects.exists()

    answer = api.post(AT, order(Remark={"Accepted": ["peering"]}))

    assert answer.status == 201
    item = answer.json[ITEM]
    assert (item["Name"], item["Availability"], item["Provider"]["Class"]) == ("here", "available", "localrouter")
    assert item["Settings"]["LocalRouter"] == {"Switch": None, "Interface": None, "Peers": [], "StaticRoutes": []}
    assert item["Status"]["SecretKeys"] == [secret(LocalRouter.objects.get())]


def test_settings_are_sent_read_changed_and_taken_away_as_a_whole(api, project, elsewhere, alice) -> None:
    made, there = local_router(project), local_router(elsewhere, "there", 20)
    switch, at = networks.switch(project, by=alice), f"{AT}/{made.number}"
    peer = {"ID": str(there.number), "SecretKey": secret(there), "Enabled": True, "Description": "partner"}
    route = {"Prefix": "10.0.0.0/24", "NextHop": "192.168.11.9"}

    whole = settings(switch, peers=[peer], routes=[route])
    sent = api.put(at, {ITEM: {"Settings": whole}})
    assert sent.status == 200, sent.json
    assert api.get(at).json[ITEM]["Settings"] == whole
    off = settings(switch, peers=[{**peer, "Enabled": False, "Description": ""}])
    assert api.put(at, {ITEM: {"Settings": off}}).status == 200
    assert api.get(at).json[ITEM]["Settings"]["LocalRouter"]["Peers"] == off["LocalRouter"]["Peers"]
    nothing = {"Switch": None, "Interface": None, "Peers": None, "StaticRoutes": None}
    assert api.put(at, {ITEM: {"Settings": {"LocalRouter": nothing}}}).status == 200

    assert api.get(at).json[ITEM]["Settings"]["LocalRouter"] == {
        "Switch": None, "Interface": None, "Peers": [], "StaticRoutes": [],
    }  # fmt: skip


def test_a_name_is_changed_without_the_settings(api, project) -> None:
    made = local_router(project, third=10)

    assert api.put(f"{AT}/{made.number}", {ITEM: {"Name": "there", "Icon": {"ID": 0}}}).status == 200

    made.refresh_from_db()
    assert (made.name, str(made.network)) == ("there", "192.168.10.0/24")


def test_settings_that_somebody_changed_meanwhile_are_not_overwritten(api, project, alice) -> None:
    made, switch = local_router(project), networks.switch(project, by=alice)
    at = f"{AT}/{made.number}"
    read = api.get(at).json[ITEM]["SettingsHash"]
    body = {"Settings": settings(switch), "SettingsHash": read}
    assert api.put(at, {ITEM: body}).status == 200

    assert_refused(api.put(at, {ITEM: {**body, "Settings": settings(switch, VRID=9)}}), 409, "conflict")

    made.refresh_from_db()
    assert made.vrid == 101


@pytest.mark.parametrize(
    "wrong, status",
    [
        ({"Interface": None}, 400),
        ({"Switch": None}, 400),
        ({"Switch": {"Code": "1", "Category": "cloud", "ZoneID": "is1b"}}, 404),
        ({"Switch": {"Category": "cloud", "ZoneID": "is1b"}}, 400),
        ({"Switch": {"Code": "SWITCH", "Category": "cloud", "ZoneID": "tk1a"}}, 404),
        ({"Switch": {"Code": "SWITCH", "Category": "vps", "ZoneID": "is1b"}}, 400),
        ({"Interface": {"VirtualIPAddress": "x", "IPAddress": ["1", "2"], "NetworkMaskLen": 24, "VRID": 1}}, 400),
        ({"Interface": {"VirtualIPAddress": "10.0.0.1", "IPAddress": ["10.0.0.2"], "NetworkMaskLen": 24,
                        "VRID": 1}}, 400),
        ({"Interface": {"VirtualIPAddress": "10.0.0.1", "IPAddress": ["10.0.0.2", "10.0.0.3"], "NetworkMaskLen": 33,
                        "VRID": 1}}, 400),
        ({"Interface": []}, 400),
        ({"Peers": "all"}, 400),
        ({"Peers": [{"ID": "1", "SecretKey": "?"}]}, 404),
        ({"Peers": [{"SecretKey": "?"}]}, 400),
        ({"Peers": [{"ID": "SELF", "SecretKey": "?"}]}, 400),
        ({"Peers": [{"ID": "THERE", "SecretKey": "KEY"}, {"ID": "THERE", "SecretKey": "KEY"}]}, 400),
        ({"StaticRoutes": [{"Prefix": "10.0.0.0/24"}]}, 400),
        ({"StaticRoutes": [{"Prefix": "10.0.0.0/24", "NextHop": "x"}]}, 400),
        ({"StaticRoutes": [{"Prefix": "/", "NextHop": "192.168.11.9"}]}, 400),
    ],
)  # fmt: skip
def test_what_cant_be_is_refused_and_nothing_of_it_is_written(api, project, elsewhere, alice, wrong, status) -> None:
    made, there = local_router(project), local_router(elsewhere, "there")
    switch = networks.switch(project, by=alice)
    said = {"SWITCH": str(switch.number), "SELF": str(made.number), "THERE": str(there.number), "KEY": secret(there)}
    route = [{"Prefix": "10.0.0.0/24", "NextHop": "192.168.11.9"}]
    whole = {**settings(switch, routes=route)["LocalRouter"], **filled(wrong, said)}

    answer = api.put(f"{AT}/{made.number}", {ITEM: {"Name": "changed", "Settings": {"LocalRouter": whole}}})

    assert answer.status == status, answer.json
    made.refresh_from_db()
    assert (made.name, made.switch, made.routes, Peer.objects.count()) == ("here", None, [], 0)


def filled(value, words):
    """The value with the words put in."""
    if isinstance(value, dict):
        return {key: filled(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value


def test_keys_that_only_look_are_told_no_secret_key(api, project, elsewhere, looking) -> None:
    here, there = local_router(project), local_router(elsewhere, "there")
    named(here, there)

    item = looking.get(f"{AT}/{here.number}").json[ITEM]

    assert (item["Status"]["SecretKeys"], item["Settings"]["LocalRouter"]["Peers"][0]["SecretKey"]) == ([], "")


def test_a_key_that_was_replaced_there_still_counts_for_who_entered_it(api, project, elsewhere) -> None:
    here, there = local_router(project), local_router(elsewhere, "there")
    named(here, there)
    whole = api.get(f"{AT}/{here.number}").json[ITEM]["Settings"]
    actions.rotate_key(there, by=SYSTEM, at=MORNING)

    assert api.put(f"{AT}/{here.number}", {ITEM: {"Settings": whole}}).status == 200
    whole["LocalRouter"]["Peers"][0]["SecretKey"] = "guessed"
    assert_refused(api.put(f"{AT}/{here.number}", {ITEM: {"Settings": whole}}), 404, "invalid_peer_key")


def test_health_and_traffic(api, project, elsewhere) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    named(here, there)
    down = api.get(f"{AT}/{here.number}/health").json["LocalRouter"]["Peers"]
    assert down == [{"ID": str(there.number), "Status": "down", "Routes": []}]
    named(there, here)
    drain(at=MORNING)

    up = api.get(f"{AT}/{here.number}/health").json["LocalRouter"]["Peers"]
    assert up == [{"ID": str(there.number), "Status": "up", "Routes": ["192.168.20.0/24"]}]
    data = api.get(f"{AT}/{here.number}/activity/localrouter/monitor").json["Data"]
    assert len(data) in (288, 289)
    assert set(next(iter(data.values()))) == {"Receive", "Send"}


def test_a_list_costs_the_same_queries_for_1_and_10(api, project, elsewhere, django_assert_num_queries) -> None:
    peered(local_router(project, "n0", 100), local_router(elsewhere, "m0"))
    query = {"Filter": {"Provider.Class": "localrouter"}}
    api.get(AT, query)
    with CaptureQueriesContext(connection) as one:
        api.get(AT, query)
    for n in range(1, 10):
        peered(local_router(project, f"n{n}", 100 + n), local_router(elsewhere, f"m{n}"))

    with django_assert_num_queries(len(one.captured_queries)):
        answer = api.get(AT, query)
    assert answer.json["Count"] == 10


def test_it_is_deleted_and_strangers_find_nothing(api, project, elsewhere) -> None:
    mine, theirs = local_router(project), local_router(elsewhere, "there")

    assert api.delete(f"{AT}/{mine.number}").status == 200
    assert_refused(api.get(f"{AT}/{mine.number}"), 404, "not_found")
    for verb in (api.get, api.delete):
        assert_refused(verb(f"{AT}/{theirs.number}"), 404, "not_found")
    assert theirs.refreshed().state == "AVAILABLE"
