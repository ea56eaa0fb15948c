"""Local routers: ordered after six acknowledgements, placed in a network, charged until deleted."""

from datetime import datetime

import pytest
from django.db import connection

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.consents.models import Acceptance
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import contracts, estimates
from billing.contracts.models import Contract, Link
from compute.drivers.models import SimulatedMachine
from compute.networks import tasks
from compute.networks.interfaces import actions as interfaces
from compute.networks.local_routers import actions
from compute.networks.local_routers.models import LocalRouter
from compute.networks.local_routers.wires import Route, of_text
from compute.networks.switches import actions as switches
from compute.servers.models import Server
from compute.services import LOCAL_ROUTER
from core.calendar import JST
from core.errors import Refused
from core.operations.draining import drain
from tests import make
from tests.compute import networks
from tests.compute.conftest import spans
from tests.compute.local_routers import local_router, secret, wire
from tests.make import MORNING, NOON

SENT = {"nonce": ""}  # what a form without fields sends
pytestmark = pytest.mark.usefixtures("db")


# -- the order (18-1, 19-1) ----------------------------------------------------------------------------------------


@pytest.mark.terms("19-1")
def test_nothing_is_ordered_before_the_six_points_are_acknowledged(project: Project, alice: Actor) -> None:
    before = (Contract.objects.count(), AuditEvent.objects.count())

    with pytest.raises(Refused) as refusal:
        actions.create(project, name="here", by=alice, at=MORNING)

    assert refusal.value.code == "consent_needed"
    assert (Contract.objects.count(), AuditEvent.objects.count()) == before
    assert not LocalRouter.objects.exists()
    actions.create(project, name="here", accepted=LOCAL_ROUTER.consents, by=alice, at=MORNING)
    accepted = Acceptance.objects.get(document__code="peering")
    assert (accepted.at, accepted.context) == (MORNING, {"service": "local-router"})


@pytest.mark.terms("19-1")
def test_the_order_form_shows_the_six_points_once(project: Project, alice_client) -> None:
    form = alice_client.get("/local-routers/new").content.decode()
    six = ("リソースID", "自らのデータに届く", "第三のアカウント", "争いごと", "ルータの設定", "解約するまで料金")
    assert [words in form for words in six] == [True] * 6

    assert alice_client.post("/local-routers/new", {"name": "here"}).status_code == 422
    assert alice_client.post("/local-routers/new", {"name": "here", "accepted": "peering"}).status_code == 302

    assert "第三のアカウント" not in alice_client.get("/local-routers/new").content.decode()


def test_it_is_charged_from_the_order_to_its_deletion_wherever_it_stands(project: Project, alice: Actor) -> None:
    made = local_router(project, third=10, by=alice)
    actions.disconnect(made, by=alice, at=NOON)

    actions.delete(made, by=alice, at=NOON)

    assert spans(made) == [("local-router.", MORNING, NOON)]
    assert made.contract.refreshed().state == "ENDED"


def test_a_whole_month_costs_the_monthly_price(project: Project) -> None:
    made = local_router(project, at=datetime(2026, 4, 1, tzinfo=JST))

    charges = estimates.month_so_far([made.contract_id], at=datetime(2026, 4, 30, 23, 59, tzinfo=JST))

    assert charges == {made.contract_id: 4400}


@pytest.mark.terms("18-1")
def test_a_project_has_ten_of_them(project: Project) -> None:
    for n in range(10):
        local_router(project, f"n{n}")

    with pytest.raises(Refused) as refusal:
        local_router(project, "one more")

    assert refusal.value.code == "quota_exceeded"
    assert LocalRouter.objects.count() == 10


# -- its place (18-1) ----------------------------------------------------------------------------------------------


@pytest.mark.terms("18-1")
@pytest.mark.parametrize(
    "changes, field",
    [
        ({"length": 7}, "length"),
        ({"length": 30}, "length"),
        ({"vrid": 0}, "vrid"),
        ({"vrid": 256}, "vrid"),
        ({"second": "192.168.10.2"}, "second"),
        ({"first": "192.168.11.2"}, "first"),
        ({"virtual": "192.168.10.0"}, "virtual"),
        ({"second": "192.168.10.255"}, "second"),
        ({"virtual": "127.0.0.1", "first": "127.0.0.2", "second": "127.0.0.3"}, "virtual"),
        ({"virtual": "169.254.1.1", "first": "169.254.1.2", "second": "169.254.1.3"}, "virtual"),
        ({"virtual": "224.0.0.1", "first": "224.0.0.2", "second": "224.0.0.3"}, "virtual"),
    ],
)
def test_addresses_that_cant_be_are_refused_at_their_field(project: Project, alice: Actor, changes, field) -> None:
    made, switch = local_router(project), networks.switch(project, by=alice)

    with pytest.raises(Refused) as refusal:
        actions.connect(made, switch, wire(10, **changes), by=alice, at=NOON)

    assert refusal.value.field == field
    assert (made.refreshed().switch, made.network) == (None, None)
    assert not Link.objects.filter(contract=made.contract).exists()


@pytest.mark.terms("18-1")
@pytest.mark.parametrize("length", [8, 29])
def test_the_shortest_and_the_longest_prefix_are_taken(project: Project, alice: Actor, length: int) -> None:
    made, switch = local_router(project), networks.switch(project, by=alice)

    actions.connect(made, switch, wire(10, length=length), by=alice, at=NOON)

    assert made.network.prefixlen == length


@pytest.mark.parametrize("place", ["tk1v", "theirs", "deleted"])
def test_it_stands_on_no_switch_of_the_sandbox_of_others_or_that_is_gone(
    project: Project, alice: Actor, place: str
) -> None:
    home = make.project(project.organisation) if place == "theirs" else project
    switch = networks.switch(home, place="tk1v" if place == "tk1v" else "is1b", by=SYSTEM)
    if place == "deleted":
        switches.delete(switch, by=SYSTEM, at=MORNING)
    made = local_router(project)

    with pytest.raises(Refused) as refusal:
        actions.connect(made, switch, wire(10), by=alice, at=NOON)

    assert refusal.value.field == "switch"
    assert made.refreshed().switch is None


def test_an_address_of_a_server_or_another_local_router_and_its_vrid_are_taken(
    server: Server, project: Project, alice: Actor
) -> None:
    first = local_router(project, "first", 10, by=alice)
    assert first.switch is not None
    interfaces.connect(server.interfaces.get(), first.switch, by=alice, at=NOON)
    interfaces.note_address(server.interfaces.get(), "192.168.10.50", by=alice, at=NOON)
    second = local_router(project, "second")
    fits = {"virtual": "192.168.10.11", "first": "192.168.10.12", "second": "192.168.10.13", "vrid": 11}

    for changes, field in (({"second": "192.168.10.3"}, "second"), ({"first": "192.168.10.50"}, "first"),
                           ({"vrid": 10}, "vrid")):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            actions.connect(second, first.switch, wire(10, **{**fits, **changes}), by=alice, at=NOON)
        assert refusal.value.field == field
    actions.connect(second, first.switch, wire(10, **fits), by=alice, at=NOON)

    assert first.switch.local_routers.count() == 2


def test_a_switch_is_not_deleted_while_it_stands_there(project: Project, alice: Actor) -> None:
    made = local_router(project, third=10, by=alice)
    switch = made.switch
    assert switch is not None

    assert [one.pk for one in contracts.dependants(switch.contract).refusing] == [made.contract_id]
    with pytest.raises(Refused, match="here") as refusal:
        switches.delete(switch, by=alice, at=NOON)
    assert refusal.value.code == "still_needed"
    actions.disconnect(made, by=alice, at=NOON)
    switches.delete(switch, by=alice, at=NOON)

    assert (switch.refreshed().state, made.contract.refreshed().is_running) == ("DELETED", True)


def test_moving_it_to_another_switch_frees_the_first_one(project: Project, alice: Actor) -> None:
    made = local_router(project, third=10, by=alice)
    before, after = made.switch, networks.switch(project, "other", by=alice)
    assert before is not None

    actions.connect(made, after, wire(10), by=alice, at=NOON)

    switches.delete(before, by=alice, at=NOON)
    assert list(Link.objects.filter(contract=made.contract).values_list("needs", flat=True)) == [after.contract_id]


# -- static routes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/24",
        "10.0.0.1/24 192.168.10.9",
        "10.0.0.0/24 192.168.11.9",
        "10.0.0.0/24 192.168.10.1",
        "10.0.0.0/24 there",
        "10.0.0.0/30 192.168.10.9",
        "8.0.0.0/7 192.168.10.9",
        "0.0.0.0/0 192.168.10.9",
        "192.168.0.0/16 192.168.10.9",
        "10.0.0.0/16 192.168.10.9\n10.0.4.0/24 192.168.10.9",
        "fd00::/24 192.168.10.9",
        "\n".join(f"10.{n}.0.0/16 192.168.10.9" for n in range(33)),
    ],
)
def test_routes_that_cant_be_are_refused_and_the_old_ones_stay(project: Project, alice: Actor, text: str) -> None:
    made = local_router(project, third=10)
    kept = (Route("172.16.0.0/24", "192.168.10.9"),)
    actions.set_routes(made, kept, by=alice, at=MORNING)

    with pytest.raises(Refused) as refusal:
        actions.set_routes(made, of_text(text), by=alice, at=NOON)

    assert (refusal.value.field, made.refreshed().static_routes) == ("routes", kept)


def test_routes_need_a_switch_and_go_with_it(project: Project, alice: Actor) -> None:
    nowhere, made = local_router(project), local_router(project, "there", 10)
    route = Route("10.0.0.0/24", "192.168.10.9")

    with pytest.raises(Refused, match="スイッチ"):
        actions.set_routes(nowhere, (route,), by=alice, at=NOON)
    actions.set_routes(made, (route,), by=alice, at=NOON)
    with pytest.raises(Refused):
        actions.connect(made, networks.switch(project, "other", by=alice), wire(11), by=alice, at=NOON)
    assert made.refreshed().reaches == ["192.168.10.0/24", "10.0.0.0/24"]
    actions.disconnect(made, by=alice, at=NOON)

    assert made.refreshed().reaches == []


def test_the_driver_is_told_all_of_it(project: Project, alice: Actor) -> None:
    made = local_router(project, third=10)
    actions.set_routes(made, (Route("10.0.0.0/24", "192.168.10.9"),), by=alice, at=MORNING)
    drain(at=MORNING)

    known = SimulatedMachine.objects.get(ref=f"local-router-{made.pk}")
    assert known.spec == {
        "switch": f"switch-{made.switch_id}",
        "addresses": ["192.168.10.1/24", "192.168.10.2/24", "192.168.10.3/24"],
        "vrid": 10,
        "routes": [["10.0.0.0/24", "192.168.10.9"]],
        "links": [],
    }
    actions.delete(made, by=alice, at=NOON)
    drain(at=NOON)
    assert not SimulatedMachine.objects.filter(ref=known.ref).exists()


# -- its key -------------------------------------------------------------------------------------------------------


def test_its_key_is_at_rest_in_an_envelope_and_nowhere_else(project: Project, alice: Actor) -> None:
    key = secret(local_router(project, by=alice))

    with connection.cursor() as cursor:
        for table in ("compute_localrouter", "accounts_auditevent", "accounts_notice", "core_operation"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{key}%"])
            assert cursor.fetchone() == (0,), table


def test_only_who_may_arrange_things_sees_the_key(project: Project, alice_client, bob_client) -> None:
    made = local_router(project)
    url = f"/local-routers/{made.number}/key"

    assert secret(made) in alice_client.get(url).content.decode()
    assert bob_client.get(url).status_code == 403
    detail = bob_client.get(f"/local-routers/{made.number}/")
    assert (detail.status_code, url in detail.content.decode()) == (200, False)


# -- its end -------------------------------------------------------------------------------------------------------


def test_a_protected_one_is_not_deleted(project: Project, alice: Actor) -> None:
    made = local_router(project)
    actions.protect(made, protected=True, by=alice, at=NOON)

    with pytest.raises(Refused):
        actions.delete(made, by=alice, at=NOON)

    assert made.contract.refreshed().is_running


def test_what_staff_refuse_is_taken_away_by_the_sweep(project: Project) -> None:
    made = local_router(project, third=10)

    contracts.refuse(made.contract, "?", by=SYSTEM, at=NOON)
    tasks.take_away_ended_networks(NOON)

    assert (made.refreshed().state, made.switch) == ("DELETED", None)
    assert Notice.objects.filter(kind="local_router.ended").count() == 1


# -- pages ---------------------------------------------------------------------------------------------------------


def test_one_is_ordered_placed_routed_edited_and_deleted_in_the_browser(project: Project, alice: Actor, alice_client):
    switch = networks.switch(project, by=alice)
    assert alice_client.post("/local-routers/new", {"name": "here", "accepted": "peering"}).status_code == 302
    url = f"/local-routers/{LocalRouter.objects.get().number}/"
    place = {"switch": switch.number, "virtual": "10.1.0.1", "first": "10.1.0.2", "second": "10.1.0.3", "length": 24}
    assert alice_client.post(f"{url}connect", {**place, "vrid": 300}).status_code == 422
    assert alice_client.post(f"{url}connect", {**place, "vrid": 1}).status_code == 302
    assert alice_client.post(f"{url}routes", {"routes": "10.2.0.0/24"}).status_code == 422
    assert alice_client.post(f"{url}routes", {"routes": "10.2.0.0/24 10.1.0.9"}).status_code == 302
    assert "10.2.0.0/24 10.1.0.9" in alice_client.get(f"{url}routes").content.decode()
    assert alice_client.post(f"{url}edit", {"name": "there"}).status_code == 302
    detail = alice_client.get(url).content.decode()
    assert all(words in detail for words in ("there", "10.1.0.0/24", "10.2.0.0/24", "backend", "usacloud", "10.1.0.3"))
    assert "there" in alice_client.get("/local-routers/").content.decode()
    assert alice_client.post(f"{url}protection").status_code == 302
    assert alice_client.post(f"{url}delete", {"confirm": "there"}).status_code == 422
    assert alice_client.post(f"{url}protection").status_code == 302
    assert alice_client.post(f"{url}new-key", SENT).status_code == 302
    assert alice_client.post(f"{url}disconnect", SENT).status_code == 302
    assert "¥20" in alice_client.get(f"{url}delete").content.decode()
    assert alice_client.post(f"{url}delete", {"confirm": "there"}).status_code == 302

    assert LocalRouter.objects.get().state == "DELETED"


def test_the_list_costs_the_same_queries_for_1_and_10(
    project: Project, alice_client, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    local_router(project, "n0", 100)
    alice_client.get("/local-routers/")
    with django_assert_max_num_queries(30) as one:
        alice_client.get("/local-routers/")
    for n in range(1, 10):
        local_router(project, f"n{n}", 100 + n)

    with django_assert_num_queries(len(one.captured_queries)):
        alice_client.get("/local-routers/")
