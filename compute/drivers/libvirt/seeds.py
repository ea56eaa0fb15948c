"""What a guest is told at boot: the NoCloud data source of cloud-init, as a CD-ROM image labelled cidata.

Source: cloud-init's documentation of NoCloud (user-data, meta-data, vendor-data, network-config). Passwords are kept
and handed over as SHA-512 crypt hashes only.
"""

import hashlib
import io
import json
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compute.drivers.storage import Settings
from core.operations import Retryable

SECONDS = 30


def settings_of(disk: str) -> str:
    """The volume that holds a disk's settings until it boots."""
    return f"settings-{disk}"


def seed_of(machine: str) -> str:
    return f"seed-{machine}"


def readable(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def packed(settings: Settings) -> bytes:
    """The settings as they are kept: the password hashed."""
    kept = asdict(settings)
    kept["password"] = hashed(settings.password) if settings.password else ""
    return json.dumps(kept).encode()


def hashed(password: str) -> str:
    """A password as /etc/shadow holds it."""
    return run(["openssl", "passwd", "-6", "-stdin"], password.encode()).decode().strip()


def run(command: list[str], given: bytes = b"") -> bytes:
    """What a program of this host answers. Raises Retryable when it is absent or fails."""
    try:
        return subprocess.run(command, input=given, capture_output=True, check=True, timeout=SECONDS).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Retryable(f"{command[0]} did not work on the panel's host.") from error


def image(identity: str, written: bytes, user_data: str, *, mac: str) -> bytes:
    """The CD-ROM image. A guest that has seen this identity with this content before does nothing again."""
    kept = json.loads(written.rstrip(b"\0") or b"{}")
    digest = hashlib.sha256(written + user_data.encode()).hexdigest()[:12]
    files = {
        "meta-data": json.dumps(meta_data(f"{identity}-{digest}", kept), indent=1),
        "vendor-data": "#cloud-config\n" + json.dumps(cloud_config(kept), indent=1),
        "user-data": user_data or "#cloud-config\n{}\n",
    }
    if kept.get("address"):
        files["network-config"] = json.dumps(network_config(kept, mac), indent=1)
    with tempfile.TemporaryDirectory(prefix="seed") as folder:
        for name, content in files.items():
            Path(folder, name).write_text(content)
        options = ["-quiet", "-volid", "cidata", "-joliet", "-rock", "-output", str(Path(folder, "image"))]
        run(["genisoimage", *options, *(str(Path(folder, name)) for name in files)])
        return Path(folder, "image").read_bytes()


def meta_data(instance: str, kept: dict[str, Any]) -> dict[str, Any]:
    return {"instance-id": instance, "local-hostname": kept.get("host_name") or "localhost"}


def cloud_config(kept: dict[str, Any]) -> dict[str, Any]:
    """What the customer set in the panel; their own user data comes after it and wins."""
    config: dict[str, Any] = {"growpart": {"mode": "auto", "devices": ["/"]}, "resize_rootfs": True}
    if kept.get("host_name"):
        config["hostname"] = kept["host_name"]
    user: dict[str, Any] = {}
    if kept.get("password"):
        user |= {"hashed_passwd": kept["password"], "lock_passwd": False}
    if kept.get("public_keys"):
        user["ssh_authorized_keys"] = kept["public_keys"]
    if user:
        config["users"] = ["default", {"name": "root", **user}]
        config["disable_root"] = False
        config["ssh_pwauth"] = bool(kept.get("password")) and kept.get("password_login", True)
    if kept.get("scripts"):
        names = [f"/var/lib/engawa/script-{number}" for number, _ in enumerate(kept["scripts"], 1)]
        config["write_files"] = [
            {"path": name, "permissions": "0700", "content": script}
            for name, script in zip(names, kept["scripts"], strict=True)
        ]
        config["runcmd"] = [[name] for name in names]
    return config


def network_config(kept: dict[str, Any], mac: str) -> dict[str, Any]:
    """The first interface's address, netplan's second version."""
    first: dict[str, Any] = {
        "match": {"macaddress": mac},
        "set-name": "eth0",
        "addresses": [f"{kept['address']}/{kept['prefix_length']}"],
    }
    if kept.get("gateway"):
        first["routes"] = [{"to": "0.0.0.0/0", "via": kept["gateway"]}]
    return {"version": 2, "ethernets": {"eth0": first}}
