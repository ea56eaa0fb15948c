"""localstripe, a stand-in for Stripe from PyPI: GPL, so in a venv and a process of its own, and only in tests.

It ignores idempotency keys and captures what was cancelled; what must not happen is refused on our side.
"""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.engines import kin
from tests.servers import venvs

REQUIREMENTS = Path(__file__).with_suffix(".txt")
SERVE = ("-m", "gunicorn", "localstripe.server:app", "--workers", "1", "--worker-class", "aiohttp.GunicornWebWorker")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Run localstripe in the folder until the block ends; its address."""
    interpreter = venvs.python("localstripe", REQUIREMENTS)
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
