"""Deadlines: set, moved, cleared, listed for those who may see them, and as a calendar under a secret address."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import deadlines
from accounts.access import Actor
from accounts.deadlines import calendar
from accounts.models import Deadline, Feed, Member, Organisation, Project, User
from tests import make

SOON = datetime.now(UTC) + timedelta(days=3)
LATER = SOON + timedelta(days=10)


def put(
    subject: Project | Organisation, due_at: datetime = SOON, kind: str = "project.created", occasion: str = ""
) -> None:
    deadlines.put(kind, subject, occasion=occasion, due_at=due_at, act_url="/projects", at=make.NOON)


def listed(client: Client) -> list[str]:
    return [row.data["name"] for row in client.get(reverse("deadlines")).context["page"].rows]


def feed_of(client: Client) -> str:
    """Make a feed; returns its path."""
    found = re.search(r"/deadlines/feed/[\w-]+\.ics", client.post(reverse("deadlines_feed_open")).content.decode())
    assert found
    return found[0]


# -- setting -----------------------------------------------------------------------------------------------------------
def test_setting_a_deadline_again_moves_it(project: Project) -> None:
    put(project)
    put(project, LATER)

    deadline = Deadline.objects.get()
    assert (deadline.due_at, deadline.organisation, deadline.project) == (LATER, project.organisation, project)


def test_other_occasions_are_other_deadlines(project: Project) -> None:
    put(project, occasion="2026")
    put(project, occasion="2027")

    assert Deadline.objects.count() == 2


def test_what_is_done_is_no_longer_due_until_it_is_set_again(project: Project) -> None:
    put(project)
    put(project, kind="project.closed")

    cleared = deadlines.clear(project, "project.created", at=make.EVENING)
    ahead = list(Deadline.objects.ahead(make.EVENING).values_list("kind", flat=True))
    put(project)

    assert (cleared, ahead) == (1, ["project.closed"])
    assert Deadline.objects.ahead(make.EVENING).count() == 2
    assert deadlines.clear(project, at=make.EVENING) == 2


# -- the inbox ---------------------------------------------------------------------------------------------------------
def test_the_soonest_comes_first_and_what_is_over_not_at_all(alice_client: Client, garden: Organisation) -> None:
    first, second, over = (make.project(garden, name) for name in ("First", "Second", "Over"))
    put(second, LATER)
    put(first, SOON)
    put(over, datetime.now(UTC) - timedelta(seconds=1))

    assert listed(alice_client) == ["First", "Second"]


def test_a_member_sees_what_is_due_in_their_projects_and_the_organisation(
    bob_client: Client, garden: Organisation, project: Project
) -> None:
    put(project)
    put(garden)
    put(make.project(garden, "Secret garden"))

    assert sorted(listed(bob_client)) == sorted([project.name, "Garden"])


def test_a_stranger_sees_none_of_it(charlie_client: Client, project: Project) -> None:
    put(project)

    assert listed(charlie_client) == []


# -- the feed ----------------------------------------------------------------------------------------------------------
def test_the_calendar_needs_only_its_address_and_shows_what_its_maker_may_see(
    bob_client: Client, garden: Organisation, project: Project
) -> None:
    put(project)
    put(make.project(garden, "Secret garden"))

    answer = Client().get(feed_of(bob_client))

    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 1
    assert f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}\r\n" in text
    assert "Secret garden" not in text


def test_a_new_address_ends_the_former_one(alice_client: Client, garden: Organisation) -> None:
    former, present = feed_of(alice_client), feed_of(alice_client)

    assert Client().get(former).status_code == 404
    assert Client().get(present).status_code == 200
    assert Feed.objects.count() == 1


def test_the_address_shows_nothing_once_its_maker_has_left(
    bob_client: Client, bob_user: User, project: Project
) -> None:
    put(project)
    path = feed_of(bob_client)
    Member.objects.filter(user=bob_user).delete()

    assert "BEGIN:VEVENT" not in Client().get(path).content.decode()


def test_the_address_is_dead_when_its_maker_is_locked_out(bob_client: Client, bob_user: User) -> None:
    path = feed_of(bob_client)
    User.objects.filter(pk=bob_user.pk).update(is_active=False)

    assert Client().get(path).status_code == 404


def test_an_unknown_address_is_not_found(db: None) -> None:
    assert Client().get(reverse("deadlines_feed", args=["x" * 43])).status_code == 404


def test_the_secret_is_kept_as_a_hash(alice: Actor, garden: Organisation) -> None:
    token = deadlines.actions.open_feed(alice.user, garden, by=alice, at=make.NOON)  # type: ignore[arg-type]

    assert token.encode() not in bytes(Feed.objects.get().token_hash)
    assert deadlines.actions.find_feed(token) == Feed.objects.get()


# -- the format --------------------------------------------------------------------------------------------------------
def test_lines_are_folded_at_75_octets_without_splitting_a_character(project: Project) -> None:
    project.name = "庭" * 60
    put(project)

    text = calendar.render([Deadline.objects.get()], title="庭", at=make.NOON)

    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "庭" * 60 in text.replace("\r\n ", "")


def test_a_name_can_not_break_out_of_its_line(project: Project) -> None:
    project.name = "a\r\nBEGIN:VEVENT,;\\"
    put(project)

    text = calendar.render([Deadline.objects.get()], title="x", at=make.NOON).replace("\r\n ", "")

    assert text.count("\r\nBEGIN:VEVENT\r\n") == 1
    assert "a\\nBEGIN:VEVENT\\,\\;\\\\" in text


@pytest.mark.parametrize("text", ["", "x" * 75, "x" * 76, "庭" * 25, "庭" * 26])
def test_folding_loses_nothing(text: str) -> None:
    parts = list(calendar.folded(text))

    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == text
