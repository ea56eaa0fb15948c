"""The budget of a month: a warning, the owners' word, or no."""

from dataclasses import replace

import pytest

from accounts.access import SYSTEM, person
from accounts.levels import CREATE
from accounts.members.models import Grant
from accounts.notices.models import Notice
from billing.alerts import budgets
from billing.alerts.models import Budget
from billing.contracts.models import Contract
from compute.disks import actions as disks
from compute.servers import actions as servers
from compute.zones import Zone
from core.errors import Refused
from tests.billing.world import jst
from tests.compute.conftest import disk_order, server_order

AT = jst(1)


@pytest.fixture
def bob_creates(bob_user, project):
    """Bob, who may create things here but owns nothing."""
    member = bob_user.memberships.get()
    Grant.objects.update_or_create(member=member, project=project, defaults={"level": CREATE})
    return person(bob_user)


def budget(garden, alice, limit: int, mode: str) -> Budget:
    return budgets.set_budget(garden, limit, mode, by=alice, at=AT)


def test_an_order_within_the_budget_is_taken(garden, project, alice):
    budget(garden, alice, 5000, "BLOCK")

    disks.create(project, disk_order("a"), by=alice, at=AT)

    assert Contract.objects.count() == 1


@pytest.mark.parametrize("create, order", [(servers.create, server_order), (disks.create, disk_order)])
def test_an_order_beyond_a_blocking_budget_is_refused_whoever_asks(garden, project, alice, create, order):
    budget(garden, alice, 100, "BLOCK")

    with pytest.raises(Refused, match="予算") as refusal:
        create(project, order(), by=alice, at=AT)

    assert refusal.value.code == "budget_exceeded"
    assert not Contract.objects.exists()


def test_what_is_running_counts(garden, project, alice):
    disks.create(project, disk_order("a"), by=alice, at=AT)  # ¥440, ¥484 with tax
    budget(garden, alice, 900, "BLOCK")

    with pytest.raises(Refused, match="¥968"):
        disks.create(project, disk_order("b"), by=alice, at=AT)

    assert Contract.objects.count() == 1


def test_only_owners_order_beyond_a_budget_that_asks_them(garden, project, alice, bob_creates):
    budget(garden, alice, 100, "ASK")

    with pytest.raises(Refused) as refusal:
        disks.create(project, disk_order("a"), by=bob_creates, at=AT)
    disks.create(project, disk_order("b"), by=alice, at=AT)

    assert refusal.value.code == "budget_needs_owner"
    assert refusal.value.hints[0].url == "/budget/ask"
    assert Contract.objects.count() == 1


def test_a_warning_lets_the_order_pass(garden, project, alice, bob_creates):
    budget(garden, alice, 100, "WARN")

    disks.create(project, disk_order("a"), by=bob_creates, at=AT)

    assert Contract.objects.count() == 1


def test_the_sandbox_is_outside_the_budget(garden, project, alice):
    budget(garden, alice, 1, "BLOCK")

    sandbox = Zone.objects.get(code="tk1v")
    disks.create(project, replace(disk_order("a"), zone=sandbox, archive=None), by=alice, at=AT)

    assert not Contract.objects.get().charged


def test_the_schedule_is_never_held_up(garden, project, alice):
    budget(garden, alice, 1, "BLOCK")

    disks.create(project, disk_order("a"), by=SYSTEM, at=AT)

    assert Contract.objects.count() == 1


def test_a_member_asks_the_owners_once_a_day(garden, alice, bob_creates):
    budget(garden, alice, 100, "ASK")

    budgets.ask(garden, "A disk, please.", by=bob_creates, at=AT)
    with pytest.raises(Refused):
        budgets.ask(garden, "Now!", by=replace(bob_creates), at=jst(1, 12))

    notice = Notice.objects.get(kind="budget_asked")
    assert notice.user.email == "alice@example.jp"
    assert "A disk, please." in notice.text


def test_the_order_form_says_what_the_order_does_to_the_budget(garden, project, alice, alice_client):
    budget(garden, alice, 100, "ASK")

    html = alice_client.get("/servers/new").content.decode()

    assert "予算の¥100を超えます" in html
    assert "オーナーだけです" in html


def test_owners_set_change_and_remove_the_budget_on_its_page(garden, alice_client):
    alice_client.post("/budget", {"limit": "5000", "mode": "BLOCK"})
    alice_client.post("/budget", {"limit": "7000", "mode": "WARN"})
    assert (Budget.objects.get().limit, Budget.objects.get().mode) == (7000, "WARN")
    assert "¥7,000" in alice_client.get("/alerts").content.decode()

    alice_client.post("/budget/remove")

    assert not Budget.objects.exists()


def test_members_who_own_nothing_set_no_budget(garden, bob_client):
    assert bob_client.post("/budget", {"limit": "5000", "mode": "BLOCK"}).status_code == 403
    assert not Budget.objects.exists()


@pytest.mark.parametrize("limit, mode", [("0", "WARN"), ("-1", "WARN"), ("x", "WARN"), ("5000", "EXPLODE"), ("", "")])
def test_a_budget_that_is_none_is_refused_and_nothing_is_changed(garden, alice_client, limit, mode):
    assert alice_client.post("/budget", {"limit": limit, "mode": mode}).status_code == 422
    assert not Budget.objects.exists()
