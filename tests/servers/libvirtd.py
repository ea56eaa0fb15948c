"""libvirtd with QEMU in namespaces of its own: its networks, sockets and files are nobody else's and end with it."""

import importlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.engines import kin
from tests.capabilities import need

OURS = ("/etc/libvirt", "/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt", "/run")
SCRIPT = """set -e
mount --make-rprivate /
for folder in {ours}; do mkdir -p $folder; mount -t tmpfs tmpfs $folder; done
mkdir -p /var/log/libvirt/qemu /var/lib/libvirt/qemu
cp {home}/qemu.conf {home}/libvirtd.conf /etc/libvirt/
mount --bind {home}/passwd /etc/passwd
mount --bind {home}/group /etc/group
ip link set lo up
libvirtd &
wait  # the first process of its namespace: it takes in what its machines leave behind
"""
QEMU = """user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
"""


def bindings() -> Any:
    """The module `libvirt` of Debian's Python, which our environment doesn't see by itself; else a skip."""
    home = Path(need("libvirt")).parent
    try:
        return importlib.import_module("libvirt")
    except ModuleNotFoundError:
        pass
    sys.path.append(str(home))
    try:
        return importlib.import_module("libvirt")
    finally:
        sys.path.remove(str(home))


class Host:
    """A running libvirtd: its URI, and commands inside its network."""

    def __init__(self, home: Path, process: subprocess.Popen[bytes]) -> None:
        self.uri = f"qemu+unix:///system?socket={home}/libvirt-sock"
        self.home, self.process = home, process

    def inside(self, *command: str) -> str:
        """What a command says that runs in the host's network."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        enter = ("nsenter", "-t", children[0], "-n", "--")
        return subprocess.run([*enter, *command], check=True, capture_output=True, text=True, timeout=20).stdout


@contextmanager
def serve(home: Path) -> Iterator[Host]:
    """Run libvirtd until the block ends; its machines end with it."""
    need("qemu"), need("own namespaces"), bindings()
    write_files(home)
    log = (home / "log").open("wb")
    command = ["unshare", "-nmp", "--fork", "--kill-child", "--mount-proc", "sh", str(home / "start")]
    process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=kin.tied(signal.SIGKILL))
    try:
        deadline = time.monotonic() + 30
        while not (home / "libvirt-sock").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (home / "libvirt-sock").exists(), (home / "log").read_text()
        yield Host(home, process)
    finally:
        process.kill()  # with it the whole namespace of processes ends
        process.wait(timeout=10)
        log.close()


def write_files(home: Path) -> None:
    """Configuration, and a list of users that has the one libvirt looks for."""
    (home / "pool").mkdir()
    (home / "start").write_text(SCRIPT.format(ours=" ".join(OURS), home=home))
    (home / "qemu.conf").write_text(QEMU)
    (home / "libvirtd.conf").write_text(f'unix_sock_dir = "{home}"\nauth_unix_rw = "none"\n')
    (home / "passwd").write_text(Path("/etc/passwd").read_text() + "libvirt-qemu:x:0:0::/:/bin/false\n")
    (home / "group").write_text("kvm:x:0:\nlibvirt-qemu:x:0:\n" + Path("/etc/group").read_text())
