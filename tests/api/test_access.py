"""Who may what: a key without the level, and a stranger."""

import pytest

from accounts.audit.models import AuditEvent
from accounts.levels import Level
from compute.servers.models import Server
from tests.api.conftest import ORDER, assert_refused, client_of, ordered, work

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
