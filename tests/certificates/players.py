"""A small authority that speaks ACME (RFC 8555), renewal information (RFC 9773) and CRLs, and answers badly when told.

It believes everything it is told: what is true of keys, nonces and names is tested against Pebble.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.authorities.models import Authority
from certificates.drivers.acme import reference_of
from tests.compute import pki

HOST, LIFE, HOUR = "127.0.0.1", timedelta(days=90), timedelta(hours=1)
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Player:
    """Its state, and what it does wrong: `ills` by the first part of a path, `spoils` of what it issues."""

    port: int
    now: datetime
    root: pki.Issued
    issuer: pki.Issued
    has_ari: bool = False
    ills: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    spoil: Callable[[str], str] = str
    begins: timedelta = -HOUR
    life: timedelta = LIFE
    orders: list[dict[str, Any]] = field(default_factory=list)
    revoked: dict[int, int] = field(default_factory=dict)
    window: tuple[datetime, datetime] | None = None
    list_signer: pki.Issued | None = None
    list_life: timedelta = timedelta(days=7)
    waits: str = ""
    asked: list[str] = field(default_factory=list)

    def url(self, *parts: object) -> str:
        return "/".join((f"http://{HOST}:{self.port}", *map(str, parts)))

    def answer(self, path: str, body: bytes) -> Answer:
        """What is answered to a request."""
        place, *rest = path.strip("/").split("/")
        self.asked.append(place)
        if place in self.ills:
            return self.ills[place]()
        return getattr(self, f"on_{place.replace('-', '_')}")(*rest, **payload_of(body))  # type: ignore[no-any-return]

    def on_dir(self) -> Answer:
        names = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order", "revokeCert": "revoke"}
        more = {"renewalInfo": self.url("renewal-info")} if self.has_ari else {}
        return said({name: self.url(place) for name, place in names.items()} | more)

    def on_nonce(self) -> Answer:
        return 200, {}, b""

    def on_account(self, **_: Any) -> Answer:
        return said({"status": "valid"}, 201, Location=self.url("account", 1))

    def on_order(self, number: str = "", *, identifiers: Any = (), replaces: str = "") -> Answer:
        if number:
            return said(self.orders[int(number)]["body"], 200, **{"Retry-After": self.waits})
        if replaces and replaces in [order["replaces"] for order in self.orders]:
            return problem("alreadyReplaced", 409)
        key, count = len(self.orders), range(len(identifiers))
        body = {
            "status": "pending", "identifiers": identifiers, "finalize": self.url("finalize", key),
            "authorizations": [self.url("authz", key, n) for n in count],
        }  # fmt: skip
        self.orders.append({"body": body, "replaces": replaces, "valid": False})
        return said(body, 201, Location=self.url("order", key))

    def on_authz(self, key: str, number: str) -> Answer:
        order = self.orders[int(key)]
        status = "valid" if order["valid"] else "pending"
        challenge = {
            "type": "http-01", "url": self.url("challenge", key), "status": status, "token": f"{int(key) + 1:043d}",
        }  # fmt: skip
        name = order["body"]["identifiers"][int(number)]
        return said({"status": status, "identifier": name, "challenges": [challenge]})

    def on_challenge(self, key: str) -> Answer:
        self.orders[int(key)]["valid"] = True
        self.orders[int(key)]["body"]["status"] = "ready"
        return said({"type": "http-01", "status": "valid", "url": self.url("challenge", key), "token": "x"})

    def on_finalize(self, key: str, *, csr: str) -> Answer:
        order = self.orders[int(key)]
        order["chain"] = self.sign(x509.load_der_x509_csr(decoded(csr)))
        order["body"] |= {"status": "valid", "certificate": self.url("cert", key)}
        return said(order["body"])

    def on_cert(self, key: str) -> Answer:
        chain = self.spoil(self.orders[int(key)]["chain"])
        return 200, {"Content-Type": "application/pem-certificate-chain"}, chain.encode()

    def on_revoke(self, *, certificate: str, reason: int = 0) -> Answer:
        number = x509.load_der_x509_certificate(decoded(certificate)).serial_number
        if number in self.revoked:
            return problem("alreadyRevoked", 400)
        self.revoked[number] = reason
        return 200, {}, b""

    def on_renewal_info(self, name: str) -> Answer:
        known = [reference_of(leaf_of(order["chain"])) for order in self.orders if "chain" in order]
        if name not in known or self.window is None:
            return problem("malformed", 404)
        start, end = (moment.isoformat() for moment in self.window)
        return said({"suggestedWindow": {"start": start, "end": end}}, 200, **{"Retry-After": "21600"})

    def on_crl(self) -> Answer:
        signer = self.list_signer or self.issuer
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.issuer.certificate.subject)
            .last_update(self.now - HOUR)
            .next_update(self.now + self.list_life)
        )
        for number in self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(self.now - HOUR).build()
            builder = builder.add_revoked_certificate(one)
        return 200, {}, builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def sign(self, csr: x509.CertificateSigningRequest) -> str:
        """A leaf for the request, and its issuer, as PEM."""
        by = self.issuer
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.url("crl"))], None, None, None)
        names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        leaf = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(by.certificate.subject)
            .public_key(csr.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now + self.begins)
            .not_valid_after(self.now + self.begins + self.life)
            .add_extension(names, critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .sign(by.key, hashes.SHA256())
        )
        return leaf.public_bytes(Encoding.PEM).decode() + by.pem


def said(body: Any, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def problem(kind: str, status: int, **headers: str) -> Answer:
    """An error as ACME words it."""
    return said({"type": f"urn:ietf:params:acme:error:{kind}", "detail": f"It is {kind}."}, status, **headers)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload_of(body: bytes) -> dict[str, Any]:
    """What a signed request says; the signature is not looked at."""
    payload = decoded(json.loads(body)["payload"]) if body else b""
    known = ("identifiers", "replaces", "csr", "certificate", "reason")
    return {name: value for name, value in json.loads(payload or b"{}").items() if name in known}


def leaf_of(chain: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(chain.encode())


@contextmanager
def playing(now: datetime, **changes: Any) -> Iterator[Player]:
    """The authority, until the block ends. now: its clock, which stands still."""
    root = pki.issue("Root", at=now, ca=True, days=3650)
    issuer = pki.issue("Issuer", by=root, at=now, ca=True, days=365)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = player.answer(self.path, body)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            length = {} if "Content-Length" in headers else {"Content-Length": str(len(content))}
            for name, value in ({"Replay-Nonce": "bm9uY2U"} | headers | length).items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(content)

        do_GET = do_POST = do_HEAD = respond

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    player = Player(server.server_port, now, root, issuer, **changes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield player
    finally:
        server.shutdown()
        server.server_close()


def authority_of(player: Player) -> Authority:
    """It in the catalogue."""
    return Authority.objects.create(
        code="player", name="Player", driver="acme", directory=player.url("dir"), terms="ca-development",
        is_open=True, is_trusted=False,
    )  # fmt: skip


# -- how it answers badly ---------------------------------------------------------------------------------------------


def silent() -> Answer:
    """Nothing, for longer than anybody waits in a test."""
    time.sleep(1)
    return 0, {}, b""


ILLS: dict[str, Callable[[], Answer]] = {
    "500": lambda: (500, {"Content-Type": "text/html"}, b"<h1>Internal Server Error</h1>"),
    "503 for an hour": lambda: (503, {"Retry-After": "3600"}, b""),
    "429": lambda: (429, {"Retry-After": "7200"}, b"slow down"),
    "rate limited": lambda: problem("rateLimited", 429, **{"Retry-After": "7200"}),
    "an error without a kind": lambda: said({"oops": 1}, 400),
    "an error that is a list": lambda: said([1, 2], 400),
    "an internal error": lambda: problem("serverInternal", 500),
    "an account that it forgot": lambda: problem("accountDoesNotExist", 400),
    "garbage": lambda: (200, {"Content-Type": "application/json"}, b"\x00\xff{{{"),
    "a page": lambda: (200, {"Content-Type": "text/html"}, b"<html>Welcome to our captive portal</html>"),
    "a list": lambda: said([]),
    "a text": lambda: said("hello"),
    "a number": lambda: said(17),
    "nothing in it": lambda: said({}),
    "an empty answer": lambda: (200, {}, b""),
    "other types": lambda: said(
        {"status": 7, "identifiers": 7, "authorizations": 7, "challenges": 7, "finalize": 7, "newNonce": 7, "meta": 7}
    ),
    "no nonce": lambda: (200, {"Replay-Nonce": "", "Content-Type": "application/json"}, b"{}"),
    "half of it": lambda: (200, {"Content-Length": "1000", "Connection": "close"}, b'{"status": "val'),
    "a line that is cut": lambda: (0, {}, b""),
    "nothing": silent,
    "a megabyte and more": lambda: (200, {}, b" " * 2_000_000),
}  # fmt: skip
PLACES = ("dir", "nonce", "account", "order", "authz", "challenge", "finalize", "cert")
