"""Virtual environments of their own for test servers, from locked requirements."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.engines.home import ROOT


def python(name: str, requirements: Path) -> Path:
    """The interpreter of a venv with these requirements, made when they are new; else a skip."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = ROOT / ".venvs" / f"{name}-{digest}"
    interpreter, uv = home / "bin" / "python", (sys.executable, "-m", "uv")
    if not (home / "complete").exists():
        install = (*uv, "pip", "sync", "--require-hashes", "--python", str(interpreter), str(requirements))
        for command in ((*uv, "venv", "--clear", "--python", sys.executable, str(home)), install):
            made = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            if made.returncode:
                absent(f"needs {name} from the package index: {made.stderr[-300:]}")
        (home / "complete").touch()
    return interpreter


def absent(reason: str) -> None:
    """End the test: without the packages there is no server."""
    if os.environ.get("ENGAWA_REQUIRE_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
