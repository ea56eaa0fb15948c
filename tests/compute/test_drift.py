"""The panel and the hypervisor are compared: what went down by itself is not charged, the rest is shown to staff."""

from datetime import timedelta
from typing import Any

from accounts.access import Actor
from accounts.access import staff as at_work
from accounts.users.models import User
from compute.drift.models import Drift
from compute.drift.tasks import compare_servers
from compute.drivers import machine_ref
from compute.drivers.models import SimulatedMachine
from compute.servers import actions as servers
from compute.servers.models import Server
from core.operations.draining import drain
from tests.compute.conftest import spans
from tests.make import EVENING, MORNING, NOON

FIVE = timedelta(minutes=5)


def machine(server: Server) -> Any:
    return SimulatedMachine.objects.filter(ref=machine_ref(server.pk))


def test_a_guest_that_shut_itself_down_is_charged_until_it_was_first_seen_down(running_server: Server) -> None:
    machine(running_server).update(power="down")

    compare_servers(NOON)
    assert running_server.refreshed().state == "RUNNING"  # it might be a reset: look again
    compare_servers(NOON + FIVE)

    found = running_server.refreshed()
    assert (found.state, found.stopped_since) == ("STOPPED", None)
    assert spans(found) == [("server.1core-1gb", MORNING, NOON)]
    assert list(Drift.objects.values_list("expected", "observed", "resolved_at")) == [("up", "down", NOON + FIVE)]


def test_a_reset_that_passes_through_down_changes_nothing(running_server: Server) -> None:
    machine(running_server).update(power="down")
    compare_servers(NOON)
    machine(running_server).update(power="up")

    compare_servers(NOON + FIVE)

    assert running_server.refreshed().state == "RUNNING"
    assert spans(running_server) == [("server.1core-1gb", MORNING, None)]
    assert Drift.objects.get().resolved_at == NOON + FIVE


def test_servers_that_agree_or_are_in_transition_are_no_drift(
    server: Server, running_server: Server, alice: Actor
) -> None:
    servers.stop(running_server, by=alice, at=NOON)  # asked, not yet performed: the machine still runs

    compare_servers(NOON)

    assert not Drift.objects.exists()


def test_a_machine_that_runs_unwanted_is_shown_and_switched_off_by_staff(server: Server, staff_user: User) -> None:
    machine(server).update(power="up")
    compare_servers(NOON)
    compare_servers(EVENING)
    drift = Drift.objects.get()
    assert (drift.observed, drift.first_seen_at, drift.seen_at, drift.resolved_at) == ("up", NOON, EVENING, None)

    servers.power_off_again(drift.server, by=at_work(staff_user), at=EVENING)
    drain(at=EVENING)
    compare_servers(EVENING + FIVE)

    assert machine(server).get().power == "down"
    assert Drift.objects.get().resolved_at == EVENING + FIVE
    assert spans(server) == []


def test_a_machine_nobody_knows_is_shown_and_goes_on_as_it_was(running_server: Server) -> None:
    machine(running_server).delete()

    compare_servers(NOON)
    compare_servers(NOON + FIVE)

    assert Drift.objects.get().observed == "absent"
    assert running_server.refreshed().state == "RUNNING"


def test_comparing_a_batch_that_agrees_costs_three_queries(
    running_server: Server, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        compare_servers(NOON)
