"""Leaving: the export of all data, closing an organisation, closing one's own account."""

import json
import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import deadlines
from accounts.access import Actor, person
from accounts.api_keys import actions as api_keys
from accounts.cases import actions as cases
from accounts.closing import actions as closing
from accounts.models import AuditEvent, Notice, Organisation, Project, User
from core.errors import Hint, Refused
from tests import cast, make


def full(project: Project, at: datetime) -> None:
    """A closing guard that finds something."""
    raise Refused("A server is still there.", clause="6-1", hints=[Hint("Servers", "/servers")])


# -- export ------------------------------------------------------------------------------------------------------------
def exported(client: Client) -> dict[str, list[dict[str, object]]]:
    answer = client.get(reverse("organisation_export"))
    package = zipfile.ZipFile(BytesIO(answer.getvalue()))
    return {name: [json.loads(line) for line in package.read(name).splitlines()] for name in package.namelist()}


def test_the_export_holds_everything_of_the_organisation_and_nothing_of_others(
    alice_client: Client, alice: Actor, garden: Organisation, project: Project, elsewhere: Project
) -> None:
    make.api_key(project)
    make.api_key(elsewhere)
    cases.open(garden, topic="QUESTION", title="Title", body="Body", by=alice, at=make.NOON)

    files = exported(alice_client)

    assert [row["name"] for row in files["organisation.jsonl"]] == ["Garden"]
    assert [row["number"] for row in files["projects.jsonl"]] == [project.number]
    assert {row["email"] for row in files["members.jsonl"]} == {"alice@example.jp", "bob@example.jp"}
    assert [row["body"] for row in files["cases.jsonl"]] == ["Body"]
    assert {row["code"] for row in files["consents.jsonl"]} == {"basic", "service"}
    assert len(files["api-keys.jsonl"]) == 1
    assert files["events.jsonl"][0]["verb"] == "organisation.applied"
    assert not {"secret_hash", "password", "id"} & {key for rows in files.values() for row in rows for key in row}


def test_the_export_is_recorded_and_for_owners_only(alice_client: Client, bob_client: Client) -> None:
    exported(alice_client)

    assert AuditEvent.objects.filter(verb="organisation.exported").count() == 1
    assert bob_client.get(reverse("organisation_export")).status_code == 403


# -- organisations -----------------------------------------------------------------------------------------------------
def test_a_closed_organisation_is_shut_and_its_people_are_told(
    alice_client: Client, garden: Organisation, project: Project, alice_user: User
) -> None:
    key, secret = make.api_key(project)
    deadlines.put("project.created", project, due_at=make.EVENING, act_url="/", at=make.NOON)
    alice_client.post(reverse("deadlines_feed_open"))

    answer = alice_client.post(reverse("organisation_close"), {"confirm": "Garden"})

    garden.refresh_from_db()
    assert (answer.headers["Location"], garden.state) == ("/", "CLOSED")
    assert person(alice_user).seats == {}
    assert person(alice_user).visible_projects() == []
    assert api_keys.authenticate(str(key.token), secret, make.EVENING) is None
    assert not deadlines.Deadline.objects.filter(done_at=None).exists()
    assert Notice.objects.filter(kind="organisation_closed", user=alice_user).count() == 1


def test_what_is_in_the_way_is_shown_and_keeps_it_open(
    alice_client: Client, garden: Organisation, settings: Settings
) -> None:
    settings.CLOSING_GUARDS = [f"{__name__}.full"]

    shown = alice_client.get(reverse("organisation_close")).content.decode()
    refused = alice_client.post(reverse("organisation_close"), {"confirm": "Garden"})

    assert "A server is still there." in shown
    assert "/servers" in shown
    assert "/terms/6-1" in shown
    assert refused.status_code == 422
    garden.refresh_from_db()
    assert (garden.state, Project.objects.filter(closed_at=None).count()) == ("ACTIVE", 1)


def test_the_name_must_be_typed(alice_client: Client, garden: Organisation) -> None:
    answer = alice_client.post(reverse("organisation_close"), {"confirm": "garden"})

    assert list(answer.context["form"].errors) == ["confirm"]
    garden.refresh_from_db()
    assert garden.state == "ACTIVE"


def test_closing_twice_is_refused(garden: Organisation, alice: Actor) -> None:
    closing.close(garden, by=alice, at=make.NOON)

    with pytest.raises(Refused):
        closing.close(garden, by=alice, at=make.EVENING)

    garden.refresh_from_db()
    assert garden.state_changed_at == make.NOON


def test_only_owners_close(bob_client: Client, garden: Organisation) -> None:
    assert bob_client.post(reverse("organisation_close"), {"confirm": "Garden"}).status_code == 403
    garden.refresh_from_db()
    assert garden.state == "ACTIVE"


# -- people ------------------------------------------------------------------------------------------------------------
def test_a_person_without_organisations_closes_their_account_and_is_forgotten(db: None) -> None:
    dora = make.user("dora@example.jp", "Dora")
    browser = cast.browser(dora)

    browser.post(reverse("account_close"), {"confirm": "dora@example.jp"})

    dora.refresh_from_db()
    assert (dora.name, dora.is_active, dora.has_usable_password()) == ("", False, False)
    assert "dora" not in dora.email
    assert browser.get(reverse("profile")).status_code == 302
    assert make.user("dora@example.jp").pk != dora.pk


def test_a_member_can_not_close_their_account(bob_client: Client, bob_user: User, garden: Organisation) -> None:
    answer = bob_client.post(reverse("account_close"), {"confirm": "bob@example.jp"})

    assert answer.status_code == 422
    bob_user.refresh_from_db()
    assert (bob_user.is_active, bob_user.email) == (True, "bob@example.jp")


def test_the_members_of_a_closed_organisation_close_their_accounts(
    garden: Organisation, alice: Actor, alice_user: User
) -> None:
    closing.close(garden, by=alice, at=make.NOON)

    closing.close_account(alice_user, by=person(alice_user), at=make.EVENING)

    assert not User.objects.get(pk=alice_user.pk).is_active
