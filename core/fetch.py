"""The one way to fetch from outside: it connects to the very address it checked, again at every redirect.

    fetched = fetch("https://hooks.example/x", method="POST", body=b"{}")

Only http and https, only public addresses (settings.FETCH_ALLOWED_NETWORKS adds others), bounded in size and in time.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
REDIRECTS = {301, 302, 303, 307, 308}
AGENT = "Engawa"
# Addresses that carry another one in them: NAT64, 6to4, Teredo. What they lead to can't be checked.
CARRIERS = [ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class Unfetchable(Exception):
    """The address may not be fetched: its text says why, for people."""


class Unreachable(Exception):
    """Nothing came back in time, or what came was no HTTP; whether the request arrived is unknown."""


@dataclass(frozen=True)
class Fetched:
    """An answer. url: where it came from, after redirects. headers: names in lower case. truncated: body has no end."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    redirects: int = 3,
    seconds: float = 10.0,
    most: int = 1_048_576,
) -> Fetched:
    """Fetch an address of the outside world. seconds: for everything together. most: bytes of the body that are read.

    Redirects are followed for GET only. Raises Unfetchable for what may not be fetched, Unreachable for what didn't
    answer.
    """
    deadline = time.monotonic() + seconds
    for _hop in range(redirects + 1):
        parts = checked(url)
        answer = _once(parts, resolved(parts), method, body, headers or {}, deadline, most)
        target = answer.headers.get("location", "")
        if method != "GET" or answer.status not in REDIRECTS or not target:
            return answer
        url = urljoin(url, target)
    raise Unfetchable(_("It redirects too often."))


def checked(url: str) -> SplitResult:
    """The parts of an address that has the form of a public one. Raises Unfetchable."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unfetchable(_("This is no address of a web page.")) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfetchable(_("The address must begin with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise Unfetchable(_("The address must not contain a user name or password."))
    if port == 0 or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise Unfetchable(_("This is no address of a web page."))
    return parts


def resolved(parts: SplitResult) -> str:
    """The checked IP address to connect to. Raises Unfetchable when any address of the host isn't public."""
    assert parts.hostname is not None
    try:
        found = socket.getaddrinfo(parts.hostname, port_of(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The name %(host)s is unknown.") % {"host": parts.hostname}) from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not addresses or not all(is_allowed(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise Unfetchable(_("The address leads into a private network, which we never call."))
    return addresses[0]


def is_allowed(address: Address) -> bool:
    """Whether we connect to it: public unicast, or in a network that the operator allows."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in allowed_networks(tuple(settings.FETCH_ALLOWED_NETWORKS))):
        return True
    carried = any(address in network for network in CARRIERS)
    return address.is_global and not address.is_multicast and not carried


@cache
def allowed_networks(texts: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text) for text in texts]


def port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


class Plain(http.client.HTTPConnection):
    """HTTP to one IP address, whatever its host's name resolves to by now."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        super().__init__(parts.hostname or "", port_of(parts), timeout=timeout)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class Secure(Plain):
    """HTTPS to one IP address; the certificate must be that of the host's name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _once(
    parts: SplitResult,
    address: str,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    deadline: float,
    most: int,
) -> Fetched:
    """One request without redirects."""
    connection = (Secure if parts.scheme == "https" else Plain)(parts, address, _left(deadline))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body, {"User-Agent": AGENT, "Connection": "close", **headers})
        answer = connection.getresponse()
        content, truncated = _read(connection, answer, deadline, most)
        kept = {name.lower(): value for name, value in answer.getheaders()}
        return Fetched(parts.geturl(), answer.status, kept, content, truncated)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("%(host)s did not answer.") % {"host": parts.hostname}) from error
    finally:
        connection.close()


def _read(connection: Plain, answer: http.client.HTTPResponse, deadline: float, most: int) -> tuple[bytes, bool]:
    """The body up to `most` bytes, and whether there was more."""
    parts: list[bytes] = []
    size = 0
    while size <= most:
        if connection.sock is not None:
            connection.sock.settimeout(_left(deadline))
        part = answer.read1(65_536)
        if not part:
            return b"".join(parts), False
        parts.append(part)
        size += len(part)
        _left(deadline)
    return b"".join(parts)[:most], True


def _left(deadline: float) -> float:
    """Seconds that are left. Raises TimeoutError when none are."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
