"""The verbs of a server: what they move, meter, ask and refuse."""

import pytest
from django.core import mail

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing.contracts.models import Contract
from billing.meters.models import Span
from compute.disks.models import Disk
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.library import labels
from compute.networks.models import Address, Interface
from compute.servers import actions as servers
from compute.servers import tasks
from compute.servers.models import Server
from compute.zones import ServerPlan, Zone
from core.errors import Refused
from core.ids import FormerNumber
from core.operations.draining import drain
from core.operations.models import Operation
from tests.compute.conftest import disk_order, server_order, spans
from tests.make import EVENING, MORNING, NOON


def fault(call: str, error: str = "Rejected") -> None:
    SimulatedFault.objects.create(call=call, error=error, text="The host has no power.", times=1)


@pytest.mark.terms("2-1", "3-1")
def test_an_ordered_server_is_prepared_down_under_a_contract_of_that_day(project: Project, alice: Actor) -> None:
    server = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)

    server.refresh_from_db()
    assert server.state == "STOPPED"
    assert str(server.contract.started_on) == "2026-04-01"
    assert server.contract.state == Contract.State.PROVISIONAL
    assert spans(server) == []
    disk = server.disks.get()
    assert disk.state == "AVAILABLE"
    assert spans(disk) == [("ssd.20gb", MORNING, None)]
    assert server.address == "198.18.64.4"


def test_a_server_ordered_to_start_runs_when_its_disk_is_copied(project: Project, alice: Actor, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIMULATED_DELAY = 3.0

    server = servers.create(project, server_order(disk=disk_order(), start=True), by=alice, at=MORNING)
    drain(at=MORNING)

    server.refresh_from_db()
    assert server.state == "RUNNING"
    assert server.started_at is not None
    assert server.started_at > MORNING
    assert spans(server) == [("server.1core-1gb", server.started_at, None)]


@pytest.mark.terms("7-2")
def test_a_stopped_server_is_not_charged(running_server: Server, alice: Actor) -> None:
    servers.stop(running_server, by=alice, at=NOON)

    assert spans(running_server) == [("server.1core-1gb", MORNING, NOON)]


@pytest.mark.terms("7-1")
def test_a_stop_by_the_customer_begins_a_pause_and_a_start_ends_it(running_server: Server, alice: Actor) -> None:
    servers.stop(running_server, by=alice, at=NOON)
    drain(at=NOON)
    assert running_server.refreshed().stopped_since == NOON

    servers.start(running_server, by=alice, at=EVENING)
    drain(at=EVENING)

    running_server.refresh_from_db()
    assert running_server.stopped_since is None
    assert running_server.state == "RUNNING"


def test_a_stop_by_the_provider_is_no_pause(running_server: Server) -> None:
    servers.stop(running_server, by=SYSTEM, at=NOON)

    assert running_server.refreshed().stopped_since is None


def test_a_start_that_fails_leaves_it_stopped_uncharged_and_paused(running_server: Server, alice: Actor) -> None:
    servers.stop(running_server, by=alice, at=NOON)
    drain(at=NOON)
    fault("power_on")

    servers.start(running_server, by=alice, at=EVENING)
    drain(at=EVENING)

    running_server.refresh_from_db()
    assert running_server.state == "STOPPED"
    assert running_server.error == "The host has no power."
    assert running_server.stopped_since == NOON
    assert spans(running_server) == [("server.1core-1gb", MORNING, NOON)]


def test_a_stop_that_fails_is_charged_on(running_server: Server, alice: Actor) -> None:
    fault("power_off")

    servers.stop(running_server, by=alice, at=NOON)
    drain(at=EVENING)

    running_server.refresh_from_db()
    assert running_server.state == "RUNNING"
    assert running_server.stopped_since is None
    assert spans(running_server) == [("server.1core-1gb", MORNING, NOON), ("server.1core-1gb", EVENING, None)]


def test_passing_trouble_is_retried_with_the_same_key(server: Server, alice: Actor) -> None:
    fault("power_on", "Retryable")

    servers.start(server, by=alice, at=NOON)
    drain(at=NOON)

    operation = Operation.objects.get(kind="server.power_on")
    assert (operation.state, operation.attempts) == ("DONE", 2)
    assert SimulatedMachine.objects.get(ref=f"server-{server.pk}").key == operation.uuid
    assert server.refreshed().state == "RUNNING"


def test_a_forced_stop_overtakes_a_stop_in_progress(running_server: Server, alice: Actor, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SIMULATED_DELAY = 600.0
    servers.stop(running_server, by=alice, at=NOON)
    drain(at=NOON, within=drain.__kwdefaults__["within"] / 60)

    servers.force_stop(running_server, by=alice, at=NOON)
    drain(at=NOON, within=drain.__kwdefaults__["within"] / 60)

    assert running_server.refreshed().state == "STOPPED"
    assert spans(running_server) == [("server.1core-1gb", MORNING, NOON)]


def test_a_reset_does_not_cut_the_running_time(running_server: Server, alice: Actor) -> None:
    servers.reset(running_server, by=alice, at=NOON)
    drain(at=NOON)

    assert running_server.refreshed().state == "RUNNING"
    assert spans(running_server) == [("server.1core-1gb", MORNING, None)]


@pytest.mark.terms("3-2")
def test_a_plan_change_gives_a_new_number_and_is_provisional(server: Server, alice: Actor) -> None:
    former = server.number
    Contract.objects.filter(pk=server.contract_id).update(state="ACTIVE")
    server.refresh_from_db()

    servers.change_plan(server, ServerPlan.objects.get(code="2core-4gb"), by=alice, at=NOON)
    drain(at=NOON)
    servers.start(server, by=alice, at=EVENING)
    drain(at=EVENING)

    server.refresh_from_db()
    assert server.number != former
    assert FormerNumber.objects.get(number=former).subject_pk == server.pk
    assert server.contract.state == Contract.State.PROVISIONAL
    assert spans(server) == [("server.2core-4gb", EVENING, None)]
    assert SimulatedMachine.objects.get(ref=f"server-{server.pk}").spec["cores"] == 2


@pytest.mark.terms("3-2")
def test_a_refused_change_stops_the_server_and_keeps_its_data(running_server: Server) -> None:
    Contract.objects.filter(pk=running_server.contract_id).update(state="REFUSED", closed_at=NOON)

    tasks.stop_without_contract(NOON)
    drain(at=NOON)

    running_server.refresh_from_db()
    assert running_server.state == "STOPPED"
    assert SimulatedMachine.objects.filter(ref=f"server-{running_server.pk}").exists()


@pytest.mark.terms("6-1")
def test_deletion_ends_the_contract_the_same_day_and_keeps_other_disks(project: Project, alice: Actor) -> None:
    server = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    server.refresh_from_db()
    disk = server.disks.get()

    servers.delete(server, with_disks=[], by=alice, at=NOON)
    drain(at=NOON)

    server.refresh_from_db()
    assert (server.state, server.contract.state) == ("DELETED", "ENDED")
    assert str(server.contract.ended_on) == "2026-04-01"
    assert not Interface.objects.filter(server=server).exists()
    assert Address.objects.get(address=server.address).is_taken is False
    assert not SimulatedMachine.objects.filter(ref=f"server-{server.pk}").exists()
    disk.refresh_from_db()
    assert (disk.state, disk.server_id) == ("AVAILABLE", None)
    assert spans(disk) == [("ssd.20gb", MORNING, None)]


def test_deletion_with_its_disk_ends_both(project: Project, alice: Actor) -> None:
    server = servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)
    drain(at=MORNING)
    server.refresh_from_db()

    servers.delete(server, with_disks=list(server.disks.all()), by=alice, at=NOON)

    disk = Disk.objects.get()
    assert disk.state == "DELETED"
    assert spans(disk) == [("ssd.20gb", MORNING, NOON)]


@pytest.mark.parametrize("verb", [servers.start, servers.reset], ids=["start", "reset"])
def test_a_verb_the_state_does_not_allow_changes_nothing(running_server: Server, alice: Actor, verb) -> None:  # type: ignore[no-untyped-def]
    if verb is servers.reset:
        servers.stop(running_server, by=alice, at=NOON)
        drain(at=NOON)
    before = (
        running_server.refreshed().state,
        spans(running_server),
        Operation.objects.count(),
        AuditEvent.objects.count(),
    )

    with pytest.raises(Refused):
        verb(running_server, by=alice, at=EVENING)

    after = (
        running_server.refreshed().state,
        spans(running_server),
        Operation.objects.count(),
        AuditEvent.objects.count(),
    )
    assert after == before


def test_a_protected_server_is_not_deleted(server: Server, alice: Actor) -> None:
    labels.protect(server, "server", protected=True, by=alice, at=NOON)

    with pytest.raises(Refused, match="保護"):
        servers.delete(server, with_disks=[], by=alice, at=NOON)

    assert server.refreshed().state == "STOPPED"
    assert server.contract.is_running


def test_a_plan_not_sold_in_the_zone_is_refused_and_nothing_is_written(project: Project, alice: Actor) -> None:
    order = server_order(zone=Zone.objects.get(code="tk1a"), plan=ServerPlan.objects.get(code="8core-32gb"))

    with pytest.raises(Refused) as refusal:
        servers.create(project, order, by=alice, at=MORNING)

    assert refusal.value.field == "plan"
    assert not Server.objects.exists()
    assert not Contract.objects.exists()
    assert not Operation.objects.filter(kind__startswith="server").exists()


def test_the_sandbox_is_never_charged(project: Project, alice: Actor) -> None:
    order = server_order(zone=Zone.objects.get(code="tk1v"))

    server = servers.create(project, order, by=alice, at=MORNING)

    assert server.contract.charged is False


def test_addresses_are_given_back_and_handed_out_again(project: Project, alice: Actor) -> None:
    first = servers.create(project, server_order(), by=alice, at=MORNING)
    second = servers.create(project, server_order("web-02"), by=alice, at=MORNING)
    drain(at=MORNING)

    servers.delete(first.refreshed(), with_disks=[], by=alice, at=NOON)
    third = servers.create(project, server_order("web-03"), by=alice, at=NOON)

    assert (first.address, second.address) == ("198.18.64.4", "198.18.64.5")
    assert third.address == first.address


def test_spans_of_a_server_never_overlap_whatever_the_clocks_say(running_server: Server, alice: Actor) -> None:
    servers.stop(running_server, by=alice, at=MORNING)
    drain(at=MORNING)

    assert Span.objects.filter(contract=running_server.contract).count() == 0


@pytest.mark.terms("3-1")
def test_an_order_is_confirmed_by_mail_with_its_price(project: Project, alice: Actor) -> None:
    servers.create(project, server_order(disk=disk_order()), by=alice, at=MORNING)

    notice = Notice.objects.get(kind="server.ordered")
    # 1,595 + 440 and 10 % of it, as the price list says.
    assert "¥2,238" in notice.text
    assert "web-01" in notice.title
    drain(at=MORNING)
    assert [sent.subject for sent in mail.outbox if "web-01" in sent.subject] == [notice.title]
