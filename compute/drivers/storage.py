"""The hypervisor's storage: images, uploads, CD-ROM drives, and what is done to the content of a disk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.operations import Pending


class Copying(Pending):
    """The copy is still at work. done: how much of it is complete, from 0 to 1."""

    def __init__(self, seconds: float, done: float) -> None:
        super().__init__(seconds)
        self.done = done


@dataclass(frozen=True)
class ImageSpec:
    """What an image is made of. size in GB; source: the ref of a disk or an archive, "" for a blank one."""

    zone: str
    size_gb: int
    source: str = ""


@dataclass(frozen=True)
class Settings:
    """What is written into a disk for its first boot. "" and empty: left as it is. scripts: run once, in order."""

    host_name: str = ""
    password: str = ""
    public_keys: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    address: str = ""
    prefix_length: int = 0
    gateway: str = ""
    password_login: bool = True


@dataclass(frozen=True)
class Screen:
    """Where a machine's screen is seen by VNC, with a password for one use."""

    host: str
    port: int
    password: str


class Storage(Protocol):
    """Each thing is known by a `ref` of ours that never changes ("archive-17")."""

    def create_image(self, ref: str, spec: ImageSpec, *, key: UUID, at: datetime) -> None:
        """Copy the source, maybe from another zone; raises `Copying` while that goes on."""

    def open_upload(self, ref: str, spec: ImageSpec, user: str, password: str, *, key: UUID, at: datetime) -> None:
        """Let this user upload the image's content; again: with another password."""

    def close_upload(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def delete_image(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def insert_cdrom(self, machine: str, image: str, *, key: UUID, at: datetime) -> None:
        """Put the image into the machine's drive; "" takes out what is there."""

    def write_settings(self, ref: str, settings: Settings, *, key: UUID, at: datetime) -> None: ...
    def grow_partition(self, ref: str, *, key: UUID, at: datetime) -> None:
        """Let the last partition and its file system fill the disk."""

    def press_keys(self, machine: str, keys: tuple[str, ...], *, key: UUID, at: datetime) -> None: ...
    def interrupt(self, machine: str, *, key: UUID, at: datetime) -> None:
        """Send a non-maskable interrupt."""

    def screen(self, machine: str) -> Screen | None:
        """None when this hypervisor draws no screens."""
