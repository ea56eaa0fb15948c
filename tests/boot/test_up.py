"""`manage.py up`, on the database of the test run and a broker of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.engines.home import ROOT
from core.operations.models import Operation
from tests.boot.test_engines import nobody_is_left, supervisor_of
from tests.boot.test_worlds import asked
from tests.databases import Database


def up(port: int, data: Path, **environment: str) -> subprocess.Popen[str]:
    """Start the panel; the broker is the bundled one."""
    given = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DJANGO_SETTINGS_MODULE")}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env=given | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def panel(cloned_db: Database, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A panel that has said where it is."""
    process = up(port, tmp_path / "data", DATABASE_URL=cloned_db.url)
    assert process.stdout
    for line in process.stdout:
        if line.strip() == f"http://localhost:{port}":
            break
    else:
        pytest.fail(process.communicate()[1])
    yield process
    process.kill()
    process.communicate()


def performed(operation: Operation) -> bool:
    """Whether relay and worker finish an operation within a minute."""
    deadline = time.monotonic() + 60
    while operation.state in ("WAITING", "RUNNING") and time.monotonic() < deadline:
        time.sleep(0.05)
        operation.refresh_from_db()
    return operation.state == "FAILED"  # nobody knows its kind


def status(port: int) -> int:
    """What /healthz answers on the name that is printed."""
    wire = http.client.HTTPConnection("localhost", port, timeout=10)
    try:
        wire.request("GET", "/healthz")
        return wire.getresponse().status
    finally:
        wire.close()


def worker_of(panel: subprocess.Popen[str]) -> int:
    """The main process of the Celery worker."""
    for child in Path(f"/proc/{(pid := supervisor_of(panel))}/task/{pid}/children").read_text().split():
        if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            return int(child)
    raise AssertionError("there is no worker")


def test_the_panel_runs_heals_and_ends(panel: subprocess.Popen[str], port: int, tmp_path: Path):
    assert status(port) == 200
    assert performed(asked())

    second = up(port + 1, tmp_path / "data")
    assert (second.communicate()[1].count("\n"), second.returncode) == (1, 1)

    os.kill(worker_of(panel), signal.SIGKILL)
    assert next(line for line in panel.stdout if line.strip()).startswith("worker ended")
    assert performed(asked())

    panel.send_signal(signal.SIGINT)
    assert (panel.wait(60), panel.stderr.read(), nobody_is_left(tmp_path / "data")) == (0, "", True)


def test_a_taken_port_is_one_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        process = up(taken, tmp_path / "data")

        expected = f"Port {taken} is taken: choose another, such as --port {taken + 1}.\n"
        assert (process.communicate()[1], process.returncode) == (expected, 1)
