"""Every page of accounts: who gets in, who doesn't, and that a long list costs no more queries than a short one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import notices
from accounts.access import SYSTEM
from accounts.members import invitations
from accounts.members.actions import Rights
from accounts.models import Organisation, Project, User
from tests import make

Grow = Callable[[Organisation, Project, User], None]

PAGES = ["organisation", "projects", "members", "api_keys", "consents", "notices", "profile", "security"]
OWNER_PAGES = ["event_log", "organisation_edit", "project_new", "invitation_new", "api_key_new", "notice_preferences"]


@pytest.mark.parametrize("name", [*PAGES, *OWNER_PAGES, "organisation_new"])
def test_the_owner_sees_every_page(alice_client: Client, name: str) -> None:
    answer = alice_client.get(reverse(name))

    assert answer.status_code == 200


@pytest.mark.parametrize("name", [*PAGES, *OWNER_PAGES, "organisation_new"])
def test_nobody_gets_in_without_signing_in(client: Client, db: None, name: str) -> None:
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


# -- lists -------------------------------------------------------------------------------------------------------------
def queries(client: Client, name: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name)).status_code == 200
    return len(captured)


def more_members(garden: Organisation, project: Project, alice_user: User) -> None:
    for _ in range(30):
        make.member(garden, make.user())


def more_keys(garden: Organisation, project: Project, alice_user: User) -> None:
    for _ in range(30):
        make.api_key(project)


def more_projects(garden: Organisation, project: Project, alice_user: User) -> None:
    for _ in range(30):
        make.project(garden)


def more_notices(garden: Organisation, project: Project, alice_user: User) -> None:
    for number in range(30):
        notices.send("organisation_refused", garden, to=alice_user, occasion=str(number), at=make.NOON)


def more_invitations(garden: Organisation, project: Project, alice_user: User) -> None:
    for number in range(30):
        invitations.invite(garden, f"guest{number}@example.jp", Rights(), by=SYSTEM, at=datetime.now(UTC))


@pytest.mark.parametrize("name, grow", [
    ("members", more_members),
    ("members", more_invitations),
    ("api_keys", more_keys),
    ("projects", more_projects),
    ("notices", more_notices),
])  # fmt: skip
def test_thirty_rows_cost_no_more_queries_than_one(
    alice_client: Client, garden: Organisation, project: Project, alice_user: User, name: str, grow: Grow
) -> None:
    make.api_key(project)
    queries(alice_client, name)
    short = queries(alice_client, name)

    grow(garden, project, alice_user)

    assert queries(alice_client, name) == short


# -- dialogs -----------------------------------------------------------------------------------------------------------
def test_a_question_is_a_dialog_for_htmx_and_a_page_for_everybody_else(
    alice_client: Client, garden: Organisation, project: Project, bob_user: User
) -> None:
    number = bob_user.memberships.get().number
    key, _secret = make.api_key(project)
    urls = [
        reverse("project_close", args=[project.number]),
        reverse("member_remove", args=[number]),
        reverse("member_transfer", args=[number]),
        reverse("api_key_revoke", args=[key.token]),
    ]

    for url in urls:
        part = alice_client.get(url, headers={"HX-Request": "true"}).content.decode()
        page = alice_client.get(url).content.decode()
        assert part.strip().startswith("<form")
        assert "<html" in page
        assert f'action="{url}"' in part
        assert f'action="{url}"' in page
