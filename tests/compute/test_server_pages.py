"""Pages of servers, through the front door."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor, Level
from accounts.audit.models import AuditEvent
from accounts.members.models import Grant
from accounts.projects.models import Project
from billing.contracts.models import Contract
from compute.servers import actions as servers
from compute.servers.models import Server
from compute.zones import ServerPlan
from core.operations.draining import drain
from core.operations.models import Operation
from tests.compute.conftest import server_order
from tests.make import MORNING, NOON

ORDER = {"plan": "1core-1gb", "zone": "is1b", "name": "web-01", "disk": "ssd-20", "archive": "Ubuntu Server 24.04 LTS"}


def fresh(client: Client, address: str = "/servers/new") -> dict[str, str]:
    """The nonce of a form as the browser got it."""
    found = re.search(r'name="nonce" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return {"nonce": found.group(1)}


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Server, Contract, Operation, AuditEvent))


def test_an_order_makes_a_server_and_leads_to_it(alice_client: Client) -> None:
    answer = alice_client.post("/servers/new", {**ORDER, **fresh(alice_client), "start": "on"})

    server = Server.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == server.get_absolute_url()
    drain(at=server.created_at)
    assert "稼働中" in alice_client.get(server.get_absolute_url()).content.decode()


def test_a_form_sent_twice_makes_one_server(alice_client: Client) -> None:
    form = {**ORDER, **fresh(alice_client)}

    first, second = alice_client.post("/servers/new", form), alice_client.post("/servers/new", form)

    assert Server.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("name", "", "必須"),
        ("name", "x" * 65, "64"),
        ("plan", "99core-1tb", "正しく選択"),
        ("zone", "mars", "正しく選択"),
        ("disk", "ssd-33", "正しく選択"),
        ("tags", " ".join("abcdefghijk"), "10"),
        ("description", "x" * 513, "512"),
    ],
)
def test_bad_input_is_named_at_its_field_keeps_the_form_and_writes_nothing(
    alice_client: Client, field: str, value: str, words: str
) -> None:
    before = counts()

    answer = alice_client.post("/servers/new", {**ORDER, **fresh(alice_client), field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="id_{field}_error".*?</p>', page, re.DOTALL), f"no error at {field}"
    assert words in page
    if field != "name":
        assert 'value="web-01"' in page
    assert counts() == before


def test_a_plan_of_another_zone_is_refused_at_the_plan(alice_client: Client) -> None:
    before = counts()

    answer = alice_client.post("/servers/new", {**ORDER, **fresh(alice_client), "plan": "8core-32gb", "zone": "tk1a"})

    assert answer.status_code == 422
    assert "東京第1ゾーン" in answer.content.decode()
    assert counts() == before


def test_nul_bytes_are_a_bad_request(alice_client: Client) -> None:
    before = counts()

    assert alice_client.post("/servers/new", {**ORDER, "name": "a\0b"}).status_code == 400
    assert alice_client.get("/servers/?q=a%00b").status_code == 400
    assert counts() == before


def test_an_organisation_that_is_not_accepted_is_told_to_register_a_card(
    project: Project, alice_client: Client
) -> None:
    type(project.organisation).objects.update(state="APPLIED")
    before = counts()

    answer = alice_client.post("/servers/new", {**ORDER, **fresh(alice_client)})

    assert answer.status_code == 422
    assert "カード" in answer.content.decode()
    assert counts() == before


def test_the_live_price_is_of_what_the_form_says_now(alice_client: Client) -> None:
    page = alice_client.post("/servers/price", {"plan": "2core-4gb", "disk": "ssd-20"}, headers={"HX-Request": "true"})

    # 4,180 + 440 and 10 % of it, as the price list says.
    assert "¥5,082" in page.content.decode()


def test_a_viewer_sees_the_server_and_why_the_buttons_are_off(server: Server, bob_client: Client) -> None:
    page = bob_client.get(server.get_absolute_url()).content.decode()

    assert "aria-disabled" in page
    assert bob_client.post(f"/servers/{server.number}/start").status_code == 403
    assert server.refreshed().state == "STOPPED"


def test_each_level_opens_its_verbs(server: Server, bob: Actor, bob_client: Client) -> None:
    Grant.objects.update(level=Level.POWER)

    assert bob_client.post(f"/servers/{server.number}/start").status_code == 302
    assert bob_client.post(f"/servers/{server.number}/edit", {"name": "x"}).status_code == 403
    assert bob_client.post(f"/servers/{server.number}/delete", {"confirm": "web-01"}).status_code == 403
    assert bob_client.post("/servers/new", ORDER).status_code == 403


def test_a_stop_in_two_tabs_says_so_and_changes_nothing_more(running_server: Server, alice_client: Client) -> None:
    alice_client.post(f"/servers/{running_server.number}/stop")
    before = counts()

    answer = alice_client.post(f"/servers/{running_server.number}/stop", follow=True)

    assert "停止処理中" in answer.content.decode()
    assert counts() == before


def test_a_former_number_leads_to_the_server(server: Server, alice: Actor, alice_client: Client) -> None:
    former = server.number
    servers.change_plan(server, ServerPlan.objects.get(code="2core-4gb"), by=alice, at=NOON)

    answer = alice_client.get(f"/servers/{former}/")

    assert (answer.status_code, answer["Location"]) == (302, server.get_absolute_url())


def test_deletion_needs_the_name(server: Server, alice_client: Client) -> None:
    address = f"/servers/{server.number}/delete"
    assert alice_client.post(address, {**fresh(alice_client, address), "confirm": "wrong"}).status_code == 422
    assert server.refreshed().state == "STOPPED"

    answer = alice_client.post(address, {**fresh(alice_client, address), "confirm": "web-01"})

    assert answer.status_code == 302
    assert server.refreshed().state == "DELETED"
    assert alice_client.get(f"/servers/{server.number}/").status_code == 404


def test_names_are_escaped(server: Server, alice: Actor, alice_client: Client) -> None:
    servers.edit(server, name="<b>&", description="", tags=["<i>"], by=alice, at=NOON)

    for address in ("/servers/", server.get_absolute_url(), "/"):
        page = alice_client.get(address).content.decode()
        assert "<b>&" not in page
        assert "<i>" not in page


def fill(project: Project, alice: Actor, count: int) -> None:
    for number in range(count):
        servers.create(project, server_order(f"web-{number:03d}", start=number % 2 == 0), by=alice, at=MORNING)


@pytest.mark.parametrize("address", ["/servers/", "/disks/", "/", "/pauses/", "/ssh-keys/"])
def test_lists_cost_the_same_queries_for_1_and_30_rows(
    project: Project, alice: Actor, alice_client: Client, address: str
) -> None:
    fill(project, alice, 1)
    alice_client.get(address)
    with CaptureQueriesContext(connection) as one:
        alice_client.get(address)

    fill(project, alice, 30)
    with CaptureQueriesContext(connection) as thirty:
        alice_client.get(address)

    assert len(thirty) == len(one)


def test_the_server_list_costs_at_most_8_queries_beside_the_frame(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    fill(project, alice, 10)
    with CaptureQueriesContext(connection) as bare:
        alice_client.get("/ssh-keys/")
    with CaptureQueriesContext(connection) as listed:
        alice_client.get("/servers/")

    assert len(listed) - len(bare) <= 8


def names(page: Any) -> list[str]:
    return re.findall(r">(web-\d+)<", page.content.decode())


def test_the_list_searches_filters_sorts_and_pages(project: Project, alice: Actor, alice_client: Client) -> None:
    fill(project, alice, 60)

    first = alice_client.get("/servers/")
    assert names(first) == [f"web-{n:03d}" for n in range(50)]
    following = re.search(r'href="([^"]+)" rel="next"', first.content.decode())
    assert following is not None
    second = alice_client.get(following.group(1).replace("&amp;", "&"))
    assert names(second) == [f"web-{n:03d}" for n in range(50, 60)]
    assert names(alice_client.get("/servers/?q=web-007")) == ["web-007"]
    assert names(alice_client.get("/servers/?sort=-name"))[0] == "web-059"
    assert names(alice_client.get("/servers/?zone=tk1a")) == []
    for broken in ("?sort=state", "?after=x", "?after=W10", "?zone=mars", "?sort=--name", "?q=%00"):
        assert alice_client.get(f"/servers/{broken}").status_code in (200, 400)


def test_csv_has_the_whole_filtered_set_and_disarms_formulas(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    fill(project, alice, 55)
    servers.create(project, server_order("=cmd()"), by=alice, at=MORNING)

    answer = alice_client.get("/servers/?format=csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]

    assert len(lines) == 57
    assert any(line.startswith("'=cmd()") for line in lines)
    assert all("<" not in line for line in lines)
