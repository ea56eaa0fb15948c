"""What some tests need from the machine: without it they are skipped with a reason, or fail under --require-all."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Capability:
    """A probe that returns where the thing is ("" when it is absent) and how one gets it."""

    probe: Callable[[], str]
    remedy: str
    of_host: bool = False  # a setting of the host, which no package brings: always a skip


def program(*names: str) -> Callable[[], str]:
    """A probe for the first of several programs on PATH."""
    return lambda: next((path for name in names if (path := shutil.which(name))), "")


def works(*command: str) -> Callable[[], str]:
    """A probe that runs a command; its output is what matters, and silence means absent."""

    def probe() -> str:
        try:
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    return probe


CAPABILITIES = {
    "chromium": Capability(program("chromium", "chromium-browser"), "apt-get install chromium"),
    "japanese fonts": Capability(works("fc-list", ":lang=ja", "family"), "apt-get install fontconfig fonts-noto-cjk"),
    "haproxy": Capability(program("haproxy"), "apt-get install haproxy"),
    "pdftotext": Capability(program("pdftotext"), "apt-get install poppler-utils"),
    "pdftoppm": Capability(program("pdftoppm"), "apt-get install poppler-utils"),
    "a second user": Capability(lambda: "nobody" if os.geteuid() == 0 else "", "run the tests as root", of_host=True),
    "user namespaces": Capability(works("unshare", "-Ur", "id", "-u"), "a host that allows them", of_host=True),
}


def need(name: str) -> str:
    """Where the thing is; else the test ends here."""
    capability = CAPABILITIES[name]
    found = capability.probe()
    if not found:
        reason = f"needs {name}: {capability.remedy}"
        if os.environ.get("ENGAWA_REQUIRE_ALL") and not capability.of_host:
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found
