"""Limits: what a project has and may have, asking for more, and staff's answer."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import SYSTEM, Actor, staff
from accounts.cases.models import Case
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing import contracts
from billing.quotas import actions, offers
from billing.quotas.models import QuotaRequest
from compute.servers import actions as servers
from compute.services import SERVER, SWITCH
from core.errors import Refused
from sms.services import A2P
from tests.cast import browser
from tests.compute.conftest import server_order
from tests.make import MORNING, NOON

FORM = {"wanted": "150", "reason": "A campaign in May"}


@pytest.fixture
def asked(project: Project, alice: Actor) -> QuotaRequest:
    return actions.ask(project, SERVER, 150, reason="A campaign in May", by=alice, at=MORNING)


@pytest.fixture
def stella(staff_user: Any) -> Actor:
    return staff(staff_user)


def test_the_page_shows_use_and_limit_of_every_offer(project: Project, alice: Actor, alice_client: Client) -> None:
    servers.create(project, server_order(), by=alice, at=MORNING)
    contracts.set_limit("server", 120, project=project, by=SYSTEM, at=MORNING)

    page = alice_client.get("/quotas/").content.decode()

    use = {one.service.code: (one.used, one.limit) for one in offers.uses(project)}
    assert use["server"] == (1, 120)
    assert use["switch"] == (0, 50)
    assert set(use) == set(offers.limited())
    assert "1 / 120" in page


def test_the_projects_own_limit_comes_before_the_default_for_all(project: Project) -> None:
    contracts.set_limit("switch", 5, by=SYSTEM, at=MORNING)
    contracts.set_limit("server", 7, project=project, by=SYSTEM, at=MORNING)
    contracts.set_limit("server", 8, by=SYSTEM, at=MORNING)

    use = {one.service.code: one.limit for one in offers.uses(project)}

    assert (use["switch"], use["server"]) == (5, 7)
    assert use == {code: contracts.quota_of(service, project) for code, service in offers.limited().items()}


def test_asking_opens_a_case_for_staff(project: Project, alice_client: Client) -> None:
    answer = alice_client.post("/quotas/more?service=server", FORM)

    request, case = QuotaRequest.objects.get(), Case.objects.get()
    assert answer["Location"] == case.get_absolute_url()
    assert (request.former, request.wanted, request.state, request.case) == (100, 150, "WAITING", case)
    assert (case.topic, case.state) == ("QUOTA", "OPEN")
    assert contracts.quota_of(SERVER, project) == 100


@pytest.mark.parametrize("wanted", ["100", "3", "-1", "10000001", "x", ""])
def test_only_more_can_be_asked_for(alice_client: Client, wanted: str) -> None:
    answer = alice_client.post("/quotas/more?service=server", {**FORM, "wanted": wanted})

    assert (answer.status_code, QuotaRequest.objects.count(), Case.objects.count()) == (422, 0, 0)


def test_one_request_for_a_service_waits_at_a_time(project: Project, alice: Actor, asked: QuotaRequest) -> None:
    with pytest.raises(Refused):
        actions.ask(project, SERVER, 200, reason="?", by=alice, at=NOON)
    actions.ask(project, SWITCH, 60, reason="?", by=alice, at=NOON)

    assert QuotaRequest.objects.count() == Case.objects.count() == 2


def test_what_a_project_has_once_by_its_nature_is_not_raised(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    assert alice_client.get("/quotas/more?service=sms.a2p").status_code == 404
    assert alice_client.get("/quotas/more?service=nothing").status_code == 404
    with pytest.raises(Refused):
        actions.ask(project, A2P, 2, reason="?", by=alice, at=NOON)

    assert QuotaRequest.objects.count() == 0


def test_granting_raises_the_limit_and_tells_the_customer(project: Project, asked: QuotaRequest, stella: Actor) -> None:
    actions.grant(asked, 130, words="Welcome.", by=stella, at=NOON)

    assert contracts.quota_of(SERVER, project) == 130
    assert (asked.refreshed().state, asked.granted) == ("GRANTED", 130)
    assert "130" in asked.case.messages.latest("pk").body
    assert Case.objects.get().state == "CLOSED"
    assert Notice.objects.filter(kind="case_answered").exists()


def test_granting_no_more_than_before_is_refused(asked: QuotaRequest, project: Project, stella: Actor) -> None:
    with pytest.raises(Refused):
        actions.grant(asked, 100, words="?", by=stella, at=NOON)

    assert (asked.refreshed().state, contracts.quota_of(SERVER, project)) == ("WAITING", 100)


def test_a_refusal_says_why_and_one_may_ask_again(
    project: Project, asked: QuotaRequest, alice: Actor, stella: Actor
) -> None:
    actions.refuse(asked, words="Please pay the last invoice first.", by=stella, at=NOON)

    assert (asked.refreshed().state, contracts.quota_of(SERVER, project)) == ("REFUSED", 100)
    assert asked.case.messages.latest("pk").body == "Please pay the last invoice first."
    with pytest.raises(Refused):
        actions.grant(asked, 150, words="?", by=stella, at=NOON)
    assert actions.ask(project, SERVER, 150, reason="Paid.", by=alice, at=NOON).state == "WAITING"


def test_staff_decide_in_the_admin(project: Project, asked: QuotaRequest, staff_user: Any) -> None:
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    client, address = browser(staff_user), reverse("admin:billing_quotarequest_changelist")
    form = {"action": "grant", "_selected_action": str(asked.pk)}

    question = client.post(address, form)
    client.post(address, {**form, "confirmed": "1", "limit": "140", "words": "Here you are."}, follow=True)

    assert question.status_code == 200
    assert contracts.quota_of(SERVER, project) == 140


def test_a_lower_level_may_look_but_not_ask(project: Project, bob_client: Client) -> None:
    page = bob_client.get("/quotas/")
    answer = bob_client.post("/quotas/more?service=server", FORM)

    assert (page.status_code, answer.status_code, QuotaRequest.objects.count()) == (200, 403, 0)


def test_a_full_quota_refuses_the_order_and_says_where_to_ask(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    contracts.set_limit("server", 0, project=project, by=SYSTEM, at=MORNING)

    with pytest.raises(Refused) as refusal:
        servers.create(project, server_order(), by=alice, at=NOON)

    assert (refusal.value.code, refusal.value.status) == ("quota_exceeded", 409)
    assert [hint.url for hint in refusal.value.hints] == ["/quotas/"]


def test_the_page_costs_the_same_queries_for_1_and_20_requests(
    project: Project, alice: Actor, alice_client: Client, stella: Actor
) -> None:
    costs = []
    for count in (1, 19):
        for _ in range(count):
            asked = actions.ask(project, SERVER, 150, reason="?", by=alice, at=MORNING)
            actions.refuse(asked, words="No.", by=stella, at=NOON)
        alice_client.get("/quotas/")
        with CaptureQueriesContext(connection) as seen:
            alice_client.get("/quotas/")
        costs.append(len(seen))

    assert costs[0] == costs[1]
