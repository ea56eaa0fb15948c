"""The driver's own store of measurements: libvirt counts, and we write the counters down every minute."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from compute.drivers import Sample
from compute.drivers.models import MachineCounter

KEPT = timedelta(days=32)
NANO = 1e9


def keep(stats: Iterable[tuple[Any, dict[str, Any]]], at: datetime) -> int:
    """Write down the counters of running machines; what is too old goes. Returns how many were written."""
    rows = [row(machine.name(), values, at) for machine, values in stats if "cpu.time" in values]
    MachineCounter.objects.bulk_create(rows, ignore_conflicts=True)
    MachineCounter.objects.filter(at__lt=at - KEPT).delete()
    return len(rows)


def row(ref: str, values: dict[str, Any], at: datetime) -> MachineCounter:
    """One machine's counters: its disks and its interfaces are summed."""

    def total(kind: str, what: str) -> int:
        return sum(int(values.get(f"{kind}.{n}.{what}", 0)) for n in range(int(values.get(f"{kind}.count", 0))))

    return MachineCounter(
        ref=ref,
        at=at,
        cpu_ns=int(values["cpu.time"]),
        read=total("block", "rd.bytes"),
        written=total("block", "wr.bytes"),
        received=total("net", "rx.bytes"),
        sent=total("net", "tx.bytes"),
    )


def samples(ref: str, start: datetime, end: datetime, step: int) -> list[Sample]:
    """Rates between counters about `step` seconds apart in [start, end); a restart of the counters begins anew."""
    kept: list[MachineCounter] = []
    for counter in MachineCounter.objects.filter(ref=ref, at__gte=start, at__lt=end).order_by("at"):
        if not kept or counter.at - kept[-1].at >= timedelta(seconds=step):
            kept.append(counter)
    return [rate(before, after) for before, after in pairwise(kept) if after.cpu_ns >= before.cpu_ns]


def rate(before: MachineCounter, after: MachineCounter) -> Sample:
    """What happened a second between two readings."""
    seconds = (after.at - before.at).total_seconds()

    def per_second(name: str) -> float:
        return float(max(0, getattr(after, name) - getattr(before, name))) / seconds

    cpu = per_second("cpu_ns") / NANO
    return Sample(after.at, cpu, per_second("read"), per_second("written"), per_second("received"), per_second("sent"))
