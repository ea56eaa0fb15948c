"""A small guest for real hypervisors: Debian's cloud kernel, busybox and 60 lines of shell, as a disk that boots.

It does with a NoCloud seed what cloud-init does with the parts that we use, serves what it was told by HTTP on port 80,
and obeys its power button.
"""

import gzip
import shutil
import subprocess
from pathlib import Path

from config.engines.home import ROOT
from tests.capabilities import need
from tests.servers.venvs import absent

MODULES = (
    "virtio_pci", "virtio_scsi", "sr_mod", "isofs", "virtio_blk", "virtio_net", "button", "evdev", "virtio-rng",
)  # fmt: skip
MEGABYTES = 64
INIT = r"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in %(modules)s; do modprobe $module 2>/dev/null; done
sleep 1
ip link set lo up; ip link set eth0 up 2>/dev/null
mkdir -p /seed /www
for drive in /dev/sr*; do
    mount -t iso9660 -o ro $drive /seed 2>/dev/null && [ -f /seed/meta-data ] && break
    umount /seed 2>/dev/null
done
host=$(sed -n 's/.*"local-hostname": "\(.*\)".*/\1/p' /seed/meta-data 2>/dev/null)
hostname "${host:-nobody}"
address=$(sed -n 's/.*"\([0-9.]*\/[0-9]*\)".*/\1/p' /seed/network-config 2>/dev/null | head -n 1)
[ -n "$address" ] && ip address add $address dev eth0
hostname > /www/name
cat /sys/block/vda/serial > /www/disk
cp /seed/user-data /seed/vendor-data /www/ 2>/dev/null
mkdir -p /etc/acpi/PWRF
printf '#!/bin/sh\necho going down > /dev/console\npoweroff -f\n' > /etc/acpi/PWRF/00000080
chmod 0755 /etc/acpi/PWRF/00000080
httpd -p 80 -h /www
acpid -d > /dev/null 2>&1 &
echo "guest ready: $(hostname) $address"
while true; do sleep 3600; done
"""


def image() -> Path:
    """The guest's disk, made once on this machine; else a skip."""
    need("a guest")
    home = ROOT / ".venvs" / "guest"
    if not (home / "disk.img").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        kernel = unpacked_kernel(home)
        write_root(home / "root", kernel)
        write_disk(home, kernel)
    return home / "disk.img"


def run(*command: str | Path, folder: Path, given: bytes | None = None) -> bytes:
    return subprocess.run([*map(str, command)], cwd=folder, input=given, check=True, capture_output=True).stdout


def unpacked_kernel(home: Path) -> Path:
    """Debian's cloud kernel, downloaded and unpacked, not installed."""
    try:
        shown = run("apt-cache", "depends", "linux-image-cloud-amd64", folder=home).decode()
        run("apt-get", "download", shown.split("Depends: ")[1].split()[0], folder=home)
        run("dpkg-deb", "-x", next(home.glob("linux-image-*.deb")), "kernel", folder=home)
    except (OSError, subprocess.CalledProcessError, IndexError) as trouble:
        absent(f"needs Debian's cloud kernel: apt-get update ({trouble})")
    return home / "kernel"


def write_root(root: Path, kernel: Path) -> None:
    """The initial file system: busybox, the modules, init."""
    for folder in ("bin", "proc", "sys", "dev", "etc"):
        (root / folder).mkdir(parents=True)
    shutil.copy(str(shutil.which("busybox")), root / "bin" / "busybox")
    modules = next((kernel / "lib/modules").iterdir())
    run("depmod", "-b", kernel, modules.name, folder=root)
    for name in needed((modules / "modules.dep").read_text()):
        target = root / "lib/modules" / modules.name / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(modules / name, target)
    run("depmod", "-b", root, modules.name, folder=root)
    (root / "init").write_text(INIT % {"modules": " ".join(MODULES)})
    (root / "init").chmod(0o755)


def needed(dependencies: str) -> set[str]:
    """The files of our modules and of what these need (modules.dep names for each all that it needs)."""
    found: set[str] = set()
    for line in dependencies.splitlines():
        name, _colon, rest = line.partition(":")
        if Path(name).stem in MODULES:
            found |= {name, *rest.split()}
    return found


def write_disk(home: Path, kernel: Path) -> None:
    """A disk with a FAT file system that a BIOS boots."""
    root, disk = home / "root", home / "new.img"
    names = run("find", ".", folder=root)
    packed = run("cpio", "-o", "-H", "newc", folder=root, given=names)
    (home / "initrd.gz").write_bytes(gzip.compress(packed, 1))
    (home / "syslinux.cfg").write_text(
        "DEFAULT linux\nLABEL linux\nKERNEL vmlinuz\nINITRD initrd.gz\nAPPEND console=ttyS0 quiet panic=1\n"
    )
    disk.write_bytes(b"")
    with disk.open("r+b") as file:
        file.truncate(MEGABYTES << 20)
    run(
        "mformat",
        "-i",
        disk,
        "-F",
        "-v",
        "GUEST",
        "-T",
        str(MEGABYTES << 11),
        "-h",
        "64",
        "-s",
        "32",
        "::",
        folder=home,
    )
    kernel_file = next((kernel / "boot").glob("vmlinuz-*"))
    run("mcopy", "-i", disk, kernel_file, "::vmlinuz", folder=home)
    run("mcopy", "-i", disk, "initrd.gz", "syslinux.cfg", "::", folder=home)
    run("syslinux", "--install", disk, folder=home)
    disk.rename(home / "disk.img")
