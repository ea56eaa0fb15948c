"""Comparing what is with what shall be, in batches.

A server that went down by itself is no longer charged; every other difference is shown to staff.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.access import Actor
from compute.drift.models import Drift
from compute.drivers import hypervisor, machine_ref
from compute.servers import actions as servers
from compute.servers.models import Server

# A difference counts when it is still there so long after it was first seen: a reset passes through "down".
SURE_AFTER = timedelta(minutes=4)
EXPECTED = {Server.State.RUNNING: Drift.Observed.UP, Server.State.STOPPED: Drift.Observed.DOWN}


def compare(batch: Sequence[Server], *, at: datetime) -> None:
    """Ask the hypervisor about these servers (one call) and record, act on or resolve their differences."""
    observed = hypervisor().observe([machine_ref(server.pk) for server in batch], at=at)
    known = {drift.server_id: drift for drift in Drift.objects.filter(server__in=batch, resolved_at=None)}
    for server in batch:
        seen = Drift.Observed(observed.get(machine_ref(server.pk), "absent"))
        if server.pk in known or seen != expected(server):
            settle(server, seen, known.get(server.pk), at=at)


def expected(server: Server) -> Drift.Observed:
    return EXPECTED[Server.State(server.state)]


@transaction.atomic
def settle(server: Server, seen: Drift.Observed, drift: Drift | None, *, at: datetime) -> None:
    """Bring one server's record of differences to what was seen now."""
    wanted = expected(server)
    if drift is not None and (drift.observed, drift.expected) != (seen, wanted):
        resolve(drift, at=at)
        drift = None
    if seen == wanted:
        return
    if drift is None:
        Drift.objects.create(server=server, expected=wanted, observed=seen, first_seen_at=at, seen_at=at)
        return
    Drift.objects.filter(pk=drift.pk).update(seen_at=at)
    if (wanted, seen) == ("up", "down") and at >= drift.first_seen_at + SURE_AFTER:
        servers.found_down(server, since=drift.first_seen_at, at=at)
        resolve(drift, at=at)


def resolve(drift: Drift, *, at: datetime) -> None:
    Drift.objects.filter(pk=drift.pk).update(resolved_at=at)


def power_off_again(drift: Drift, *, by: Actor, at: datetime) -> None:
    """Staff let a machine that runs without being wanted be switched off. Raises Refused when it is wanted by now."""
    servers.power_off_again(drift.server, by=by, at=at)
