"""The hypervisor as the panel sees it: a small protocol, an embedded simulation, and real drivers beside it.

Performers call it in workers, outside any transaction. Every call names the operation's key, so that a repeated call
does nothing twice. A call that takes time raises `Pending`; trouble raises `Retryable`, `Rejected` or `Gone`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from compute.drivers.storage import Storage


@dataclass(frozen=True)
class Nic:
    """An interface of a machine. network: the ref of its network, "shared", or "" for none; rules: of its filter."""

    mac: str
    network: str = ""
    address: str = ""
    rules: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class MachineSpec:
    """What a machine is made of. memory in MB; its interfaces in order."""

    zone: str
    cores: int
    memory_mb: int
    interfaces: tuple[Nic, ...] = ()


@dataclass(frozen=True)
class NetworkSpec:
    """A switch, a router, a bridge or a hybrid connection as it shall be. joins: refs of the networks it is tied to.

    routes: a router's prefixes, each with the next hop or "" when it is its own; names: host names by address.
    """

    kind: str
    zone: str = ""
    joins: tuple[str, ...] = ()
    bandwidth_mbps: int = 0
    routes: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DiskSpec:
    """What a disk is made of. size in GB; source: the ref of an archive or a disk, "" for a blank one."""

    zone: str
    kind: str
    size_gb: int
    source: str = ""


@dataclass(frozen=True)
class Sample:
    """One measurement: CPU seconds per second, bytes read and written, received and sent per second."""

    at: datetime
    cpu: float
    read: float
    write: float
    receive: float
    send: float


class Hypervisor(Storage, Protocol):
    """Machines, disks and networks, each known by a `ref` of ours that never changes ("server-17")."""

    def create_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None: ...
    def resize_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None: ...
    def power_on(self, ref: str, *, user_data: str = "", key: UUID, at: datetime) -> None:
        """Start it. user_data: what cloud-init in the guest is given at this boot."""

    def power_off(self, ref: str, *, force: bool, key: UUID, at: datetime) -> None: ...
    def reset(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def delete_machine(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def wire_machine(self, ref: str, interfaces: tuple[Nic, ...], *, key: UUID, at: datetime) -> None:
        """Give the machine these interfaces, tied and filtered as they say; again and again leads to the same."""

    def set_network(self, ref: str, spec: NetworkSpec, *, key: UUID, at: datetime) -> None:
        """Make the network, or make it like this."""

    def delete_network(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def create_disk(self, ref: str, spec: DiskSpec, *, key: UUID, at: datetime) -> None:
        """Make a disk, or write it anew from another source; raises `Copying` while that goes on."""

    def attach_disk(self, ref: str, machine: str, *, key: UUID, at: datetime) -> None: ...
    def detach_disk(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def delete_disk(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def observe(self, refs: Sequence[str], *, at: datetime) -> dict[str, str]:
        """The power state ("up", "down") of each machine it knows; refs it doesn't know are absent."""

    def metrics(self, ref: str, start: datetime, end: datetime, step: int) -> list[Sample]:
        """Measurements every `step` seconds in [start, end)."""

    def collect(self, *, at: datetime) -> int:
        """Write down measurements where the hypervisor keeps none itself; returns of how many machines."""


def machine_ref(server_pk: int) -> str:
    """What the hypervisor knows a server by; it never changes."""
    return f"server-{server_pk}"


@cache
def hypervisor() -> Hypervisor:
    """The driver of this installation (settings.COMPUTE_DRIVER)."""
    driver: Hypervisor = import_string(settings.COMPUTE_DRIVER)()
    return driver
