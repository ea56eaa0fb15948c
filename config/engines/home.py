"""The data folder: databases, keys, ports, logs; one panel at a time lives in it."""

import base64
import fcntl
import json
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from config.engines import Trouble

ROOT = Path(__file__).resolve().parents[2]
# Which folder the last `up` used, so that `manage.py api_key` and the like find the same data.
LAST_USED = ROOT / ".venv" / "data-folder"

SECONDS_TO_DIE = 2.0  # even a killed process needs a moment on a busy machine
SECONDS_TO_END = 30.0
# Commands that ran before the first `up` may have left these.
WRITTEN_BY_DJANGO = {"mail", "media", "static"}


class Home:
    """A data folder (mode 0700) and what is remembered in its `state.json`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "log"

    @classmethod
    def current(cls) -> "Home":
        """ENGAWA_DATA, else the folder that the last `up` used, else `.data` in the checkout."""
        if named := os.environ.get("ENGAWA_DATA"):
            return cls(Path(named))
        with suppress(OSError):
            last = cls(Path(LAST_USED.read_text()))
            if last.exists:
                return last
        return cls(ROOT / ".data")

    @property
    def exists(self) -> bool:
        """Whether a panel has lived here."""
        return (self.path / "state.json").is_file()

    def open(self) -> None:
        """Make the folder on first use and lock it; `Trouble` when it is unusable or a panel runs in it."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.exists and {each.name for each in self.path.iterdir()} - WRITTEN_BY_DJANGO:
                raise Trouble(f"{self.path} is not empty and no data folder of the panel; choose another with --data.")
            self.path.chmod(0o700)
            self.remember()
            if not self.claim():
                raise Trouble(f"A panel already runs on {self.path}: stop it, or choose another folder with --data.")
        except OSError as error:
            raise Trouble(f"The data folder {self.path} can't be used: {error.strerror}.") from error

    def claim(self) -> bool:
        """Own the folder; False when a panel runs in it.

        One file, two locks: the first is this process's alone and says that a panel runs here; the second is inherited
        by every process the panel starts and says that some are alive: those of a killed run are given time to end.
        """
        if not _wait(lambda: fcntl.lockf(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB), SECONDS_TO_DIE):
            return False
        if not _wait(lambda: fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB), SECONDS_TO_END):
            raise Trouble(f"Processes of an earlier run on {self.path} do not end: end them first.")
        return True

    def release(self) -> None:
        """Say that the panel is ending: another may wait for its processes to be gone."""
        if "lock_file" in vars(self):
            fcntl.lockf(self.lock_file, fcntl.LOCK_UN)

    @cached_property
    def lock_file(self) -> int:
        """Descriptor of the lock file; children inherit it (`pass_fds`)."""
        return os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)

    @cached_property
    def state(self) -> dict[str, Any]:
        """Keys, passwords and ports of this folder; made on first use and kept."""
        made = {
            "password": secrets.token_urlsafe(24),
            "secret_key": secrets.token_urlsafe(48),
            "master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        if not self.exists:
            return made
        try:
            kept: dict[str, Any] = json.loads((self.path / "state.json").read_text())
            return made | kept
        except (OSError, ValueError, TypeError) as error:
            raise Trouble(f"The data folder {self.path} is broken: its state.json can't be read.") from error

    def remember(self, **changes: Any) -> None:
        """Write the state, whole or not at all."""
        self.state.update(changes)
        draft = self.path / "state.json.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self.state, indent=1))
        draft.replace(self.path / "state.json")

    def log(self, name: str) -> Path:
        """A fresh log file; that of the run before is kept beside it as `.1`."""
        self.logs.mkdir(exist_ok=True)
        path = self.logs / f"{name.lower()}.log"
        with suppress(FileNotFoundError):
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=0o600)
        return path

    def environment(self, urls: dict[str, str]) -> dict[str, str]:
        """The variables that settings.py reads; what the operator has set wins."""
        made = {
            "SECRET_KEY": self.state["secret_key"],
            "ENGAWA_MASTER_KEY": self.state["master_key"],
            "BASE_URL": f"http://localhost:{self.state.get('port', 8000)}",
        }
        given = {name: value for name, value in os.environ.items() if value}
        return made | urls | given | {"ENGAWA_DATA": str(self.path)}

    def port(self, name: str) -> int:
        """The port of an engine: the same as last time if it is free, else a new one."""
        port = int(self.state.get(name, 0))
        if not port or not _free(port):
            port = _any_port()
            self.remember(**{name: port})
        return port


def _wait(lock: Callable[[], None], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        try:
            lock()
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def _any_port() -> int:
    """A free port below those that the system gives to outgoing connections: nobody takes it before its engine does."""
    return next(port for port in iter(lambda: 15_000 + secrets.randbelow(17_000), None) if _free(port))
