"""Peers: named by both sides with each other's key, broken by either, charged all the same."""

from datetime import timedelta

import pytest

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import contracts
from compute import console
from compute.drivers.models import SimulatedMachine
from compute.networks import tasks
from compute.networks.local_routers import actions, health, peering
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.local_routers.wires import Route
from core.errors import Refused
from core.operations.draining import drain
from tests.compute import networks
from tests.compute.conftest import spans
from tests.compute.local_routers import local_router, named, peered, secret, state, wire
from tests.make import MORNING, NOON

SENT = {"nonce": ""}  # what a form without fields sends
pytestmark = pytest.mark.usefixtures("db")


def links(router: LocalRouter) -> list[tuple[str, list[str]]]:
    """With whom the driver has connected it, and what lies there."""
    drain(at=NOON)
    spec = SimulatedMachine.objects.get(ref=f"local-router-{router.pk}").spec
    return [(link["router"], link["routes"]) for link in spec["links"]]


@pytest.mark.terms("19-1")
def test_two_customers_are_connected_once_each_names_the_other(project: Project, elsewhere: Project) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)

    mine = named(here, there)
    assert (state(mine), links(here), links(there)) == ("WAITING", [], [])
    theirs = named(there, here)

    assert (state(mine), state(theirs)) == ("UP", "UP")
    assert links(here) == [(f"local-router-{there.pk}", ["192.168.20.0/24"])]
    assert links(there) == [(f"local-router-{here.pk}", ["192.168.10.0/24"])]
    assert health.of_peers(here.pk) == {there.pk: "up"}


def test_static_routes_of_the_peer_are_learned_and_forgotten(
    project: Project, elsewhere: Project, alice: Actor
) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    peered(here, there)

    actions.set_routes(there, (Route("10.0.0.0/8", "192.168.20.9"),), by=SYSTEM, at=NOON)
    assert links(here) == [(f"local-router-{there.pk}", ["192.168.20.0/24", "10.0.0.0/8"])]
    actions.disconnect(there, by=SYSTEM, at=NOON)

    assert links(here) == [(f"local-router-{there.pk}", [])]


@pytest.mark.parametrize("wrong", ["key", "number", "both", "deleted", "rotated"])
def test_whatever_is_wrong_with_number_or_key_is_refused_in_the_same_words(
    project: Project, elsewhere: Project, alice: Actor, wrong: str
) -> None:
    here, there = local_router(project), local_router(elsewhere, "there")
    number, key = there.number, secret(there)
    if wrong == "deleted":
        actions.delete(there, by=SYSTEM, at=MORNING)
    if wrong == "rotated":
        actions.rotate_key(there, by=SYSTEM, at=MORNING)
    number = here.number + 999 if wrong in ("number", "both") else number
    key = secret(here) if wrong in ("key", "both") else key

    with pytest.raises(Refused) as refusal:
        peering.add(here, number, key, by=alice, at=NOON)

    assert (refusal.value.code, refusal.value.field, refusal.value.status) == ("invalid_peer_key", "key", 404)
    assert str(refusal.value).startswith("このIDとシークレットキーの")
    assert not Peer.objects.exists()


def test_it_is_no_peer_of_itself_and_names_nobody_twice(project: Project, alice: Actor) -> None:
    here, there = local_router(project), local_router(project, "there")
    named(here, there)

    for other, words in ((here, "自分自身"), (there, "すでに")):
        with pytest.raises(Refused, match=words) as refusal:
            named(here, other, by=alice)
        assert refusal.value.field == "number"

    assert Peer.objects.count() == 1


@pytest.mark.terms("18-1")
def test_it_names_thirty_peers(project: Project, elsewhere: Project) -> None:
    contracts.set_limit("local-router", 50, by=SYSTEM, at=MORNING)
    here = local_router(project)
    for n in range(30):
        named(here, local_router(elsewhere, f"n{n}"))
    one_more = local_router(elsewhere, "one more")

    with pytest.raises(Refused) as refusal:
        named(here, one_more)

    assert (refusal.value.clause, here.peers.count()) == ("18-1", 30)


@pytest.mark.parametrize("overlap", ["network", "route", "third"])
def test_networks_that_overlap_are_refused_at_the_naming(project: Project, elsewhere: Project, overlap: str) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    if overlap == "network":
        actions.connect(there, networks.switch(elsewhere, by=SYSTEM), wire(10), by=SYSTEM, at=MORNING)
    elif overlap == "route":
        actions.set_routes(there, (Route("192.168.8.0/22", "192.168.20.9"),), by=SYSTEM, at=MORNING)
    else:
        peered(here, local_router(elsewhere, "third", 20))

    with pytest.raises(Refused, match="重複") as refusal:
        named(here, there)

    assert refusal.value.field == "number"
    assert not Peer.objects.filter(other=there).exists()


def test_who_is_connected_moves_to_no_network_of_a_peer(project: Project, elsewhere: Project, alice: Actor) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    peered(here, there)

    with pytest.raises(Refused):
        actions.connect(here, networks.switch(project, by=alice), wire(20), by=alice, at=NOON)
    with pytest.raises(Refused):
        actions.set_routes(here, (Route("192.168.16.0/20", "192.168.10.9"),), by=alice, at=NOON)

    assert here.refreshed().reaches == ["192.168.10.0/24"]


def test_what_overlaps_between_two_peers_is_routed_to_the_older_one_and_said(
    project: Project, elsewhere: Project, alice_client
) -> None:
    here = local_router(project, third=10)
    old, new = local_router(elsewhere, "old", 20), local_router(elsewhere, "new", 30)
    peered(here, old)
    peered(here, new)

    actions.connect(new, networks.switch(elsewhere, by=SYSTEM), wire(20), by=SYSTEM, at=NOON)

    assert links(here) == [(f"local-router-{old.pk}", ["192.168.20.0/24"]), (f"local-router-{new.pk}", [])]
    assert "重複" in alice_client.get(f"/local-routers/{here.number}/").content.decode()


@pytest.mark.terms("19-1")
def test_a_peer_whose_contract_ends_breaks_the_connection_and_the_fee_goes_on(
    project: Project, elsewhere: Project
) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    mine, _theirs = peered(here, there)

    actions.delete(there, by=SYSTEM, at=NOON)

    assert (state(mine), links(here)) == ("BROKEN", [])
    assert here.contract.refreshed().is_running
    assert spans(here) == [("local-router.", MORNING, None)]
    [told] = Notice.objects.filter(kind="local_router.broken")
    assert (told.organisation_id, "第19条" in told.text or "19-1" in told.text) == (project.organisation_id, True)
    assert str(there.number) in told.text
    [ended] = Notice.objects.filter(kind="local_router.ended")
    assert (ended.organisation_id, str(here.number) in ended.text) == (elsewhere.organisation_id, True)


@pytest.mark.terms("19-1")
def test_a_peer_that_staff_refuse_breaks_it_likewise(project: Project, elsewhere: Project) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    mine, _theirs = peered(here, there)

    contracts.refuse(there.contract, "?", by=SYSTEM, at=NOON)
    tasks.take_away_ended_networks(NOON)

    assert state(mine) == "BROKEN"
    assert Notice.objects.filter(kind="local_router.broken").count() == 1


@pytest.mark.terms("19-1")
@pytest.mark.parametrize("how, seen", [("off", "OFF_THERE"), ("left", "WAITING")])
def test_a_peer_that_leaves_is_told_to_the_other_side_each_time(
    project: Project, elsewhere: Project, how: str, seen: str
) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    mine, theirs = peered(here, there)

    if how == "off":
        peering.switch(theirs, enabled=False, by=SYSTEM, at=NOON)
    else:
        peering.remove(theirs, by=SYSTEM, at=NOON)
    assert (state(mine), links(here), links(there)) == (seen, [], [])
    if how == "off":
        peering.switch(theirs, enabled=True, by=SYSTEM, at=NOON)
    else:
        theirs = named(there, here)
    assert state(mine) == "UP"
    peering.remove(theirs, by=SYSTEM, at=NOON + timedelta(hours=1))

    told = Notice.objects.filter(kind="local_router.broken").order_by("pk")
    assert [one.organisation_id for one in told] == [project.organisation_id] * 2
    who = AuditEvent.objects.filter(verb__startswith="local_router.peer_", subject_pk=here.pk).exclude(
        verb="local_router.peer_added"
    )
    assert {event.actor_label for event in who} == {SYSTEM.label}


def test_nobody_is_told_of_a_peer_that_never_answered(project: Project, elsewhere: Project) -> None:
    mine = named(local_router(project), local_router(elsewhere, "there"))

    peering.switch(mine, enabled=False, by=SYSTEM, at=NOON)
    peering.remove(mine, by=SYSTEM, at=NOON)

    assert not Notice.objects.filter(kind="local_router.broken").exists()


def test_a_new_key_leaves_connections_as_they_are(project: Project, elsewhere: Project, alice: Actor) -> None:
    here, there = local_router(project), local_router(elsewhere, "there")
    mine, _theirs = peered(here, there)
    old = secret(there)

    actions.rotate_key(there, by=SYSTEM, at=NOON)

    assert (state(mine), secret(there) != old) == ("UP", True)


def test_switching_twice_is_refused_the_second_time(project: Project, alice: Actor) -> None:
    mine = named(local_router(project), local_router(project, "there"))
    stale = Peer.objects.select_related("router", "other").get(pk=mine.pk)
    peering.switch(mine, enabled=False, by=alice, at=NOON)

    with pytest.raises(Refused):
        peering.switch(stale, enabled=False, by=alice, at=NOON)
    peering.remove(mine, by=alice, at=NOON)
    with pytest.raises(Refused):
        peering.remove(stale, by=alice, at=NOON)


@pytest.mark.terms("19-1")
def test_the_first_peer_shows_the_six_points_again_and_the_second_doesnt(
    project: Project, elsewhere: Project, alice_client
) -> None:
    here, there = local_router(project, third=10), local_router(elsewhere, "there", 20)
    url = f"/local-routers/{here.number}/"

    form = alice_client.get(f"{url}add-peer").content.decode()
    assert ("第三のアカウント" in form, "解約するまで料金" in form) == (True, True)
    assert alice_client.post(f"{url}add-peer", {"number": there.number, "key": "?"}).status_code == 422
    sent = {"number": there.number, "key": secret(there), "description": "partner"}
    assert alice_client.post(f"{url}add-peer", sent).status_code == 302

    assert "第三のアカウント" not in alice_client.get(f"{url}add-peer").content.decode()
    detail = alice_client.get(url).content.decode()
    assert all(words in detail for words in ("partner", str(there.number), "第19条"))


def test_peers_are_edited_switched_and_removed_in_the_browser(project: Project, alice_client, bob_client) -> None:
    here, there = local_router(project, third=10), local_router(project, "there", 20)
    mine, _theirs = peered(here, there)
    drain(at=MORNING)
    assert "192.168.20.0/24" in alice_client.get(f"/local-routers/{here.number}/").content.decode()

    assert bob_client.post(f"/peers/{mine.number}/switch").status_code == 403
    assert alice_client.post(f"/peers/{mine.number}/edit", {"description": "Tokyo"}).status_code == 302
    assert alice_client.post(f"/peers/{mine.number}/switch").status_code == 302
    mine.refresh_from_db()
    assert (mine.description, mine.enabled) == ("Tokyo", False)
    assert alice_client.get(f"/peers/{mine.number}/remove").status_code == 200
    assert alice_client.post(f"/peers/{mine.number}/remove", SENT).status_code == 302

    assert not Peer.objects.filter(pk=mine.pk).exists()


@pytest.mark.terms("19-1")
def test_the_dashboard_and_the_list_flag_a_one_sided_peer(project: Project, elsewhere: Project, alice_client) -> None:
    here, there = local_router(project), local_router(elsewhere, "there")
    named(here, there)

    [flag] = [one for one in console.attention(project, NOON) if one.clause == "19-1"]
    assert str(there.number) in str(flag.text)
    assert "0 / 1" in alice_client.get("/local-routers/").content.decode()
    named(there, here)

    assert console.attention(project, NOON) == []
    assert "1 / 1" in alice_client.get("/local-routers/").content.decode()


def test_the_page_costs_the_same_queries_for_1_and_10_peers(
    project: Project, elsewhere: Project, alice_client, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    here = local_router(project, third=10)
    url = f"/local-routers/{here.number}/"
    peered(here, local_router(elsewhere, "n0", 100))
    drain(at=MORNING)
    alice_client.get(url)
    with django_assert_max_num_queries(40) as one:
        alice_client.get(url)
    for n in range(1, 10):
        peered(here, local_router(elsewhere, f"n{n}", 100 + n))
    drain(at=MORNING)

    with django_assert_num_queries(len(one.captured_queries)):
        alice_client.get(url)
