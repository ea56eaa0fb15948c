"""`manage.py up`: the whole panel on this machine until Ctrl-C."""

import argparse
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from config.engines import Trouble, kin
from config.engines.home import LAST_USED, ROOT, Home
from config.engines.programs import Program
from config.engines.supervisor import Supervisor

MANAGE = [sys.executable, str(ROOT / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]
OTHERS = {
    "relay": [*MANAGE, "relay"],
    "worker": [*CELERY, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"],
    "schedule": [*CELERY, "beat", "--pidfile=", "--loglevel=WARNING"],
}


def main(arguments: list[str]) -> int:
    """Read the command line (the command first), run the panel, return the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py up", description="Run the whole panel until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8000, help="where the panel answers (default 8000)")
    parser.add_argument("--data", type=Path, help="the data folder (default .data in the checkout)")
    options = parser.parse_args(arguments[1:])
    home = Home(options.data or Path(os.environ.get("ENGAWA_DATA") or ROOT / ".data"))
    return kin.hold(lambda: run(home, options.port))


def run(home: Home, port: int) -> int:
    """Start everything, say where it is, watch over it; 0 after a signal, 1 after `Trouble`."""
    supervisor = Supervisor(home)
    try:
        home.open()  # waits for the end of a killed run, which had the port
        _start(supervisor, port, listen(port))
        supervisor.watch()
    except kin.Stop:
        print("\nStopping.", flush=True)
        return 0
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        home.release()
        supervisor.stop()


def listen(port: int) -> list[socket.socket]:
    """Take the port on both loopback addresses; kept here, so that nobody else can have it when web restarts."""
    sockets = [_bound(socket.AF_INET, "127.0.0.1", port)]
    with suppress(OSError):  # a machine without IPv6
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        sockets.append(_bound(socket.AF_INET6, "::1", port))
    return sockets


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((address, port))
    except (OSError, OverflowError) as error:
        reason = "is taken" if getattr(error, "errno", 0) == errno.EADDRINUSE else f"can't be used ({error})"
        raise Trouble(f"Port {port} {reason}: choose another, such as --port {port + 1}.") from error
    return taken


def _start(supervisor: Supervisor, port: int, sockets: list[socket.socket]) -> None:
    home = supervisor.home
    home.remember(port=port)
    environment = supervisor.start_engines()
    _prepare(supervisor, environment)
    web = supervisor.start(_web(sockets, environment))
    people = _people(environment) if home.state.get("demo") else ""
    supervisor.wait_for(web, lambda _: _healthy(port))
    others = OTHERS | ({"smpp": [*MANAGE, "smpp"]} if environment.get("SMPP_URL") else {})
    for name, command in others.items():  # once people are served
        supervisor.start(Program(name, command, environment=environment))
    if supervisor.postgres and LAST_USED.parent.is_dir():
        LAST_USED.write_text(str(home.path))
    print(f"\n  http://localhost:{port}\n\n{people}", flush=True)


def _web(sockets: list[socket.socket], environment: dict[str, str]) -> Program:
    files = tuple(taken.fileno() for taken in sockets)
    bind = [f"--bind=fd://{file}" for file in files]
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", *bind]
    return Program("web", command, environment=environment, inherited=files)


def _prepare(supervisor: Supervisor, environment: dict[str, str]) -> None:
    """Bring the database up to date; a bundled one is made, and seeded unless an engine was given by URL."""
    fresh = supervisor.postgres and not supervisor.home.state.get("prepared")
    if supervisor.postgres and fresh:
        supervisor.postgres.recreate_database()
    demo = ["--demo"] if fresh and supervisor.valkey else []
    done = subprocess.run([*MANAGE, "prepare", *demo], env=environment, cwd=ROOT, preexec_fn=kin.tied(signal.SIGKILL))
    if done.returncode:
        raise Trouble("The database could not be brought up to date: see the lines above.")
    if fresh:
        supervisor.home.remember(prepared=True, demo=bool(demo))


def _people(environment: dict[str, str]) -> str:
    """Who can sign in to the demo; asked while the web server starts."""
    asked = subprocess.run([*MANAGE, "signin"], env=environment, cwd=ROOT, capture_output=True, text=True)
    return asked.stdout


def _healthy(port: int) -> bool:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        wire.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return wire.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        wire.close()
