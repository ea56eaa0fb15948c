"""How fast counts come in, in CPU-seconds of client and server together.

    python benchmarks/ingest.py [--events N] [--batch N] [--contracts N]

Makes a database of its own beside the one of DATABASE_URL, counts N events of many contracts by `meters.add_many` with
all guards on, sends all of them again, and drops the database. Prints lines `name=value`: events_per_cpu_second,
naive_events_per_cpu_second (`meters.add` one by one), and replay_added (must be 0).
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent))

from close_month import MONTH, apart, database, fill, measured  # sets Django up

from billing import meters
from billing.contracts.models import Contract
from billing.meters import Count, Event, Reading, partitions

NAIVE = 2_000
RESOURCES = 10
HASH = 0x9E3779B97F4A7C15F39CC0605CEDC835  # spreads the keys as random ones are, the same in every run


def readings(events: int, contracts: list[int], *, of: int = 0) -> Iterator[Reading]:
    """Events of the contracts in turn, all over the month, under keys without order."""
    step = (MONTH.end - MONTH.start) / events
    for n in range(events):
        key = UUID(int=(n + of) * HASH % 2**128).hex
        at = MONTH.start + timedelta(seconds=int(n * step.total_seconds()))
        yield Reading(contracts[n % len(contracts)], "sms.a2p", 1 + n % 3, key, at)


def send(events: int, batch: int, contracts: list[int]) -> int:
    """Count them batch by batch, each in a transaction of its own; returns how many were new."""
    coming, added = readings(events, contracts), 0
    while group := list(islice(coming, batch)):
        added += meters.add_many(group, source="bench", at=MONTH.end)
    return added


def one_by_one(events: int, contracts: list[Contract]) -> int:
    """How one would write it first."""
    found = {contract.pk: contract for contract in contracts}
    for one in readings(events, list(found), of=10**9):
        contract = found[one.contract]
        meters.add(contract, one.item, one.quantity, source="naive", event_id=one.event_id, at=one.at)
    return events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--contracts", type=int, default=10_000)
    options = parser.parse_args()
    with database(f"engawa_bench_{os.getpid()}"):
        apart(lambda: fill(-(-options.contracts // RESOURCES)))
        for month in partitions.lacking(MONTH.start):
            partitions.make(month)
        contracts = list(Contract.objects.order_by("pk")[: options.contracts])
        keys = [contract.pk for contract in contracts]
        _done, alone = measured(lambda: one_by_one(NAIVE, contracts))
        added, seconds = measured(lambda: send(options.events, options.batch, keys))
        again, replay = measured(lambda: send(options.events, options.batch, keys))
        assert Count.objects.count() == Event.objects.count() == added + NAIVE
    print(f"# {added} events in {seconds:.2f} CPU-seconds, the same again in {replay:.2f}")
    print(f"events_per_cpu_second={added / seconds:.0f}")
    print(f"naive_events_per_cpu_second={NAIVE / alone:.0f}")
    print(f"replay_added={again}")


if __name__ == "__main__":
    main()
