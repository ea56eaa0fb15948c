"""Projects: making, naming, closing, choosing the one to work in."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.access import Actor, person
from accounts.api_keys import actions as api_keys
from accounts.models import Organisation, Project, User
from accounts.projects import actions as projects
from core.errors import Refused
from tests import make

SURE = {"nonce": ""}


def full(project: Project, at: datetime) -> None:
    """A closing guard that finds something."""
    raise Refused("There is a server in it.")


def test_an_owner_makes_a_project_and_works_in_it(alice_client: Client, garden: Organisation) -> None:
    answer = alice_client.post(reverse("project_new"), {"name": "Pond", "description": "Fish"})

    assert answer.headers["Location"] == reverse("projects")
    pond = Project.objects.get(name="Pond")
    assert alice_client.session["project"] == pond.pk
    assert pond.organisation == garden


def test_a_name_is_taken_only_by_an_open_project_of_the_same_organisation(
    alice: Actor, garden: Organisation, alice_client: Client, charlie_user: User
) -> None:
    pond = make.project(garden, "Pond")
    make.project(make.organisation(charlie_user), "Pond")

    refused = alice_client.post(reverse("project_new"), {"name": "Pond"})
    projects.close(pond, by=alice, at=make.NOON)
    allowed = alice_client.post(reverse("project_new"), {"name": "Pond"})

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["name"]
    assert allowed.status_code == 302


def test_renaming_keeps_the_number(alice_client: Client, project: Project) -> None:
    alice_client.post(reverse("project_edit", args=[project.number]), {"name": "Lawn"})

    renamed = Project.objects.get(pk=project.pk)
    assert (renamed.name, renamed.number) == ("Lawn", project.number)


def test_a_closed_project_is_gone_and_its_keys_prove_nothing(
    alice_client: Client, garden: Organisation, alice_user: User
) -> None:
    pond = make.project(garden, "Pond")
    key, secret = make.api_key(pond)

    alice_client.post(reverse("project_close", args=[pond.number]), SURE)

    assert pond.pk not in person(alice_user).visible_projects()
    assert api_keys.authenticate(str(key.token), secret, make.NOON) is None


def test_a_project_with_something_in_it_stays_open(alice_client: Client, project: Project, settings: Settings) -> None:
    settings.CLOSING_GUARDS = [f"{__name__}.full"]

    answer = alice_client.post(reverse("project_close", args=[project.number]), SURE)

    assert answer.status_code == 422
    assert "There is a server in it." in answer.content.decode()
    project.refresh_from_db()
    assert project.closed_at is None


def test_closing_twice_is_refused(alice: Actor, project: Project) -> None:
    projects.close(project, by=alice, at=make.NOON)

    with pytest.raises(Refused):
        projects.close(project, by=alice, at=make.EVENING)

    project.refresh_from_db()
    assert project.closed_at == make.NOON


def test_switching_to_a_strangers_project_finds_nothing(alice_client: Client, elsewhere: Project) -> None:
    answer = alice_client.post(reverse("project_switch", args=[elsewhere.number]))

    assert answer.status_code == 404
    assert "project" not in alice_client.session


def test_a_member_switches_between_the_projects_they_may_see(bob_client: Client, project: Project) -> None:
    answer = bob_client.post(reverse("project_switch", args=[project.number]))

    assert answer.headers["Location"] == reverse("dashboard")
    assert bob_client.session["project"] == project.pk


def test_a_member_sees_only_projects_with_a_level(bob_client: Client, garden: Organisation, project: Project) -> None:
    make.project(garden, "Secret garden")

    page = bob_client.get(reverse("projects")).content.decode()

    assert project.name in page
    assert "Secret garden" not in page


@pytest.mark.parametrize("name", ["project_edit", "project_close"])
def test_a_member_who_is_no_owner_may_not_touch_a_project(bob_client: Client, project: Project, name: str) -> None:
    answer = bob_client.post(reverse(name, args=[project.number]), {"name": "Mine"})

    assert answer.status_code == 403
    project.refresh_from_db()
    assert (project.name != "Mine", project.closed_at) == (True, None)
