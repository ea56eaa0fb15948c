"""HAProxy: its configuration written, checked by `haproxy -c` and loaded without dropping a connection.

Each load balancer is a master and a worker process with a folder of its own below settings.HAPROXY_FOLDER. That the
new configuration is at work is read back from the worker: its description is the key of the operation.
"""

import csv
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from compute.drivers.balancing import BalancerSpec, ListenerSpec, TargetSpec
from core.operations import Pending, Rejected, Retryable

TIMEOUT, LOOK_AGAIN = 10, 0.3
GENTLE = 10  # times that a process is asked to end before it is made to
STATES = {"UP": "up", "DOWN": "down", "MAINT": "off", "no": "up"}


class HAProxy:
    """A `Balancer` of real processes on this host."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.HAPROXY_FOLDER)

    def configure(self, ref: str, spec: BalancerSpec, *, key: UUID, at: datetime) -> None:
        home = self.folder / ref
        if self._at_work(home) == key.hex:
            return
        if not (home / "wanted").exists() or (home / "wanted").read_text() != key.hex:
            draft = self._draft(home, spec, key)
            self._check(draft)
            self._put(draft, home)
            self._load(home)
            (home / "wanted").write_text(key.hex)
        if self._at_work(home) != key.hex:
            raise Pending(LOOK_AGAIN)

    def delete(self, ref: str, *, key: UUID, at: datetime) -> None:
        """Nobody answers any more when this returns. A process that is just starting loses signals: look and repeat."""
        home = self.folder / ref
        for number in [signal.SIGTERM] * GENTLE + [signal.SIGKILL] * GENTLE:
            running = processes(home)
            if not running:
                break
            for pid in running:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(LOOK_AGAIN)
        else:
            raise Retryable(f"HAProxy of {ref} doesn't end")
        shutil.rmtree(home, ignore_errors=True)

    def health(self, ref: str) -> dict[str, str]:
        rows = self._tell(self.folder / ref / "stats.sock", "show stat").lstrip("# ").splitlines()
        return {
            row["svname"]: STATES.get(row["status"].partition(" ")[0], "down")
            for row in csv.DictReader(rows)
            if row["svname"] not in ("FRONTEND", "BACKEND")
        }

    def serves(self, ref: str, fingerprint: str, *, name: str, address: str, port: int) -> bool:
        """By a TLS handshake. Who signed it is not asked: the certificate itself is compared."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with (
                socket.create_connection((address, port), TIMEOUT) as plain,
                context.wrap_socket(plain, server_hostname=name) as secure,
            ):
                shown = secure.getpeercert(binary_form=True) or b""
        except OSError:
            return False
        return hashlib.sha256(shown).hexdigest() == fingerprint

    def _draft(self, home: Path, spec: BalancerSpec, key: UUID) -> Path:
        """The new configuration and its certificates in a folder beside the present ones; nobody else reads them."""
        draft = home / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        (draft / "certificates").mkdir(parents=True, mode=0o700)
        for certificate in spec.certificates:
            file = draft / "certificates" / f"{certificate.fingerprint}.pem"
            file.touch(mode=0o600)
            file.write_text(certificate.pem)
        (draft / "haproxy.cfg").write_text(text_of(spec, key.hex, home, draft / "certificates"))
        return draft

    def _check(self, draft: Path) -> None:
        """Raise Rejected, with its own words, for what HAProxy doesn't take."""
        command = ["haproxy", "-c", "-f", str(draft / "haproxy.cfg")]
        checked = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if checked.returncode:
            raise Rejected(checked.stderr.strip().splitlines()[0][:200] if checked.stderr else "haproxy -c failed")

    def _put(self, draft: Path, home: Path) -> None:
        """Put the draft in the place of what was there; paths in it lead to the new place."""
        live = home / "certificates"
        config = (draft / "haproxy.cfg").read_text().replace(str(draft / "certificates"), str(live))
        (draft / "haproxy.cfg").write_text(config)
        shutil.rmtree(live, ignore_errors=True)
        (draft / "certificates").rename(live)
        (draft / "haproxy.cfg").replace(home / "haproxy.cfg")

    def _load(self, home: Path) -> None:
        """Tell the running master to load it, or start one. Raises Pending while it starts, Retryable when it can't."""
        if self._tell(home / "master.sock", "@master show proc"):
            self._tell(home / "master.sock", "reload")
            return
        if processes(home):
            raise Pending(LOOK_AGAIN)
        command = ["haproxy", "-W", "-D", "-S", str(home / "master.sock"), "-f", str(home / "haproxy.cfg")]
        started = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if started.returncode:
            raise Retryable(started.stderr.strip()[:200])

    def _at_work(self, home: Path) -> str:
        """The description of the configuration that the worker runs; "" when none runs."""
        for line in self._tell(home / "stats.sock", "show info").splitlines():
            name, _colon, value = line.partition(": ")
            if name == "description":
                return value.strip()
        return ""

    @staticmethod
    def _tell(path: Path, command: str) -> str:
        """The answer of a socket of HAProxy's; "" when nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(TIMEOUT)
                link.connect(str(path))
                link.sendall(command.encode() + b"\n")
                link.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: link.recv(65536), b"")).decode()
        except OSError:
            return ""


def processes(home: Path) -> list[int]:
    """The masters and workers that run the configuration in this folder, whether or not they answer yet."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            if f"{home / 'haproxy.cfg'}" in file.read_bytes().decode(errors="replace").split("\0"):
                found.append(int(file.parent.name))
    return found


def text_of(spec: BalancerSpec, description: str, home: Path, certificates: Path) -> str:
    """The configuration. Everything in it is checked where it is entered (compute.load_balancers.actions)."""
    return "\n".join([*heading(description, home), *frontends(spec, certificates), *backends(spec)]) + "\n"


def heading(description: str, home: Path) -> Iterator[str]:
    yield from (
        "global",
        f"    description {description}",
        f"    stats socket {home / 'stats.sock'} mode 600 level operator",
        "    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
        "    ssl-default-bind-ciphers ECDHE+AESGCM:ECDHE+CHACHA20",
        "defaults",
        "    timeout connect 5s",
        "    timeout client 60s",
        "    timeout server 60s",
        "    timeout http-request 10s",
        "    option dontlognull",
        "    option redispatch",
    )


def frontends(spec: BalancerSpec, certificates: Path) -> Iterator[str]:
    for listener in spec.listeners:
        yield f"frontend port-{listener.port}"
        yield f"    bind {spec.address}:{listener.port}{tls(listener, certificates)}"
        yield f"    mode {'tcp' if listener.mode == 'tcp' else 'http'}"
        if listener.mode == "http":
            yield from (
                f"    http-request return status 200 content-type text/plain string {answer.body} "
                f"if {{ path {answer.path} }}"
                for answer in spec.answers
            )
        if listener.redirects:
            yield "    http-request redirect scheme https code 308"
        if listener.mode != "tcp":
            yield "    option forwardfor"
            yield f"    http-request set-header X-Forwarded-Proto {listener.mode}"
        yield f"    default_backend {'tcp' if listener.mode == 'tcp' else 'http'}"


def tls(listener: ListenerSpec, certificates: Path) -> str:
    return f" ssl crt {certificates} alpn h2,http/1.1" if listener.mode == "https" else ""


def backends(spec: BalancerSpec) -> Iterator[str]:
    for mode in sorted({"tcp" if listener.mode == "tcp" else "http" for listener in spec.listeners}):
        yield f"backend {mode}"
        yield f"    mode {mode}"
        yield "    balance leastconn"
        if spec.sticky and mode == "http":
            yield "    cookie ENGAWA_LB insert indirect nocache httponly"
        if spec.health.path:
            yield "    option httpchk"
            host = f" hdr Host {spec.health.host}" if spec.health.host else ""
            yield f"    http-check send meth GET uri {spec.health.path}{host}"
        yield f"    default-server check inter {spec.health.seconds}s fall 3 rise 2"
        yield from (server(target, sticky=spec.sticky and mode == "http") for target in spec.targets)


def server(target: TargetSpec, *, sticky: bool) -> str:
    cookie = f" cookie {target.ref}" if sticky else ""
    off = "" if target.enabled else " disabled"
    return f"    server {target.ref} {target.address}:{target.port}{cookie}{off}"
