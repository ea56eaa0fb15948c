"""The panel as customers meet it: gunicorn on a free port of the loopback address, and a worker."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.core import mail
from django.db import connections

from accounts import consents
from config.engines import kin
from config.engines.home import ROOT
from core.operations.performing import perform_due
from tests.databases import Database


@dataclass(frozen=True)
class Panel:
    """A running panel. What its web process mails are files in `data / "mail"`; the worker is in this process."""

    url: str
    database_url: str
    data: Path

    def mails(self) -> list[str]:
        """The texts of the mails sent so far: by the web process, then by the worker, oldest first."""
        files = [path.read_text() for path in sorted((self.data / "mail").glob("*"))]
        return files + [f"To: {', '.join(sent.to)}\n\n{sent.body}" for sent in getattr(mail, "outbox", [])]


@contextmanager
def panel(database: Database, data: Path, extra: Mapping[str, str] | None = None) -> Iterator[Panel]:
    """Serve a database until the block ends; operations are performed as they are asked.

    extra: further environment variables of the web process; the worker has the settings of this one.
    """
    with socket.socket() as listener, (data / "web.log").open("wb") as log:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        served = Panel(f"http://localhost:{port}", database.url, data)
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--bind", f"fd://{listener.fileno()}"],
            cwd=ROOT,
            env=os.environ | environment(served) | dict(extra or {}),
            pass_fds=[listener.fileno()],
            preexec_fn=kin.tied(signal.SIGKILL),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(web, port, data / "web.log")
            consents.sync()
            with worker():
                yield served
        finally:
            web.terminate()
            web.wait(timeout=10)


def environment(served: Panel) -> dict[str, str]:
    """One process with threads, so that what it keeps in memory is the same for all requests."""
    return {
        "DATABASE_URL": served.database_url,
        "BASE_URL": served.url,
        "ENGAWA_DATA": str(served.data),
        "EMAIL_URL": "filemail://",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "WEB_CONCURRENCY": "1",
    }


def wait_until_healthy(web: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when /healthz answers 200."""
    deadline = time.monotonic() + 60
    while web.poll() is None and time.monotonic() < deadline:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            wire.request("GET", "/healthz")
            if wire.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            wire.close()
    raise AssertionError(f"the panel did not start:\n{log.read_text()}")


@contextmanager
def worker() -> Iterator[None]:
    """Perform operations in a thread of this process as soon as they are due."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            if not perform_due(at=datetime.now(UTC)):
                over.wait(0.1)
        connections.close_all()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
