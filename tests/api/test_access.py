"""Who may what: a key without the level, and a stranger."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from accounts.api import Resources
from accounts.audit.models import AuditEvent
from accounts.levels import Level
from compute.api import COLLECTIONS
from compute.servers.models import Server
from config.api_urls import CLOUD
from core.operations.models import Operation
from tests.api.conftest import ORDER, assert_refused, client_of, ordered, work

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1H6YqYqzH8XrSK4XhLJIc5Pyc8DGSlAqKIUYj3tWwe alice"
VERBS = [
    ("PUT", "server/{}", {"Server": {"Name": "mine"}}),
    ("DELETE", "server/{}", None),
    ("PUT", "server/{}/power", None),
    ("DELETE", "server/{}/power", None),
    ("PUT", "server/{}/reset", None),
    ("PUT", "server/{}/plan", {"CPU": 2, "MemoryMB": 4096}),
]


@pytest.mark.parametrize("method, at, body", VERBS)
def test_a_key_that_may_only_look_is_refused_by_the_name_of_the_level(api, looking, method, at, body):
    number = ordered(api)
    before = (Server.objects.values().get(number=number), AuditEvent.objects.count())

    answer = looking(method, at.format(number), body, accept_language="en")

    assert_refused(answer, 403, "permission_denied")
    assert any(level in answer.json["error_msg"] for level in ("Power", "Arrange", "Create and delete"))
    assert (Server.objects.values().get(number=number), AuditEvent.objects.count()) == before


def test_a_key_that_may_only_look_orders_nothing(looking):
    assert_refused(looking.post("server", ORDER), 403, "permission_denied")
    assert Server.objects.count() == 0


def test_a_key_for_power_starts_but_does_not_delete(api, project):
    number = ordered(api)
    power = client_of(project, Level.POWER)

    assert power.put(f"server/{number}/power").status == 202
    work()
    assert_refused(power.delete(f"server/{number}"), 403, "permission_denied")


@pytest.mark.parametrize("method, at, body", [*VERBS, ("GET", "server/{}", None), ("GET", "server/{}/monitor", None)])
def test_a_stranger_finds_nothing_and_writes_nothing(api, stranger, method, at, body):
    number = ordered(api)
    before = (Server.objects.values().get(number=number), AuditEvent.objects.count())

    answer = stranger(method, at.format(number), body)

    assert_refused(answer, 404, "not_found")
    assert (Server.objects.values().get(number=number), AuditEvent.objects.count()) == before
    assert stranger.get("server").json["Servers"] == []


def test_a_server_of_another_zone_is_not_found(api):
    number = ordered(api)

    assert_refused(api.get(f"/cloud/zone/is1a/api/cloud/1.1/server/{number}"), 404, "not_found")


# -- every route, also those that are still to come --------------------------------------------------------------


def routes() -> Iterator[tuple[str, str]]:
    """Every method and address of the cloud API that needs a key."""
    for pattern in CLOUD:
        assert isinstance(pattern, URLPattern)
        view: Any = pattern.callback.cls  # type: ignore[attr-defined]
        for method in () if view.public else view.handlers:
            yield method, str(pattern.pattern)


def disk(api: Any) -> str:
    answer = api.post("disk", {"Disk": {"Name": "d", "Plan": {"ID": 4}, "SizeMB": 20480}})
    return str(answer.json["Disk"]["ID"])


def ssh_key(api: Any) -> str:
    answer = api.post("sshkey", {"SSHKey": {"Name": "alice", "PublicKey": KEY}})
    return str(answer.json["SSHKey"]["ID"])


def maker(at: str, singular: str, **values: Any) -> Any:
    """How to make something that has a name."""
    return lambda api: str(api.post(at, {singular: {"Name": "n", **values}}).json[singular]["ID"])


def interface(api: Any) -> str:
    return str(api.get(f"server/{ordered(api)}").json["Server"]["Interfaces"][0]["ID"])


def subnet(api: Any) -> str:
    router(api)
    return str(api.get("subnet").json["Subnets"][0]["ID"])


def ipv6_net(api: Any) -> str:
    return str(api.post(f"internet/{router(api)}/ipv6net").json["IPv6Net"]["ID"])


def ip_address(api: Any) -> str:
    router(api)
    return "198.19.80.4"


router = maker("internet", "Internet", BandWidthMbps=100)
# How to make something in each collection.
MAKERS = {
    "server": ordered,
    "disk": disk,
    "sshkey": ssh_key,
    "switch": maker("switch", "Switch"),
    "bridge": maker("bridge", "Bridge"),
    "packetfilter": maker("packetfilter", "PacketFilter"),
    "internet": router,
    "interface": interface,
    "subnet": subnet,
    "ipv6net": ipv6_net,
    "ipaddress": ip_address,
    "archive": maker("archive", "Archive", SizeMB=20480),
    "cdrom": maker("cdrom", "CDROM", SizeMB=5120),
}


def test_every_collection_of_things_in_projects_is_tried_below():
    assert {c.at for c in COLLECTIONS if isinstance(c, Resources)} == MAKERS.keys()


@pytest.mark.parametrize("method, route", list(routes()), ids=str)
def test_without_a_key_every_route_asks_for_one(nobody, db, method, route):
    at = route.replace("<str:key>", "113700000001").replace("<str:server>", "1").replace("<str:plan>", "1")

    assert_refused(nobody(method, at), 401, "unauthorized")


@pytest.mark.parametrize("method, route", [r for r in routes() if r[1].partition("/")[0] in MAKERS and "<" in r[1]])
def test_every_route_hides_what_belongs_to_somebody_else(api, stranger, method, route):
    mine = MAKERS[route.partition("/")[0]](api)
    theirs = ordered(stranger)
    before = (AuditEvent.objects.count(), Operation.objects.count())
    at = (
        route.replace("<str:key>", mine)
        .replace("<str:server>", theirs)
        .replace("<str:plan>", "100002004")
        .replace("<str:number>", "31001")
    )

    assert_refused(stranger(method, at), 404, "not_found")
    assert (AuditEvent.objects.count(), Operation.objects.count()) == before


def test_a_disk_is_not_put_into_a_stranger_s_server(api, stranger):
    theirs = ordered(stranger)

    assert_refused(api.put(f"disk/{disk(api)}/to/server/{theirs}"), 404, "not_found")
