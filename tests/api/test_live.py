"""The API over the wire: raw request lines to gunicorn, and saklient from PyPI, unmodified, living a server's life."""

import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from saklient.cloud.api import API
from saklient.errors.httpconflictexception import HttpConflictException
from saklient.errors.httpnotfoundexception import HttpNotFoundException

from accounts.levels import Level
from tests import live, make
from tests.api.conftest import basic

CLOUD = "/cloud/zone/is1b/api/cloud/1.1"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:saklient", "ignore::DeprecationWarning:dateutil")


@dataclass(frozen=True)
class Key:
    """A key that may do everything in a new customer's project."""

    token: str
    secret: str


@pytest.fixture
def key(live_panel: live.Panel) -> Key:
    project = make.first_project(make.organisation(make.user()))
    made, secret = make.api_key(project, Level.CREATE)
    return Key(str(made.token), secret)


@pytest.fixture
def wire(live_panel: live.Panel, key: Key) -> Callable[..., tuple[int, Any]]:
    """Sends a request line as it is; returns the status and the JSON."""

    def send(line: str | bytes, headers: str = "", body: bytes = b"") -> tuple[int, Any]:
        first = line if isinstance(line, bytes) else line.encode()
        auth = f"Authorization: {basic(key.token, key.secret)}\r\nHost: localhost\r\nConnection: close\r\n{headers}"
        port = urlsplit(live_panel.url).port
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(
                first + b" HTTP/1.1\r\n" + auth.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
            )
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _gap, content = answer.partition(b"\r\n\r\n")
        found = re.match(rb"HTTP/1\.1 (\d+)", head)
        assert found, answer[:200]
        return int(found[1]), json.loads(content or b"null")

    return send


def test_gunicorn_and_the_parser_take_json_raw_in_the_request_line(wire):
    order = {"Server": {"Name": "web さくら 100%", "ServerPlan": {"CPU": 1, "MemoryMB": 1024}}}
    assert wire(f"POST {CLOUD}/server", body=json.dumps(order).encode())[0] == 201

    for query in (
        '{"From":0,"Count":0,"Filter":{"Name":"web%20%E3%81%95%E3%81%8F%E3%82%89"},"Sort":["-Name"]}',
        '{"Filter":{"Name":["web%20%E3%81%95%E3%81%8F%E3%82%89%20100%25"],"CreatedAt\\u003e=":"2026-01-01T00:00:00+09:00"}}',
        '{"Filter":{"Name":"100%25","CreatedAt>=":"2026-01-01T00:00:00+09:00","CreatedAt<":"2999-01-01"}}',
        "%7B%22Filter%22%3A%20%7B%22Name%22%3A%20%22%E3%81%95%E3%81%8F%E3%82%89%22%7D%7D",
        "null",
        "",
    ):
        status, answer = wire(f"GET {CLOUD}/server?{query}")

        assert (status, [server["Name"] for server in answer["Servers"]]) == (200, ["web さくら 100%"]), query


@pytest.mark.parametrize(
    "line",
    [
        f'GET {CLOUD}/server?{{"Count":0,"Filter":{{"Name":"we',
        f"GET {CLOUD}/server?{{",
        f'GET {CLOUD}/server?{{"Filter":{{"Name":"%00"}}}}',
        f"GET {CLOUD}/server?%00",
        f'GET {CLOUD}/server?{{"Filter":{{"Name":"%ff"}}}}',
        f"GET {CLOUD}/server?Count=1",
        f"GET {CLOUD}/server?{'[' * 7000}",
        f"GET {CLOUD}/server/{'9' * 400}",
    ],
    ids=range(8),
)
def test_a_malformed_request_line_gets_the_envelope(wire, line):
    status, answer = wire(line)

    assert (status, answer["error_code"]) == (400, "bad_request")


def test_double_slashes_and_a_slash_at_the_end_are_taken_as_meant(wire):
    assert wire(f"GET /{CLOUD}//zone//31002/")[0] == 200


def test_a_broken_body_over_the_wire_gets_the_envelope(wire):
    status, answer = wire(f"POST {CLOUD}/server", "Content-Type: application/x-www-form-urlencoded\r\n", b'{"Server":')

    assert (status, answer["error_code"]) == (400, "bad_request")


@pytest.fixture
def sakura(live_panel: live.Panel, key: Key) -> API:
    """saklient, told only where our root is, at the pace our users' tools keep: below 10 requests a second."""
    api = API.authorize(key.token, key.secret)
    api.client.set_api_root(f"{live_panel.url}/cloud/")
    api.client.set_api_root_suffix("zone/is1b")
    send = api.client.request

    def paced(*args: Any, **options: Any) -> Any:
        time.sleep(0.1)
        return send(*args, **options)

    api.client.request = paced
    return api


def soon(reached: Callable[[], bool]) -> bool:
    """Wait until it is so, at most 20 seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if reached():
            return True
        time.sleep(0.3)
    return False


def test_saklient_creates_boots_stops_changes_and_deletes_a_server(sakura):
    server = sakura.server.create()
    server.name, server.description, server.tags = "saklient-01", "by saklient", ["saklient"]
    server.plan = sakura.product.server.get_by_spec(1, 1)
    server.save()
    assert soon(lambda: server.reload().availability == "available")
    assert server.is_down()
    assert server.ifaces[0].ip_address.startswith("198.18.64.")

    archive = sakura.archive.with_tags(["current-stable", "distro-ubuntu"]).find()[0]
    disk = sakura.disk.create()
    disk.name, disk.plan, disk.source, disk.size_gib = "saklient-01", sakura.product.disk.ssd, archive, 20
    disk.save()
    assert soon(lambda: disk.reload().is_available)
    disk.connect_to(server)
    assert disk.reload().server.id == server.id

    server.boot()
    assert soon(lambda: server.reload().is_up())
    with pytest.raises(HttpConflictException):
        server.boot()
    assert [found.id for found in sakura.server.with_name_like("SAKLIENT").with_status_up().find()] == [server.id]
    server.activity.fetch()
    assert server.activity.samples[0].cpu_time > 0

    server.stop()
    assert soon(lambda: server.reload().is_down())
    former = server.id
    server.name = "saklient-02"
    server.save()
    server.change_plan(sakura.product.server.get_by_spec(2, 4))
    assert (server.id != former, server.name, server.plan.cpu, server.plan.memory_gib) == (True, "saklient-02", 2, 4)
    with pytest.raises(HttpNotFoundException):
        sakura.server.get_by_id(former)

    server.destroy()
    assert not server.exists()
    assert sakura.disk.find()[0].server is None
    assert [zone.name for zone in sakura.facility.region.find()] == ["東京", "石狩"]
