"""AWS Direct Connect as the panel sees it: a small protocol, an embedded simulation, boto3 beside it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.utils.module_loading import import_string

from compute.drivers.models import SimulatedMachine
from compute.drivers.simulated import Simulated
from core.operations import Gone


@dataclass(frozen=True)
class LineSpec:
    """A line to a customer's AWS account, told apart on our own by its VLAN."""

    aws_account: str
    vlan: int


@dataclass(frozen=True)
class Transfer:
    """Bytes that we measured in the hour that begins at an instant: sent to AWS, and received from it."""

    at: datetime
    to_aws: int
    from_aws: int


class DirectConnect(Protocol):
    """Lines, each known by a `ref` of ours that never changes ("aws-17"). States are those of AwsConnection."""

    def order(self, ref: str, spec: LineSpec, *, key: UUID, at: datetime) -> str:
        """Order the line, once; returns its state. Raises like a hypervisor."""

    def state(self, ref: str, *, at: datetime) -> str: ...
    def delete(self, ref: str, *, key: UUID, at: datetime) -> None: ...
    def transfers(self, ref: str, start: datetime, end: datetime) -> Sequence[Transfer]:
        """What our own routers measured in each whole hour of [start, end)."""


class SimulatedDirectConnect(Simulated):
    """A `DirectConnect` in the table of the simulation: it takes its time, then the customer has accepted."""

    def order(self, ref: str, spec: LineSpec, *, key: UUID, at: datetime) -> str:
        self._work("order_line", ref, key=key, at=at, create=True, power="up", spec=asdict(spec))
        return "REQUESTED"

    def state(self, ref: str, *, at: datetime) -> str:
        known = SimulatedMachine.objects.filter(ref=ref).first()
        if known is None:
            raise Gone("AWS doesn't know this connection.")
        if known.power == "down":
            return "DOWN"
        waited = at - known.ready_at
        accepting = timedelta(seconds=settings.SIMULATED_DELAY)
        return "REQUESTED" if waited < accepting else "PENDING" if waited < 2 * accepting else "AVAILABLE"

    def delete(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_line", ref)

    def transfers(self, ref: str, start: datetime, end: datetime) -> list[Transfer]:
        known = SimulatedMachine.objects.filter(ref=ref, power="up").first()
        hours = int((end - start) / timedelta(hours=1)) if known else 0
        times = [start + timedelta(hours=n) for n in range(hours)]
        size = {at: crc32(f"{ref}{at.isoformat()}".encode()) for at in times}
        return [Transfer(at, size[at] % 2 * 10**9 + size[at] % 10**9, size[at] % 10**9) for at in times]


@cache
def direct_connect() -> DirectConnect:
    """The driver of this installation (settings.AWS_DRIVER)."""
    driver: DirectConnect = import_string(settings.AWS_DRIVER)()
    return driver
