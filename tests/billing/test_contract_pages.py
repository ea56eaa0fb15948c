"""The contract graph: what hangs together, what ending does, and who sees it."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, estimates, meters
from billing.contracts import ENDS, REFUSES, SURVIVES, Contract, tree
from compute.networks.routers import blocks
from core.errors import Refused
from tests.billing.world import opened
from tests.compute import networks
from tests.make import MORNING, NOON


def drawn(contract: Contract, actor: Actor) -> list[Any]:
    """The tree as nested pairs: (name, what happens to it, what hangs on it)."""

    def pair(node: tree.Node) -> tuple[str, str, list[Any]]:
        return (node.contract.name, node.on_end, [pair(child) for child in node.children])

    return [pair(top) for top in tree.of(contract, actor, at=NOON)]


def named(project: Project, name: str, **options: Any) -> Contract:
    contract = opened(project, **options)
    contracts.rename(contract, name)
    contract.refresh_from_db()
    return contract


def test_the_tree_is_the_same_from_wherever_one_looks(project: Project, alice: Actor) -> None:
    router = named(project, "router")
    block = named(project, "block", needs=[(router, ENDS)])
    gateway = named(project, "gateway", needs=[(router, REFUSES)])
    hybrid = named(project, "hybrid", needs=[(router, SURVIVES)])
    whole: list[Any] = [("router", "", [("block", "ENDS", []), ("gateway", "REFUSES", []), ("hybrid", "SURVIVES", [])])]

    for one in (router, block, gateway, hybrid):
        assert drawn(one, alice) == whole


def test_a_contract_that_needs_two_stands_below_both_tops_once(project: Project, alice: Actor) -> None:
    left, right = named(project, "left"), named(project, "right")
    between = named(project, "between", needs=[(left, ENDS), (right, REFUSES)])

    assert drawn(between, alice) == [("left", "", [("between", "ENDS", [])]), ("right", "", [])]


def test_what_has_ended_is_no_longer_in_the_tree_but_keeps_its_own_page(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    router = named(project, "router")
    block = named(project, "block", needs=[(router, ENDS)])
    contracts.close(block, by=SYSTEM, at=NOON)

    assert drawn(router, alice) == [("router", "", [])]
    assert alice_client.get(block.get_absolute_url()).status_code == 200


def test_of_very_many_dependants_the_first_are_shown_and_the_rest_counted(
    project: Project, alice: Actor, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST", 2)
    top = named(project, "top")
    for number in range(5):
        named(project, f"one-{number}", needs=[(top, REFUSES)])

    [node] = tree.of(top, alice, at=NOON)

    assert (len(node.children), node.more) == (2, 3)
    assert "ほか 3 件" in alice_client.get(top.get_absolute_url()).content.decode()


def test_fees_of_this_month_stand_beside_each(project: Project, alice: Actor) -> None:
    router = named(project, "router")
    block = named(project, "block", needs=[(router, ENDS)])
    meters.start(router, "router", "100mbps", at=MORNING)
    meters.start(block, "address", "28", at=MORNING)

    [node] = tree.of(router, alice, at=NOON)

    so_far = estimates.month_so_far([router.pk, block.pk], at=NOON)
    assert (node.fee, node.children[0].fee) == (so_far[router.pk], so_far[block.pk])
    assert node.children[0].fee == 3300


def test_contracts_of_projects_one_may_not_see_are_not_shown(
    project: Project, elsewhere: Project, alice: Actor
) -> None:
    router = named(project, "router")
    named(elsewhere, "theirs", needs=[(router, SURVIVES)])

    assert drawn(router, alice) == [("router", "", [])]


def test_strangers_find_neither_the_contract_nor_its_thing(project: Project, charlie_client: Client) -> None:
    contract = named(project, "router")

    assert charlie_client.get(contract.get_absolute_url()).status_code == 404
    assert charlie_client.get(f"{contract.get_absolute_url()}thing").status_code == 404


def test_the_contract_leads_to_what_it_is_about(project: Project, alice: Actor, alice_client: Client) -> None:
    switch = networks.switch(project, by=alice)

    answer = alice_client.get(f"{switch.contract.get_absolute_url()}thing")

    assert answer["Location"] == switch.get_absolute_url()


@pytest.mark.terms("11-2", "6-1")
def test_the_end_dialog_names_what_ends_with_it_and_for_how_much(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    router = networks.router(project, by=alice)
    target = str(router.blocks.get().network[4])
    block = blocks.add(router, 28, target, by=alice, at=MORNING)

    page = alice_client.get(f"{router.get_absolute_url()}delete").content.decode()

    assert "同時に終了するもの（上の金額に含まれます）：" in page
    assert block.contract is not None
    assert block.contract.get_absolute_url() in page
    assert re.search(r"<dd class=\"num\">¥3,300</dd>", page)


def test_the_end_button_is_blocked_while_something_must_go_first(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    switch = networks.switch(project, by=alice)
    gateway = named(project, "gateway", needs=[(switch.contract, REFUSES)])

    page = alice_client.get(f"{switch.get_absolute_url()}delete").content.decode()

    assert gateway.get_absolute_url() in page
    assert '<button class="button danger">' not in page
    assert 'aria-disabled="true"' in page


@pytest.mark.terms("14-1", "74-2")
def test_the_end_dialog_says_what_goes_on_and_keeps_being_charged(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    switch = networks.switch(project, by=alice)
    hybrid = named(project, "hybrid", needs=[(switch.contract, SURVIVES)])

    page = alice_client.get(f"{switch.get_absolute_url()}delete").content.decode()

    assert "個別に解約するまで" in page
    assert hybrid.get_absolute_url() in page
    assert '<button class="button danger">' in page


def test_a_refusal_with_very_many_dependants_names_ten(project: Project) -> None:
    top = named(project, "top")
    for number in range(12):
        named(project, f"d{number}", needs=[(top, REFUSES)])

    with pytest.raises(Refused, match="ほか 2 件"):
        contracts.close(top, by=SYSTEM, at=NOON)

    assert Contract.objects.get(pk=top.pk).state == "PROVISIONAL"


def test_the_list_and_the_tree_cost_the_same_for_1_and_30(project: Project, alice: Actor, alice_client: Client) -> None:
    top = named(project, "top")
    named(project, "first", needs=[(top, ENDS)])
    costs = []
    for count in (0, 29):
        for number in range(count):
            named(project, f"more-{number}", needs=[(top, ENDS)])
        for address in ("/contracts/", top.get_absolute_url()):
            alice_client.get(address)
            with CaptureQueriesContext(connection) as seen:
                alice_client.get(address)
            costs.append(len(seen))

    assert costs[:2] == costs[2:]
