"""Rivals and kills: of any number of them one wins, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.access import Actor, person
from accounts.audit.models import AuditEvent
from compute.servers import actions as servers
from compute.servers.models import Server
from config.engines.home import ROOT
from core.errors import Refused
from core.operations import performing
from core.operations.draining import drain
from core.operations.models import Operation
from tests import make
from tests.compute.conftest import server_order, spans
from tests.databases import Database
from tests.make import MORNING, NOON

pytestmark = pytest.mark.faults


def world() -> tuple[Actor, Server]:
    """Alice and her server, prepared."""
    user = make.user("alice@example.jp", "Alice")
    project = make.first_project(make.organisation(user))
    server = servers.create(project, server_order(), by=person(user), at=MORNING)
    drain(at=MORNING)
    return person(user), server.refreshed()


def test_sixteen_threads_stop_one_server_and_one_wins_whatever_their_clocks_say(cloned_db: Database) -> None:
    alice, server = world()
    servers.start(server, by=alice, at=MORNING)
    drain(at=MORNING)
    clocks = [NOON + timedelta(minutes=(-1) ** n * n) for n in range(16)]

    def stop(at: datetime) -> datetime | None:
        try:
            servers.stop(Server.objects.select_related("project", "contract").get(pk=server.pk), by=alice, at=at)
            return at
        except Refused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        winners = [at for at in pool.map(stop, clocks) if at is not None]

    assert len(winners) == 1
    assert spans(server) == [("server.1core-1gb", MORNING, winners[0])]
    assert AuditEvent.objects.filter(verb="server.stopped").count() == 1
    assert Operation.objects.filter(kind="server.power_off").count() == 1


def test_two_workers_perform_one_operation_once(cloned_db: Database) -> None:
    alice, server = world()
    servers.start(server, by=alice, at=MORNING)

    def work(_: int) -> int:
        try:
            return performing.perform_due(at=MORNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        claimed = sum(pool.map(work, range(8)))

    assert claimed == 1
    assert spans(server) == [("server.1core-1gb", MORNING, None)]
    assert AuditEvent.objects.filter(verb="server.powered_on").count() == 1


# A worker that is killed at the named place while it performs what is due.
WORKER = """
import os, sys, time, django
django.setup()
from datetime import UTC, datetime
from core.operations import performing
place = sys.argv[1]
def hang(*_, **__):
    print("there", flush=True)
    time.sleep(60)
performing.LEASE_SECONDS = 1
if place == "before the call":
    performing.performers().update({"server.power_on": performing.Performer(hang)})
elif place == "after the call":
    performing.settle = hang
elif place == "inside the transaction":
    whole = performing.settle
    def settle(*a, **k):
        whole(*a, **k)
        hang()
    performing.settle = settle
performing.perform_due(at=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("place", ["before the call", "after the call", "inside the transaction"])
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(cloned_db: Database, place: str) -> None:
    alice, server = world()
    servers.start(server, by=alice, at=MORNING)
    environment = os.environ | {"DATABASE_URL": cloned_db.url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, place, MORNING.isoformat()], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"there\n"

    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    worker.stdout.close()
    perform_after_the_lease()

    assert server.refreshed().state == "RUNNING"
    assert spans(server) == [("server.1core-1gb", MORNING, None)]
    assert AuditEvent.objects.filter(verb="server.powered_on").count() == 1
    operation = Operation.objects.get(kind="server.power_on")
    assert (operation.state, operation.attempts) == ("DONE", 2)


def perform_after_the_lease() -> None:
    """Wait for the dead worker's lease of one second to run out, then perform."""
    deadline = time.monotonic() + 10
    while not performing.perform_due(at=MORNING):
        assert time.monotonic() < deadline, "the operation was never free again"
        time.sleep(0.1)


def test_the_relay_hears_of_an_operation_only_when_its_transaction_commits(cloned_db: Database) -> None:
    alice, server = world()
    heard = connection.copy()
    heard.ensure_connection()
    heard.connection.execute('LISTEN "operations"')

    with pytest.raises(RuntimeError, match="no"):
        start_and_fail(server, alice)
    assert list(heard.connection.notifies(timeout=0.2, stop_after=1)) == []
    servers.start(server.refreshed(), by=alice, at=datetime.now(UTC))

    assert len(list(heard.connection.notifies(timeout=5, stop_after=1))) == 1
    heard.close()


def start_and_fail(server: Server, alice: Actor) -> None:
    with transaction.atomic():
        servers.start(server, by=alice, at=NOON)
        raise RuntimeError("no")
