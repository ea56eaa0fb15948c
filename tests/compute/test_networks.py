"""Networks as verbs: what hangs on what, what ends with what, what the database refuses."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import estimates
from billing.contracts.models import Contract
from compute.drivers.models import SimulatedMachine
from compute.networks.addressing import plan
from compute.networks.bridges import actions as bridges
from compute.networks.filters import actions as filters
from compute.networks.filters import rules
from compute.networks.interfaces import actions as interfaces
from compute.networks.models import Address, Block, Interface, Router, Switch
from compute.networks.routers import actions as routers
from compute.networks.routers import blocks
from compute.networks.switches import actions as switches
from compute.networks.tasks import take_away_ended_networks
from compute.servers import actions as servers
from compute.servers.models import Server
from core.errors import Refused
from core.operations.draining import drain
from core.operations.models import Operation
from tests.compute import networks
from tests.compute.conftest import spans
from tests.make import EVENING, MORNING, NOON

HOP = "198.19.80.4"


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Block, Address, Contract, Operation, AuditEvent))


def charged(block: Block) -> Contract:
    """The contract of additional addresses."""
    assert block.contract is not None
    return block.contract


@pytest.fixture
def router(project: Project, alice: Actor) -> Router:
    return networks.router(project, by=alice)


@pytest.mark.terms("11-1")
def test_additional_addresses_are_ordered_only_while_their_router_is_in_use(router: Router, alice: Actor) -> None:
    routers.delete(router, by=alice, at=NOON)
    before = counts()

    with pytest.raises(Refused) as refusal:
        blocks.add(router, 28, HOP, by=alice, at=EVENING)

    assert refusal.value.clause == "11-1"
    assert counts() == before


@pytest.mark.terms("11-2")
def test_additional_addresses_end_with_their_router_at_the_same_instant(router: Router, alice: Actor) -> None:
    first, second = (blocks.add(router, length, HOP, by=alice, at=MORNING) for length in (28, 27))

    routers.delete(router, by=alice, at=NOON)

    contracts = Contract.objects.filter(pk__in=[router.contract_id, first.contract_id, second.contract_id])
    assert set(contracts.values_list("state", "closed_at")) == {("ENDED", NOON)}
    assert set(Block.objects.values_list("released_at", flat=True)) == {NOON}
    assert not Address.objects.filter(block__isnull=False).exists()
    assert Switch.objects.get().state == "DELETED"
    event = AuditEvent.objects.get(verb="router.deleted")
    assert event.data["addresses"] == f"{first}, {second}"
    letter = Notice.objects.filter(kind="router.ended").first()
    assert str(first.contract.number) in letter.text
    assert str(second.contract.number) in letter.text


@pytest.mark.terms("11-3")
def test_additional_addresses_cost_whole_months_whenever_they_end(router: Router, alice: Actor) -> None:
    block = blocks.add(router, 27, HOP, by=alice, at=MORNING)

    blocks.remove(block, by=alice, at=NOON)
    again = blocks.add(router, 27, HOP, by=alice, at=EVENING)

    later = EVENING + timedelta(minutes=1)
    assert estimates.of_contract(charged(block), at=later).so_far == 6600
    assert estimates.of_contract(charged(again), at=later).so_far == 6600
    assert spans(block) == [("address.27", MORNING, NOON)]


@pytest.mark.terms("11-3")
def test_the_order_says_that_months_are_whole_before_it_is_sent(router: Router, alice_client: Client) -> None:
    page = alice_client.get(f"/routers/{router.number}/addresses").content.decode()

    assert "/terms/11-3" in page
    assert "¥3,630" in page


@pytest.mark.parametrize("length, usable", [(28, 11), (27, 27), (26, 59)])
def test_a_block_has_the_usable_addresses_of_the_price_list(length: int, usable: int) -> None:
    network: Any = ip_network(f"198.19.80.0/{length}")

    assert plan.usable(network) == usable
    assert int(plan.last_usable(network)) - int(plan.first_usable(network)) + 1 == usable
    assert int(plan.first_usable(network)) == int(network.network_address) + 4


def test_blocks_are_cut_side_by_side_and_reused_when_given_back(project: Project, alice: Actor) -> None:
    one, two = (networks.router(project, name, by=alice) for name in ("one", "two"))
    big = networks.router(project, "big", length=26, by=alice)

    assert [str(r.blocks.get()) for r in (one, two, big)] == ["198.19.80.0/28", "198.19.80.16/28", "198.19.80.64/26"]
    routers.delete(one, by=alice, at=NOON)
    assert str(networks.router(project, "three", by=alice).blocks.get()) == "198.19.80.0/28"


def test_the_database_refuses_blocks_that_overlap(router: Router) -> None:
    own = router.blocks.get()

    with pytest.raises(IntegrityError, match="block_no_overlap"), transaction.atomic():
        Block.objects.create(router=router, kind="IPV6", network=f"{own.network[0]}/30", created_at=NOON)

    assert Block.objects.count() == 1


@pytest.mark.parametrize("hop", ["198.19.80.3", "198.19.80.15", "198.19.80.1", "192.168.0.1", "nonsense"])
def test_a_next_hop_elsewhere_is_refused_at_its_field(router: Router, alice: Actor, hop: str) -> None:
    before = counts()

    with pytest.raises(Refused) as refusal:
        blocks.add(router, 28, hop, by=alice, at=NOON)

    assert (refusal.value.field, refusal.value.status) == ("next_hop", 400)
    assert counts() == before


def test_another_bandwidth_gives_another_number_and_starts_a_new_ladder(router: Router, alice: Actor) -> None:
    former = router.number

    routers.change_bandwidth(router, networks.plan(250), by=alice, at=NOON)

    assert router.refreshed().number != former
    assert spans(router) == [("router.100mbps", MORNING, NOON), ("router.250mbps", NOON, None)]
    drain(at=NOON)
    assert SimulatedMachine.objects.get(ref=f"router-{router.pk}").spec["bandwidth_mbps"] == 250
    with pytest.raises(Refused):
        routers.change_bandwidth(router, networks.plan(250), by=alice, at=EVENING)


def test_a_router_with_something_behind_it_is_not_deleted(router: Router, server: Server, alice: Actor) -> None:
    interfaces.connect(interface_of(server), router.switch, by=alice, at=NOON)
    before = counts()

    with pytest.raises(Refused, match="web-01"):
        routers.delete(router, by=alice, at=NOON)

    assert counts() == before
    assert router.refreshed().state == "AVAILABLE"


def interface_of(server: Server) -> Interface:
    return Interface.objects.for_page().get(server=server, position=0)


def test_a_machine_behind_a_router_has_only_addresses_routed_there(
    router: Router, server: Server, alice: Actor
) -> None:
    one = interface_of(server)
    interfaces.connect(one, router.switch, by=alice, at=NOON)

    with pytest.raises(Refused, match="ルータの配下"):
        interfaces.note_address(one, "192.168.0.1", by=alice, at=NOON)
    interfaces.note_address(one, HOP, by=alice, at=NOON)

    assert server.refreshed().address == HOP
    drain(at=NOON)
    [nic] = SimulatedMachine.objects.get(ref=f"server-{server.pk}").spec["interfaces"]
    assert (nic["network"], nic["address"]) == (f"switch-{router.switch_id}", HOP)


def test_a_switch_is_charged_until_it_is_deleted(project: Project, alice: Actor) -> None:
    switch = networks.switch(project, by=alice)

    switches.delete(switch, by=alice, at=NOON)

    assert spans(switch) == [("switch.", MORNING, NOON)]
    assert switch.contract.refreshed().state == "ENDED"
    assert Notice.objects.filter(kind="network.ordered").exists()


def test_a_deleted_server_leaves_its_switch_free(project: Project, server: Server, alice: Actor) -> None:
    switch = networks.switch(project, by=alice)
    interfaces.connect(interface_of(server), switch, by=alice, at=NOON)
    with pytest.raises(Refused, match="web-01"):
        switches.delete(switch, by=alice, at=NOON)

    servers.delete(server, with_disks=[], by=alice, at=NOON)
    switches.delete(switch, by=alice, at=EVENING)

    assert switch.state == "DELETED"


def test_an_interface_is_not_wired_across_zones_or_to_a_deleted_switch(
    project: Project, server: Server, alice: Actor
) -> None:
    far, gone = networks.switch(project, "far", place="tk1b", by=alice), networks.switch(project, "gone", by=alice)
    switches.delete(gone, by=alice, at=NOON)
    before = counts()

    for switch in (far, gone):
        with pytest.raises(Refused):
            interfaces.connect(interface_of(server), switch, by=alice, at=NOON)

    assert counts() == before
    assert interface_of(server).shared_address is not None


@pytest.mark.terms("17-1")
def test_a_bridge_is_free_and_takes_one_switch_of_each_zone(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    bridge = networks.bridge(project, by=alice)
    here, far = networks.switch(project, by=alice), networks.switch(project, "far", place="tk1b", by=alice)
    bridges.attach(bridge, here, by=alice, at=NOON)
    bridges.attach(bridge, far, by=alice, at=NOON)

    with pytest.raises(Refused) as refusal:
        bridges.attach(bridge, networks.switch(project, "second", by=alice), by=alice, at=NOON)

    assert refusal.value.clause == "17-1"
    assert spans(bridge) == []
    drain(at=NOON)
    assert SimulatedMachine.objects.get(ref=f"switch-{far.pk}").spec["joins"] == [f"bridge-{bridge.pk}"]
    assert "/terms/17-1" in alice_client.get("/bridges/").content.decode()


def test_rules_are_read_written_and_checked_line_by_line() -> None:
    text = "allow tcp 198.51.100.0/24 * 22  # SSH\nallow udp * 53\ndeny ip"

    found = rules.checked(rules.of_text(text))

    assert rules.as_text(found) == text
    assert [rule["protocol"] for rule in found] == ["tcp", "udp", "ip"]


@pytest.mark.parametrize(
    "line",
    ["permit ip", "allow gre", "allow icmp * 1", "allow tcp 300.1.1.1", "allow tcp * 0", "allow tcp * 9-2",
     "allow tcp 10.0.0.1/8", "allow tcp * * 80 x", "allow tcp * 65536", "deny"],
)  # fmt: skip
def test_a_bad_rule_is_named_by_its_line(line: str) -> None:
    with pytest.raises(Refused, match="ルール2"):
        rules.checked(rules.of_text(f"allow ip\n{line}"))


def test_thirty_rules_are_enough_and_thirty_one_too_many() -> None:
    assert len(rules.checked(rules.of_text("deny ip\n" * 30))) == 30
    with pytest.raises(Refused, match="31"):
        rules.checked(rules.of_text("deny ip\n" * 31))


def test_rules_hold_at_once_on_a_running_server(project: Project, running_server: Server, alice: Actor) -> None:
    one = networks.packet_filter(project, by=alice)
    interfaces.filter_by(interface_of(running_server), one, by=alice, at=NOON)

    filters.set_rules(one, rules.of_text("deny ip"), by=alice, at=NOON)

    drain(at=NOON)
    [nic] = SimulatedMachine.objects.get(ref=f"server-{running_server.pk}").spec["interfaces"]
    assert [rule["action"] for rule in nic["rules"]] == ["deny"]


def test_networks_whose_contract_staff_ended_are_taken_away(router: Router, alice: Actor) -> None:
    block = blocks.add(router, 28, HOP, by=alice, at=MORNING)
    Contract.objects.filter(pk__in=[router.contract_id, block.contract_id]).update(
        state="ENDED", ended_on=NOON.date(), closed_at=NOON
    )

    take_away_ended_networks(EVENING)

    assert not Block.objects.alive().exists()
    assert router.refreshed().state == "DELETED"


@pytest.mark.parametrize("name", ["localhost", "-a.example.jp", "a..b", "x" * 64 + ".jp", "日本.jp", "a b.jp"])
def test_what_is_no_host_name_is_refused(router: Router, alice: Actor, name: str) -> None:
    row = router.blocks.get().addresses.order_by("address")[4]

    with pytest.raises(Refused):
        blocks.name(row, name, by=alice, at=NOON)

    assert Address.objects.get(pk=row.pk).host_name == ""


@pytest.mark.parametrize("at", ["switches", "routers", "packet-filters", "bridges"])
def test_a_list_costs_the_same_queries_for_one_and_for_five(
    project: Project, alice: Actor, alice_client: Client, at: str
) -> None:
    make: Any = {"switches": networks.switch, "routers": networks.router, "packet-filters": networks.packet_filter,
            "bridges": networks.bridge}[at]  # fmt: skip

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert alice_client.get(f"/{at}/").status_code == 200
        return len(seen)

    make(project, "first", by=alice)
    queries()
    one = queries()
    for number in range(4):
        make(project, f"more-{number}", by=alice)

    assert queries() == one
