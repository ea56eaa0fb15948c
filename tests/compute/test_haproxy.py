"""The real HAProxy, on the loopback address: it is checked, serves, speaks HTTPS, is reloaded and ended."""

import http.client
import socket
import ssl
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from compute.drivers.balancing import BalancerSpec, CertificateSpec, HealthSpec, ListenerSpec, TargetSpec
from compute.drivers.haproxy import HAProxy
from core.operations import Pending, Rejected
from tests.capabilities import need
from tests.compute import pki

HOST = "127.0.0.1"
REF = "balancer-1"


@pytest.fixture
def proxy() -> Iterator[HAProxy]:
    """The driver with a short folder (sockets have short names); its processes end with the test."""
    need("haproxy")
    with tempfile.TemporaryDirectory(prefix="lb") as folder:
        driver = HAProxy(Path(folder))
        yield driver
        driver.delete(REF, key=uuid.uuid4(), at=datetime.now(UTC))


@contextmanager
def site(words: str) -> Iterator[int]:
    """A web server that answers with these words and what it was told of the browser; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{words} {self.headers.get('X-Forwarded-Proto', '')}".encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


def configured(driver: HAProxy, spec: BalancerSpec) -> uuid.UUID:
    """Configure as a worker does: ask again while it is pending."""
    key, deadline = uuid.uuid4(), time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            driver.configure(REF, spec, key=key, at=datetime.now(UTC))
        except Pending:
            time.sleep(0.1)
        else:
            return key
    raise AssertionError("HAProxy did not take the configuration")


def get(port: int, context: ssl.SSLContext | None = None, name: str = HOST) -> tuple[int, str, str]:
    """Status, body and Location of GET /."""
    if context is None:
        link = http.client.HTTPConnection(HOST, port, timeout=5)
    else:
        link = http.client.HTTPSConnection(name, port, timeout=5, context=context)
        link._create_connection = lambda _address, *more: socket.create_connection((HOST, port), *more)  # type: ignore[attr-defined]
    with closing(link):
        link.request("GET", "/")
        answer = link.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")


def healthy(driver: HAProxy, wanted: dict[str, str]) -> bool:
    """Whether the targets become so within a few seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if driver.health(REF) == wanted:
            return True
        time.sleep(0.2)
    return False


def test_it_serves_leaves_out_what_is_off_and_takes_changes_while_it_runs(proxy: HAProxy) -> None:
    port, other = free_port(), free_port()
    with site("one") as one, site("two") as two:
        targets = (TargetSpec("target-1", HOST, one), TargetSpec("target-2", HOST, two))
        spec = BalancerSpec(HOST, (ListenerSpec(port, "http"),), targets, HealthSpec("/", "", 5))
        key = configured(proxy, spec)
        proxy.configure(REF, spec, key=key, at=datetime.now(UTC))  # once more: nothing happens

        assert {get(port)[1] for _ in range(6)} == {"one http", "two http"}
        off = (targets[0], TargetSpec("target-2", HOST, two, enabled=False))
        configured(proxy, BalancerSpec(HOST, (ListenerSpec(port, "http"), ListenerSpec(other, "tcp")), off))

        assert {get(port)[1] for _ in range(6)} == {"one http"}
        assert get(other)[1] == "one "
        assert healthy(proxy, {"target-1": "up", "target-2": "off"})


def test_https_is_spoken_with_the_certificate_of_the_name_that_is_asked_for(proxy: HAProxy) -> None:
    now = datetime.now(UTC)
    root = pki.issue("Root", at=now, ca=True)
    shop, blog = (pki.issue(name, name, by=root, at=now) for name in ("shop.example.jp", "blog.example.jp"))
    plain, secure = free_port(), free_port()
    certificates = tuple(
        CertificateSpec(f"{n:064x}", one.pem + root.pem + one.key_pem) for n, one in enumerate((shop, blog))
    )
    trust = ssl.create_default_context(cadata=root.pem)
    with site("hello") as one:
        listeners = (ListenerSpec(plain, "http", redirects=True), ListenerSpec(secure, "https"))
        configured(
            proxy, BalancerSpec(HOST, listeners, (TargetSpec("target-1", HOST, one),), certificates=certificates)
        )

        for name in ("shop.example.jp", "blog.example.jp"):
            assert get(secure, trust, name)[:2] == (200, "hello https")
        status, _body, location = get(plain)

    assert (status, location.startswith("https://")) == (308, True)
    with pytest.raises(ssl.SSLCertVerificationError):
        get(secure, trust, "other.example.jp")


def test_what_haproxy_does_not_take_is_rejected_and_the_old_configuration_stays(proxy: HAProxy) -> None:
    port = free_port()
    with site("one") as one:
        target = (TargetSpec("target-1", HOST, one),)
        configured(proxy, BalancerSpec(HOST, (ListenerSpec(port, "http"),), target))
        broken = BalancerSpec(HOST, (ListenerSpec(port, "https"),), target, certificates=(CertificateSpec("0", "no"),))

        with pytest.raises(Rejected):
            proxy.configure(REF, broken, key=uuid.uuid4(), at=datetime.now(UTC))

        assert get(port)[:2] == (200, "one http")


def test_a_server_that_ends_is_seen_and_left_out(proxy: HAProxy) -> None:
    port = free_port()
    with site("one") as one:
        with site("two") as two:
            targets = (TargetSpec("target-1", HOST, one), TargetSpec("target-2", HOST, two))
            configured(proxy, BalancerSpec(HOST, (ListenerSpec(port, "http"),), targets, HealthSpec("/", "", 1)))
            assert healthy(proxy, {"target-1": "up", "target-2": "up"})

        assert healthy(proxy, {"target-1": "up", "target-2": "down"})
        assert {get(port)[1] for _ in range(4)} == {"one http"}


def test_nobody_answers_once_it_is_deleted(proxy: HAProxy) -> None:
    port = free_port()
    with site("one") as one:
        configured(proxy, BalancerSpec(HOST, (ListenerSpec(port, "http"),), (TargetSpec("target-1", HOST, one),)))
        proxy.delete(REF, key=uuid.uuid4(), at=datetime.now(UTC))

        with pytest.raises(OSError):
            get(port)

    assert proxy.health(REF) == {}
