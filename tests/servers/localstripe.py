"""localstripe, a stand-in for Stripe from PyPI: GPL, so in a venv and a process of its own, and only in tests.

It ignores idempotency keys and captures what was cancelled; what must not happen is refused on our side.
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.engines import kin
from config.engines.home import ROOT

REQUIREMENTS = Path(__file__).with_suffix(".txt")
SERVE = ("-m", "gunicorn", "localstripe.server:app", "--workers", "1", "--worker-class", "aiohttp.GunicornWebWorker")


def python() -> Path:
    """The interpreter of localstripe's venv, made from the locked requirements when it is new; else a skip."""
    name = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    home = ROOT / ".venvs" / f"localstripe-{name}"
    interpreter, uv = home / "bin" / "python", (sys.executable, "-m", "uv")
    if not (home / "complete").exists():
        install = (*uv, "pip", "sync", "--require-hashes", "--python", str(interpreter), str(REQUIREMENTS))
        for command in ((*uv, "venv", "--clear", "--python", sys.executable, str(home)), install):
            made = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if made.returncode:
                absent(made.stderr[-300:])
        (home / "complete").touch()
    return interpreter


def absent(why: str) -> None:
    """End the test: without the packages there is no server."""
    reason = f"needs localstripe from the package index: {why}"
    if os.environ.get("ENGAWA_REQUIRE_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Run localstripe in the folder until the block ends; its address."""
    interpreter = python()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    log = (folder / "localstripe.log").open("wb")
    command = [str(interpreter), *SERVE, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, preexec_fn=kin.tied(signal.SIGKILL))
    try:
        wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)
        log.close()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the port answers."""
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("localstripe did not start")
