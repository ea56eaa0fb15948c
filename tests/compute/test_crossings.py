"""Verbs that cross: two tabs, a contract that ends while a worker is busy, a disk that two people want."""

from typing import Any

import pytest

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts
from billing.contracts.models import Contract
from compute.disks import actions as disks
from compute.disks.models import Disk
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.library import labels
from compute.servers import actions as servers
from compute.servers import tasks
from compute.servers.models import Server
from compute.zones import ServerPlan, Zone
from core.errors import Refused
from core.operations import performing
from core.operations.draining import drain
from tests.compute.conftest import disk_order, server_order, spans
from tests.make import EVENING, MORNING, NOON


@pytest.fixture
def disk(project: Project, alice: Actor) -> Disk:
    """Alice's disk, copied, in no server."""
    made = disks.create(project, disk_order("data"), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


def test_two_plan_changes_from_the_same_page_give_one_new_number_and_one_refusal(server: Server, alice: Actor) -> None:
    other_tab = Server.objects.select_related("zone", "plan", "contract", "project").get(pk=server.pk)
    servers.change_plan(server, ServerPlan.objects.get(code="2core-4gb"), by=alice, at=NOON)

    with pytest.raises(Refused):
        servers.change_plan(other_tab, ServerPlan.objects.get(code="4core-8gb"), by=alice, at=NOON)

    now = Server.objects.select_related("plan").get(pk=server.pk)
    assert (now.plan.code, now.number) == ("2core-4gb", server.number)


@pytest.mark.terms("3-2")
def test_a_contract_refused_during_the_start_leads_to_a_stopped_uncharged_server(server: Server, alice: Actor) -> None:
    servers.start(server, by=alice, at=NOON)
    contracts.refuse(Contract.objects.get(pk=server.contract_id), "No.", by=SYSTEM, at=NOON)

    drain(at=NOON)
    tasks.stop_without_contract(EVENING)
    drain(at=EVENING)

    assert server.refreshed().state == "STOPPED"
    assert spans(server) == []


@pytest.mark.terms("3-2")
def test_a_server_without_contract_that_does_not_stop_is_stopped_again(running_server: Server) -> None:
    contracts.refuse(Contract.objects.get(pk=running_server.contract_id), "No.", by=SYSTEM, at=NOON)
    SimulatedFault.objects.create(call="power_off", error="Rejected", text="The host has no power.")

    tasks.stop_without_contract(NOON)
    drain(at=NOON)
    assert running_server.refreshed().state == "RUNNING"
    tasks.stop_without_contract(EVENING)
    drain(at=EVENING)

    assert running_server.refreshed().state == "STOPPED"
    assert spans(running_server) == [("server.1core-1gb", MORNING, NOON)]


def test_a_disk_is_attached_to_a_stopped_server_and_detached_again(server: Server, disk: Disk, alice: Actor) -> None:
    servers.attach(server, disk, by=alice, at=NOON)
    drain(at=NOON)
    assert SimulatedMachine.objects.get(ref=f"disk-{disk.pk}").attached_to == f"server-{server.pk}"

    disks.detach(disk.refreshed(), by=alice, at=EVENING)
    drain(at=EVENING)

    assert SimulatedMachine.objects.get(ref=f"disk-{disk.pk}").attached_to == ""
    assert spans(disk) == [("ssd.20gb", MORNING, None)]


@pytest.mark.parametrize("verb", ["start", "delete"])
def test_a_disk_is_not_attached_to_a_server_that_runs_or_is_gone(
    server: Server, disk: Disk, alice: Actor, verb: str
) -> None:
    other_tab = Server.objects.get(pk=server.pk)
    if verb == "start":
        servers.start(server, by=alice, at=NOON)
    else:
        servers.delete(server, with_disks=[], by=alice, at=NOON)

    with pytest.raises(Refused):
        servers.attach(other_tab, disk, by=alice, at=NOON)

    assert disk.refreshed().server_id is None


def test_a_disk_of_another_project_is_not_attached(
    server: Server, elsewhere: Project, alice: Actor, charlie: Actor
) -> None:
    theirs = disks.create(elsewhere, disk_order("theirs"), by=charlie, at=MORNING)

    with pytest.raises(Refused):
        servers.attach(server, theirs, by=alice, at=NOON)

    assert theirs.refreshed().server_id is None


def test_a_disk_deleted_in_another_tab_is_not_attached(server: Server, disk: Disk, alice: Actor) -> None:
    other_tab = Disk.objects.get(pk=disk.pk)
    disks.delete(disk, by=alice, at=NOON)

    with pytest.raises(Refused):
        servers.attach(server, other_tab, by=alice, at=NOON)

    assert disk.refreshed().server_id is None


def test_a_disk_attached_in_another_tab_is_not_deleted(server: Server, disk: Disk, alice: Actor) -> None:
    other_tab = Disk.objects.select_related("contract", "project").get(pk=disk.pk)
    servers.attach(server, disk, by=alice, at=NOON)

    with pytest.raises(Refused):
        disks.delete(other_tab, by=alice, at=NOON)

    assert (disk.refreshed().state, disk.contract.is_running) == ("AVAILABLE", True)


def test_a_disk_is_not_taken_out_of_a_server_started_in_another_tab(server: Server, disk: Disk, alice: Actor) -> None:
    servers.attach(server, disk, by=alice, at=NOON)
    drain(at=NOON)
    other_tab = Disk.objects.select_related("server", "project").get(pk=disk.pk)
    servers.start(server, by=alice, at=NOON)

    with pytest.raises(Refused):
        disks.detach(other_tab, by=alice, at=NOON)

    assert disk.refreshed().server_id == server.pk


def test_a_disk_detached_before_a_worker_attached_it_stays_out(server: Server, disk: Disk, alice: Actor) -> None:
    servers.attach(server, disk, by=alice, at=NOON)
    disks.detach(disk.refreshed(), by=alice, at=NOON)
    attach, detach = performing.claim(at=NOON)

    performing.perform(detach, at=NOON)
    performing.perform(attach, at=NOON)

    assert SimulatedMachine.objects.get(ref=f"disk-{disk.pk}").attached_to == ""


def test_a_server_protected_in_another_tab_is_not_deleted(server: Server, alice: Actor) -> None:
    other_tab = Server.objects.select_related("contract", "project").get(pk=server.pk)
    labels.protect(server, "server", protected=True, by=alice, at=NOON)

    with pytest.raises(Refused, match="保護"):
        servers.delete(other_tab, with_disks=[], by=alice, at=NOON)

    assert server.refreshed().state == "STOPPED"


@pytest.mark.parametrize("create, order", [(servers.create, server_order), (disks.create, disk_order)])
def test_a_zone_closed_for_orders_takes_none(project: Project, alice: Actor, create: Any, order: Any) -> None:
    Zone.objects.filter(code="is1b").update(is_open=False)
    ordered = order()

    with pytest.raises(Refused) as refusal:
        create(project, ordered, by=alice, at=NOON)

    assert refusal.value.field == "zone"
    assert not Contract.objects.exists()
