"""The one way to fetch from outside: only public addresses, the one that was checked, within bounds."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from core import fetch as fetching
from core.fetch import Unfetchable, Unreachable, fetch


class Web(BaseHTTPRequestHandler):
    """A small web: says who asked, redirects, dawdles, goes on for ever."""

    def do_GET(self) -> None:
        if self.path.startswith("/to?"):
            self.answer(302, b"", Location=self.path.partition("?")[2])
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                return  # whoever asked has enough
        elif self.path == "/silent":
            self.server.hold.wait(10)
        else:
            self.answer(200, f"{self.headers['Host']} {self.path}".encode())

    def do_POST(self) -> None:
        self.answer(201, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def web() -> Iterator[str]:
    """The small web on a loopback port; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.hold = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def allowed(settings: Any) -> None:
    """An operator who allows the loopback network."""
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def test_a_page_is_fetched_with_its_status_headers_and_body(web, allowed):
    answer = fetch(f"{web}/a?b=1")

    host = web.removeprefix("http://")
    assert (answer.status, answer.is_ok, answer.body, answer.truncated) == (200, True, f"{host} /a?b=1".encode(), False)
    assert answer.headers["content-length"] == str(len(answer.body))


def test_a_body_is_posted(web, allowed):
    answer = fetch(f"{web}/hook", method="POST", body=b"{}", headers={"Content-Type": "application/json"})

    assert (answer.status, answer.body) == (201, b"{}")


def test_redirects_are_followed_and_checked_each_time(web, allowed):
    assert fetch(f"{web}/to?{web}/b").url == f"{web}/b"
    with pytest.raises(Unfetchable, match="プライベート"):
        fetch(f"{web}/to?http://169.254.169.254/latest/meta-data")
    with pytest.raises(Unfetchable, match="https://"):
        fetch(f"{web}/to?file:///etc/passwd")


def test_redirects_have_an_end(web, allowed):
    loop = f"{web}/to?/to?/to?/to?/to?/x"

    with pytest.raises(Unfetchable, match="リダイレクト"):
        fetch(loop, redirects=2)


def test_a_body_is_read_up_to_its_bound(web, allowed):
    answer = fetch(f"{web}/endless", most=100_000)

    assert (len(answer.body), answer.truncated) == (100_000, True)


def test_a_silent_host_is_given_up(web, allowed):
    with pytest.raises(Unreachable):
        fetch(f"{web}/silent", seconds=0.3)


def test_nobody_is_called_in_a_private_network(web):
    with pytest.raises(Unfetchable, match="プライベート"):
        fetch(f"{web}/a")


def test_a_name_that_leads_to_one_private_address_among_public_ones_is_refused(monkeypatch):
    def both(*_args: Any, **_options: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    with pytest.raises(Unfetchable):
        fetch("http://rebinding.example/")


@pytest.mark.parametrize(
    "address, public",
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_public_unicast_addresses_are_called(address, public):
    assert fetching.is_allowed(ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    ["ftp://example.jp/", "file:///etc/passwd", "//example.jp", "http://", "http://a:b@example.jp/", "http://example.jp:0/",
     "http://example.jp:99999/", "http://[::1", "http://example.jp/\r\nX: y", "gopher://x", ""],
)  # fmt: skip
def test_what_is_no_address_of_a_web_page_is_refused(url):
    with pytest.raises(Unfetchable):
        fetch(url)
