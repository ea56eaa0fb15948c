"""Hybrid connections: who may order one, the switch at its end, how it ends and what it outlives."""

from datetime import date, datetime, timedelta

import pytest

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import contracts, estimates
from billing.contracts import Contract
from billing.contracts import tasks as contract_sweeps
from billing.other_services import actions as others
from compute.drivers.models import SimulatedMachine
from compute.networks import tasks
from compute.networks.hybrid import actions
from compute.networks.hybrid.actions import HybridOrder
from compute.networks.hybrid.models import HybridConnection
from compute.networks.routers import actions as routers
from compute.networks.switches import actions as switches
from compute.servers import actions as servers
from compute.servers.models import Server
from core.calendar import JST
from core.errors import Refused
from core.operations.draining import drain
from tests import make
from tests.compute import networks
from tests.compute.conftest import server_order, spans
from tests.compute.hybrids import hybrid, service
from tests.make import MORNING, NOON

pytestmark = pytest.mark.usefixtures("db")


def jst(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JST)


# -- who may order one (12-1) --------------------------------------------------------------------------------------


@pytest.mark.terms("12-1")
def test_who_uses_none_of_the_services_orders_nothing(project: Project, alice: Actor) -> None:
    networks.switch(project, by=alice)
    others.claim(project.organisation, "VPS", "vps-1", by=alice, at=MORNING)
    before = (Contract.objects.count(), AuditEvent.objects.count())

    with pytest.raises(Refused) as refusal:
        actions.create(project, HybridOrder("to-rack"), by=alice, at=MORNING)

    assert (refusal.value.clause, refusal.value.code) == ("12-1", "not_eligible")
    assert (Contract.objects.count(), AuditEvent.objects.count()) == before
    assert not HybridConnection.objects.exists()


@pytest.mark.terms("12-1")
def test_a_server_here_makes_one_a_user(server: Server, project: Project, alice: Actor) -> None:
    made = actions.create(project, HybridOrder("to-rack"), by=alice, at=MORNING)

    assert spans(made) == [("hybrid.", MORNING, None)]


@pytest.mark.terms("12-1")
@pytest.mark.parametrize("kind", ["DEDICATED", "DEDICATED_HOURLY", "VPS", "HOUSING", "REMOTE_HOUSING"])
def test_each_service_elsewhere_that_staff_have_confirmed_makes_one_a_user(
    project: Project, alice: Actor, kind: str
) -> None:
    other = service(project.organisation, kind)

    made = actions.create(project, HybridOrder("to-rack", other_service=other, line="A-12"), by=alice, at=MORNING)

    assert (made.other_service, made.line, made.contract.due) == (other, "A-12", "HYBRID")


def test_one_that_has_ended_or_was_refused_makes_nobody_a_user(project: Project, alice: Actor) -> None:
    gone, refused = service(project.organisation), others.claim(project.organisation, "VPS", "x", by=alice, at=MORNING)
    others.end(gone, by=alice, at=NOON)
    others.refuse(refused, "We have no such contract.", by=SYSTEM, at=NOON)

    with pytest.raises(Refused, match="ハイブリッド接続"):
        actions.create(project, HybridOrder("to-rack"), by=alice, at=NOON)

    assert not HybridConnection.objects.exists()


def test_another_customers_service_is_no_end_of_ones_own(project: Project, elsewhere: Project, alice: Actor) -> None:
    service(project.organisation)
    theirs = service(elsewhere.organisation, reference="vps-9")

    with pytest.raises(Refused) as refusal:
        actions.create(project, HybridOrder("to-rack", other_service=theirs), by=alice, at=MORNING)

    assert refusal.value.field == "other_service"
    assert not HybridConnection.objects.exists()


def test_the_order_is_confirmed_by_a_mail_that_names_the_first_due_day(project: Project) -> None:
    hybrid(project)

    text = Notice.objects.get(kind="hybrid.ordered").text
    assert "2026-05-31" in text
    assert "¥12,100" in text


# -- the switch (AM-12) --------------------------------------------------------------------------------------------


def test_it_is_tied_to_a_switch_by_the_hypervisor(project: Project, alice: Actor) -> None:
    switch = networks.switch(project, by=alice)
    made = hybrid(project, switch=switch)
    drain(at=MORNING)

    tied = SimulatedMachine.objects.get(ref=f"hybrid-{made.pk}")
    assert f"switch-{switch.pk}" in str(tied.spec)
    actions.disconnect(made, by=alice, at=NOON)
    drain(at=NOON)
    tied.refresh_from_db()
    assert f"switch-{switch.pk}" not in str(tied.spec)


def test_a_switch_is_not_deleted_while_a_hybrid_connection_is_on_it(project: Project, alice: Actor) -> None:
    switch = networks.switch(project, by=alice)
    made = hybrid(project, switch=switch)

    with pytest.raises(Refused, match="to-rack") as refusal:
        switches.delete(switch, by=alice, at=NOON)

    assert refusal.value.code == "still_needed"
    assert switch.contract.refreshed().is_running
    actions.disconnect(made, by=alice, at=NOON)
    switches.delete(switch, by=alice, at=NOON)
    assert (switch.refreshed().state, made.contract.refreshed().is_running) == ("DELETED", True)


def test_the_switch_of_a_router_counts_too(project: Project, alice: Actor) -> None:
    router = networks.router(project, by=alice)
    hybrid(project, switch=router.switch)

    with pytest.raises(Refused, match="to-rack"):
        routers.delete(router, by=alice, at=NOON)

    assert router.contract.refreshed().is_running


def test_one_hybrid_connection_for_a_switch_and_one_switch_for_a_hybrid_connection(
    project: Project, alice: Actor
) -> None:
    first, second = networks.switch(project, by=alice), networks.switch(project, "second", by=alice)
    made, other = hybrid(project, switch=first), hybrid(project, "other")

    for one, switch in ((other, first), (made, second)):
        with pytest.raises(Refused) as refusal:
            actions.connect(one, switch, by=alice, at=NOON)
        assert refusal.value.field == "switch"

    assert list(HybridConnection.objects.order_by("pk").values_list("switch", flat=True)) == [first.pk, None]


@pytest.mark.parametrize("place", ["tk1v", "theirs", "deleted"])
def test_it_is_not_tied_to_the_sandbox_another_project_or_what_is_gone(
    project: Project, alice: Actor, place: str
) -> None:
    home = make.project(project.organisation) if place == "theirs" else project
    switch = networks.switch(home, place="tk1v" if place == "tk1v" else "is1b", by=SYSTEM)
    made = hybrid(project)
    if place == "deleted":
        switches.delete(switch, by=SYSTEM, at=MORNING)

    with pytest.raises(Refused):
        actions.connect(made, switch, by=alice, at=NOON)

    assert made.refreshed().switch is None


# -- its end (14-1, AM-28) -----------------------------------------------------------------------------------------


@pytest.mark.terms("14-1")
def test_a_notice_ends_it_at_the_end_of_the_month_and_until_then_it_works(project: Project, alice: Actor) -> None:
    switch = networks.switch(project, by=alice)
    made = hybrid(project, switch=switch)

    actions.cancel(made, by=alice, at=jst(4, 10))

    assert (made.contract.state, made.contract.ends_on, made.refreshed().switch) == (
        "ENDING",
        date(2026, 4, 30),
        switch,
    )
    with pytest.raises(Refused) as refusal:
        actions.cancel(made, by=alice, at=jst(4, 11))
    assert refusal.value.clause == "14-1"
    contract_sweeps.end_contracts(jst(5, 1, 1))
    tasks.take_away_ended_networks(jst(5, 1, 2))
    assert (made.refreshed().state, made.switch) == ("DELETED", None)
    assert spans(made) == [("hybrid.", MORNING, jst(5, 1, 0))]
    assert "2026-04-30" in Notice.objects.get(kind="hybrid.cancelled").text


def test_the_setting_ends_it_the_same_day(project: Project, alice: Actor, settings) -> None:
    settings.HYBRID_CLOSING = "SAME_DAY"
    made = hybrid(project)

    actions.cancel(made, by=alice, at=jst(4, 10))

    assert (made.contract.ended_on, made.refreshed().state) == (date(2026, 4, 10), "DELETED")


def test_a_protected_one_is_not_cancelled(project: Project, alice: Actor) -> None:
    made = hybrid(project)
    actions.protect(made, protected=True, by=alice, at=NOON)

    with pytest.raises(Refused):
        actions.cancel(made, by=alice, at=NOON)

    assert made.contract.refreshed().state == "PROVISIONAL"


@pytest.mark.terms("14-1")
def test_the_dialog_says_until_when_it_is_charged(project: Project) -> None:
    made = hybrid(project)

    price = estimates.of_ending(made.contract, at=jst(4, 10))

    assert (price.now, price.at_month_end, price.ends_on, price.clause) == (11000, 11000, date(2026, 4, 30), "14-1")


@pytest.mark.terms("14-1")
def test_it_outlives_the_last_server_and_the_dialog_warns_of_that(
    server: Server, project: Project, alice: Actor, garden: Organisation, alice_client
) -> None:
    made = hybrid(project)

    dialog = alice_client.get(f"/servers/{server.number}/delete").content.decode()
    assert ("to-rack" in dialog, "第14条" in dialog) == (True, True)
    servers.delete(server, with_disks=[], by=alice, at=NOON)

    assert made.contract.refreshed().is_running
    for _twice in range(2):
        tasks.tell_hybrid_survivors(NOON + timedelta(hours=9))
    assert Notice.objects.filter(kind="hybrid.survives").count() == 1


@pytest.mark.terms("14-1")
def test_nobody_is_warned_while_another_server_runs(server: Server, project: Project, alice: Actor) -> None:
    hybrid(project)
    last = servers.create(project, server_order("web-02"), by=alice, at=MORNING)

    assert contracts.outliving(server.contract) == []
    servers.delete(server, with_disks=[], by=alice, at=NOON)
    tasks.tell_hybrid_survivors(NOON)

    assert not Notice.objects.filter(kind="hybrid.survives").exists()
    assert [one.service for one in contracts.outliving(last.contract)] == ["hybrid"]


# -- pages ---------------------------------------------------------------------------------------------------------


def test_one_is_ordered_connected_edited_and_cancelled_in_the_browser(project: Project, alice: Actor, alice_client):
    other, switch = service(project.organisation), networks.switch(project, by=alice)
    form = alice_client.get("/hybrid-connections/new").content.decode()
    assert "vps-1001" in form

    order = {"name": "to-rack", "other_service": other.number, "line": "A-12"}
    assert alice_client.post("/hybrid-connections/new", order).status_code == 302
    made = HybridConnection.objects.get()
    url = f"/hybrid-connections/{made.number}/"
    assert alice_client.post(f"{url}connect", {"switch": switch.number}).status_code == 302
    assert "to-rack" in alice_client.get(f"/switches/{switch.number}/").content.decode()
    assert alice_client.post(f"{url}edit", {"name": "rack", "line": "B-1"}).status_code == 302
    detail = alice_client.get(url).content.decode()
    assert all(word in detail for word in ("rack", "B-1", "vps-1001", "backend", "¥11,000"))
    assert alice_client.post(f"{url}disconnect").status_code == 302
    assert alice_client.post(f"{url}delete", {"confirm": "rack"}).status_code == 404
    assert "¥11,000" in alice_client.get(f"{url}cancel").content.decode()
    assert alice_client.post(f"{url}cancel", {"confirm": "rack"}).status_code == 302

    assert made.contract.refreshed().state == "ENDING"
    assert alice_client.get(url).status_code == 200


def test_the_order_form_says_who_may_order_and_when_it_is_payable(alice_client, garden: Organisation) -> None:
    page = alice_client.get("/hybrid-connections/new").content.decode()

    assert "/other-services/" in page
    assert "第13条" in page
    live = alice_client.post("/hybrid-connections/price", {}, headers={"HX-Request": "true"})
    assert "¥12,100" in live.content.decode()
    assert alice_client.post("/hybrid-connections/new", {"name": "x"}).status_code == 422


def test_the_list_costs_the_same_queries_for_1_and_30(
    project: Project, alice_client, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    hybrid(project, "n0")
    alice_client.get("/hybrid-connections/")
    with django_assert_max_num_queries(30) as one:
        alice_client.get("/hybrid-connections/")
    for n in range(1, 30):
        hybrid(project, f"n{n}")

    with django_assert_num_queries(len(one.captured_queries)):
        alice_client.get("/hybrid-connections/")
