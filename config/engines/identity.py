"""PostgreSQL refuses to run as root: who runs it instead."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.engines import Trouble

# Root sees itself as an ordinary user in a user namespace; containers often refuse that, so it is tried first.
NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True)
class Identity:
    """How to start a process that must not be root: a command before its own, or another user."""

    prefix: tuple[str, ...] = ()
    user: str = ""

    @property
    def process(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        if not self.user:
            return {}
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    def own(self, path: Path) -> Path:
        """Give a file or folder to that user."""
        if self.user:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)
        return path

    def require(self, binary: Path, folder: Path) -> None:
        """`Trouble` when that user can't run the binary or can't enter the folder."""
        if not self.user:
            return
        try:
            for command in (binary, "--version"), ("test", "-x", folder):
                subprocess.run(command, check=True, capture_output=True, **self.process)
        except (OSError, subprocess.CalledProcessError):
            raise Trouble(
                f"PostgreSQL refuses to run as root, and the user {self.user} can't reach {binary} and {folder}: "
                "put the checkout and --data outside root's home, or run as an ordinary user."
            ) from None


@cache
def unprivileged() -> Identity:
    """This user if it isn't root; else root in a user namespace, else `nobody`."""
    if os.geteuid() != 0:
        return Identity()
    try:
        subprocess.run([*NAMESPACE, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return Identity(user="nobody")
    return Identity(prefix=NAMESPACE)
