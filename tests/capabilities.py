"""What some tests need from the machine: without it they are skipped with a reason, or fail under --require-all."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


def module(name: str) -> Callable[[], str]:
    """A probe for a Debian package of Python 3, which our own environment doesn't see."""
    return lambda: next(map(str, Path("/usr/lib/python3/dist-packages").glob(f"{name}.py")), "")


def guest_tools() -> str:
    """A probe for all that a small guest is made of."""
    return "busybox" if all(map(shutil.which, ("busybox", "mcopy", "syslinux", "cpio"))) else ""


NAMESPACES = (
    "mount --make-rprivate / && mount -t tmpfs t /run && test -c /dev/net/tun && ip link add br0 type bridge && id -u"
)
CAPABILITIES = {
    "chromium": Capability(program("chromium", "chromium-browser"), "apt-get install chromium"),
    "japanese fonts": Capability(works("fc-list", ":lang=ja", "family"), "apt-get install fontconfig fonts-noto-cjk"),
    "haproxy": Capability(program("haproxy"), "apt-get install haproxy"),
    "pebble": Capability(program("pebble"), "apt-get install pebble"),
    "libvirt": Capability(module("libvirt"), "apt-get install python3-libvirt genisoimage"),
    "qemu": Capability(
        program("libvirtd", "qemu-system-x86_64"),
        "apt-get install libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils iptables ebtables dnsmasq-base",
    ),
    "a guest": Capability(guest_tools, "apt-get install busybox-static cpio mtools syslinux kmod"),
    "own namespaces": Capability(
        works("unshare", "-nmp", "--fork", "--kill-child", "--mount-proc", "sh", "-c", NAMESPACES),
        "run the tests as root of a host that allows namespaces, bridges and /dev/net/tun",
        of_host=True,
    ),
    "curl": Capability(program("curl"), "apt-get install curl"),
    "jq": Capability(program("jq"), "apt-get install jq"),
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
