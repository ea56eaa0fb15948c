"""The embedded hypervisor: deterministic, takes its time, fails on demand, remembers by key.

Delays come from settings.SIMULATED_DELAY (seconds); metrics are a fixed function of ref and time, so that the same
graph is drawn twice alike. It stands outside the panel: it keeps its own tables and never reads those of the slices.
"""

import hashlib
import math
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from compute.drivers import DiskSpec, MachineSpec, NetworkSpec, Nic, Sample
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.drivers.simulated_storage import SimulatedStorage
from compute.drivers.storage import Copying
from core.operations import Gone, Pending, Rejected, Retryable

# Calls that tell how far they are, and after how many seconds to ask.
COPIES, LOOK_AGAIN = {"create_disk", "create_image"}, 1.0
ERRORS = {"Retryable": Retryable, "Rejected": Rejected, "Gone": Gone}


class Simulated(SimulatedStorage):
    """A `Hypervisor` that lives in two tables."""

    def create_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None:
        self._work("create_machine", ref, key=key, at=at, create=True, spec=asdict(spec))

    def resize_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None:
        self._work("resize_machine", ref, key=key, at=at, spec=asdict(spec))

    def power_on(self, ref: str, *, user_data: str = "", key: UUID, at: datetime) -> None:
        digest = hashlib.sha256(user_data.encode()).hexdigest() if user_data else ""  # it may hold secrets
        self._work("power_on", ref, key=key, at=at, power="up", spec=self._with(ref, user_data=digest))

    def power_off(self, ref: str, *, force: bool, key: UUID, at: datetime) -> None:
        self._work("power_off", ref, key=key, at=at, power="down", speed=0.0 if force else 1.0)

    def reset(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._work("reset", ref, key=key, at=at, power="up")

    def delete_machine(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_machine", ref)

    def wire_machine(self, ref: str, interfaces: tuple[Nic, ...], *, key: UUID, at: datetime) -> None:
        spec = self._with(ref, interfaces=[asdict(nic) for nic in interfaces])
        self._work("wire_machine", ref, key=key, at=at, speed=0.0, spec=spec)

    def set_network(self, ref: str, spec: NetworkSpec, *, key: UUID, at: datetime) -> None:
        self._work("set_network", ref, key=key, at=at, create=True, speed=0.0, power="up", spec=asdict(spec))

    def delete_network(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_network", ref)

    def create_disk(self, ref: str, spec: DiskSpec, *, key: UUID, at: datetime) -> None:
        self._work("create_disk", ref, key=key, at=at, create=True, spec=asdict(spec))

    def attach_disk(self, ref: str, machine: str, *, key: UUID, at: datetime) -> None:
        self._work("attach_disk", ref, key=key, at=at, speed=0.0, attached_to=machine)

    def detach_disk(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._work("detach_disk", ref, key=key, at=at, speed=0.0, attached_to="")

    def delete_disk(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._forget("delete_disk", ref)

    def observe(self, refs: Sequence[str], *, at: datetime) -> dict[str, str]:
        known = SimulatedMachine.objects.filter(ref__in=refs, ready_at__lte=at)
        return dict(known.values_list("ref", "power"))

    def metrics(self, ref: str, start: datetime, end: datetime, step: int) -> list[Sample]:
        times = range(int(start.timestamp()) // step * step, int(end.timestamp()), step)
        return [sample(ref, datetime.fromtimestamp(second, tz=start.tzinfo)) for second in times]

    def collect(self, *, at: datetime) -> int:
        return 0

    def _work(
        self, call: str, ref: str, *, key: UUID, at: datetime, create: bool = False, speed: float = 1.0, **values: Any
    ) -> None:
        """Begin the work once per key, then answer Pending until it is done."""
        fail_on_demand(call, ref)
        ready_at = at + timedelta(seconds=settings.SIMULATED_DELAY * speed)
        with transaction.atomic():
            machine = SimulatedMachine.objects.select_for_update().filter(ref=ref).first()
            if machine is None and create:
                machine = SimulatedMachine.objects.create(ref=ref, key=key, ready_at=ready_at, **values)
            elif machine is None:
                raise Gone("The machine is unknown to the hypervisor.")
            elif machine.key != key:
                SimulatedMachine.objects.filter(ref=ref).update(key=key, ready_at=ready_at, **values)
                machine.ready_at = ready_at
        if machine.ready_at > at:
            left, total = (machine.ready_at - at).total_seconds(), settings.SIMULATED_DELAY * speed
            if call in COPIES:
                raise Copying(min(left, LOOK_AGAIN), max(0.0, 1 - left / total))
            raise Pending(left)

    def _forget(self, call: str, ref: str) -> None:
        fail_on_demand(call, ref)
        SimulatedMachine.objects.filter(ref=ref).delete()


def fail_on_demand(call: str, ref: str) -> None:
    """Raise what the next fault of this call says, and count it down."""
    with transaction.atomic():
        faults = SimulatedFault.objects.select_for_update().filter(call=call, ref__in=("", ref), times__gt=0)
        fault = faults.order_by("pk").first()
        if fault is None:
            return
        SimulatedFault.objects.filter(pk=fault.pk).update(times=fault.times - 1)
    raise ERRORS[fault.error](fault.text)


def sample(ref: str, at: datetime) -> Sample:
    """A measurement: a daily wave with its own phase and height per machine, and a little noise."""
    seed = zlib.crc32(ref.encode())
    hour = at.timestamp() / 3600
    noise = zlib.crc32(f"{ref}{int(at.timestamp()) // 60}".encode()) % 1000 / 1000
    wave = (1 + math.sin((hour + seed % 24) * math.tau / 24)) / 2
    load = 0.04 + (seed % 7) / 20 * wave + 0.06 * noise
    return Sample(at, load, 4e5 * load, 9e5 * load * noise, 2e6 * load, 5e6 * load * wave)
