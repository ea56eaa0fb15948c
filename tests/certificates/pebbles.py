"""A world around Pebble, the test authority of Let's Encrypt: it asks a DNS of ours, which leads to a real HAProxy.

Nothing is pretended except DNS of the names and the ports: 80 and 443 of a load balancer are free ports of 127.0.0.1.
"""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
import requests
from cryptography import x509
from django.core.cache import cache
from django.test import override_settings

from accounts.access import SYSTEM
from accounts.projects.models import Project
from certificates.authorities.models import Authority
from certificates.drivers.looking import looker
from certificates.orders.models import Certificate, Issuance
from certificates.tasks import SWEEPS
from compute.drivers.balancing import BalancerSpec, balancer
from compute.drivers.haproxy import HAProxy
from compute.load_balancers import actions as balancers
from compute.load_balancers.actions import BalancerOrder
from compute.load_balancers.models import LoadBalancer
from compute.zones import Zone
from config.engines import kin
from core.operations.draining import drain
from tests.capabilities import need
from tests.certificates.conftest import again, found
from tests.compute import pki

HOST, LIFE = "127.0.0.1", timedelta(days=90)
EAB_ID, EAB_KEY = "engawa-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W"
ISSUED = re.compile(r"Issued certificate serial (\w+)")


class Local(HAProxy):
    """HAProxy on 127.0.0.1, where it listens on free ports instead of its own."""

    ports: ClassVar[dict[int, int]] = {}

    def configure(self, ref: str, spec: BalancerSpec, *, key: UUID, at: datetime) -> None:
        listeners = tuple(replace(one, port=self.ports[one.port]) for one in spec.listeners)
        super().configure(ref, replace(spec, address=HOST, listeners=listeners), key=key, at=at)

    def serves(self, ref: str, fingerprint: str, *, name: str, address: str, port: int) -> bool:
        return super().serves(ref, fingerprint, name=name, address=HOST, port=self.ports[port])


@dataclass
class World:
    """Pebble, its DNS, and a clock that runs `pace` times as fast as the real one."""

    directory: str
    management: str
    dns: str
    root: str
    log: Path
    trust: Path
    pace: float = 60
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    since: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.begun + timedelta(seconds=(time.monotonic() - self.since) * self.pace)

    def turn(self, at: datetime) -> None:
        """It is this moment now, for us; Pebble keeps its own clock."""
        self.begun, self.since = at, time.monotonic()

    def work(self, until: Callable[[], bool], seconds: float = 30) -> None:
        """Workers and the schedule, until it is so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            at = self.now()
            drain(at=at, within=timedelta(0))
            if until():
                return
            sweep_only(at, "try_again")
            time.sleep(0.05)
        raise AssertionError([(one.state, one.trouble, one.error) for one in Issuance.objects.all()])

    def get(self, path: str) -> Any:
        """What Pebble's management says."""
        return requests.get(f"{self.management}{path}", verify=str(self.trust), timeout=5)

    def status_of(self, issuance: Issuance) -> str:
        """Valid or Revoked, by Pebble's own word."""
        return str(self.get(f"/cert-status-by-serial/{issuance.serial}").json()["Status"])

    def issued(self) -> list[str]:
        """The serial numbers of all that Pebble has issued, by its log."""
        return [serial.lstrip("0") for serial in ISSUED.findall(self.log.read_text())]

    def tell_dns(self, verb: str, **values: Any) -> None:
        assert requests.post(f"{self.dns}/{verb}", json=values, timeout=5).ok


def sweep_only(at: datetime, *names: str) -> None:
    """Run these sweeps of the app."""
    for one in SWEEPS:
        if one.name.rpartition(".")[2] in names:
            one(at)


@contextmanager
def world(*, bound: bool = False, nonces: int = 0, pace: float = 60) -> Iterator[World]:
    """Pebble and what is around it, for the settings of this process. bound: it wants external account bindings.

    nonces: of 100, how many it rejects for no reason.
    """
    need("pebble")
    need("haproxy")
    with tempfile.TemporaryDirectory(prefix="ca") as name:
        folder = Path(name)
        port, management, dns, told = free_ports(4)
        Local.ports = dict(zip((80, 443), free_ports(2), strict=True))
        write(folder, port, management, bound=bound)
        names = ("pebble-challtestsrv", "-dns01", f"{HOST}:{dns}", "-management", f"{HOST}:{told}", "-defaultIPv6", "")
        off = [word for what in ("http01", "https01", "tlsalpn01") for word in (f"-{what}", "")]
        pebble = ("pebble", "-config", str(folder / "config.json"), "-dnsserver", f"{HOST}:{dns}", "-strict")
        with running(folder / "dns.log", *names, "-defaultIPv4", HOST, *off), running(
            folder / "log", *pebble, PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT=str(nonces), PEBBLE_AUTHZREUSE="0"
        ):  # fmt: skip
            wait_for(port, management, told)
            made = World(
                f"https://localhost:{port}/dir", f"https://localhost:{management}", f"http://{HOST}:{told}", "",
                folder / "log", folder / "trust.pem", pace,
            )  # fmt: skip
            made.root = made.get("/roots/0").text
            changed = {
                "ACME_TRUST": str(folder / "trust.pem"), "ACME_HTTP_PORT": Local.ports[80],
                "DNS_SERVER": f"{HOST}:{dns}", "NAME_LOOKER": "certificates.drivers.looking.Internet",
                "FETCH_ALLOWED_NETWORKS": ["127.0.0.0/8"], "HAPROXY_FOLDER": str(folder),
                "BALANCER_DRIVER": "tests.certificates.pebbles.Local",
            }  # fmt: skip
            with override_settings(**changed), resolved(), fresh():
                try:
                    yield made
                finally:
                    for home in folder.glob("balancer-*"):
                        balancer().delete(home.name, key=UUID(int=0), at=made.now())


def write(folder: Path, port: int, management: int, *, bound: bool) -> None:
    """Pebble's configuration, and the certificate of its own address."""
    own = pki.issue("localhost", "localhost", at=datetime.now(UTC))
    (folder / "trust.pem").write_text(own.pem)
    (folder / "key.pem").write_text(own.key_pem)
    config = {
        "listenAddress": f"{HOST}:{port}", "managementListenAddress": f"{HOST}:{management}",
        "certificate": str(folder / "trust.pem"), "privateKey": str(folder / "key.pem"),
        "httpPort": Local.ports[80], "tlsPort": Local.ports[443], "ocspResponderURL": "",
        "certificateValidityPeriod": int(LIFE.total_seconds()),
        "externalAccountBindingRequired": bound, "externalAccountMACKeys": {EAB_ID: EAB_KEY} if bound else {},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps({"pebble": config}))


@contextmanager
def running(log: Path, *command: str, **more: str) -> Iterator[None]:
    """A program, until the block ends."""
    with log.open("wb") as file:
        started = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env=os.environ | more, preexec_fn=kin.tied(signal.SIGKILL)
        )
        try:
            yield
        finally:
            started.terminate()
            started.wait(timeout=10)


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    taken = [socket.create_server((HOST, 0)) for _ in range(number)]
    ports = [int(one.getsockname()[1]) for one in taken]
    for one in taken:
        one.close()
    return ports


def wait_for(*ports: int) -> None:
    """Until all of them are listened on."""
    deadline = time.monotonic() + 20
    for port in ports:
        while True:
            try:
                socket.create_connection((HOST, port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, port
                time.sleep(0.05)


@contextmanager
def resolved() -> Iterator[None]:
    """In this process too, names below example.jp lead to 127.0.0.1, as Pebble's DNS says."""
    real = socket.getaddrinfo

    def look_up(host: Any, *more: Any, **others: Any) -> Any:
        return real(HOST if str(host).endswith("example.jp") else host, *more, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@contextmanager
def fresh() -> Iterator[None]:
    """The drivers of these settings, and afterwards those of before."""
    from core.fetch import allowed_networks

    for one in (balancer, looker, allowed_networks):
        one.cache_clear()
    cache.clear()
    yield
    for one in (balancer, looker, allowed_networks):
        one.cache_clear()


def authority_of(pebble: World, code: str = "pebble") -> Authority:
    """Pebble in the catalogue, its terms those of the development CA."""
    return Authority.objects.create(
        code=code, name="Pebble", driver="acme", directory=pebble.directory, terms="ca-development", is_open=True,
        is_trusted=False, caa=["pebble.example"],
    )  # fmt: skip


def balancer_at(project: Project, pebble: World, name: str = "lb") -> LoadBalancer:
    """A load balancer that runs, as a process of HAProxy."""
    made = balancers.create(project, BalancerOrder(name, Zone.objects.get(code="is1b")), by=SYSTEM, at=pebble.now())
    pebble.work(lambda: LoadBalancer.objects.get(pk=made.pk).state == "RUNNING")
    running: LoadBalancer = found(LoadBalancer, made.pk)
    return running


def comes_to(certificate: Certificate, state: str) -> Callable[[], bool]:
    """Whether it has come to this state, with nothing under way."""
    return lambda: again(certificate).state == state


def served(name: str, pebble: World) -> x509.Certificate:
    """What a browser that trusts Pebble's root alone is shown for the name: chain, name and dates are verified."""
    trust = ssl.create_default_context(cadata=pebble.root)
    with (
        closing(socket.create_connection((HOST, Local.ports[443]), 5)) as plain,
        trust.wrap_socket(plain, server_hostname=name) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown)


def asked(path: str, name: str) -> int:
    """The status of GET at port 80 of the load balancer."""
    with closing(http.client.HTTPConnection(HOST, Local.ports[80], timeout=5)) as link:
        link.request("GET", path, headers={"Host": name})
        return link.getresponse().status
