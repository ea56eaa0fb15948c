"""The event log: what is written, that it never changes, who reads it, search, period, CSV."""

import ast
import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts import audit
from accounts.access import SYSTEM, Actor, holder, person
from accounts.audit.sentences import book, sentence
from accounts.members import actions as members
from accounts.models import AuditEvent, Member, Organisation, Project, User
from accounts.projects import actions as projects
from core.lifecycle import Moved
from tests import make


def log(client: Client, **query: str) -> list[AuditEvent]:
    return list(client.get(reverse("event_log"), query).context["page"].rows)


# -- writing -----------------------------------------------------------------------------------------------------------
def test_an_event_says_who_did_what_to_what_from_where(
    garden: Organisation, project: Project, alice_user: User
) -> None:
    alice = person(alice_user, address="192.0.2.7")

    audit.record("project.updated", project, Moved("OPEN", "SHUT"), by=alice, at=make.NOON, former="Lawn")

    event = AuditEvent.objects.latest("pk")
    assert (event.organisation, event.project, event.at) == (garden, project, make.NOON)
    assert (event.subject_kind, event.subject_pk, event.subject_number) == (
        "accounts.project",
        project.pk,
        project.number,
    )
    assert (event.source, event.target, event.data) == ("OPEN", "SHUT", {"former": "Lawn"})
    assert (event.actor_kind, event.actor_label, event.actor_user) == ("user", "Alice", alice_user)
    assert event.address == "192.0.2.7"


def test_an_event_of_a_key_names_the_key(project: Project) -> None:
    key, _secret = make.api_key(project)

    audit.record("project.updated", project, by=holder(key), at=make.NOON)

    event = AuditEvent.objects.latest("pk")
    assert (event.actor_kind, event.actor_key, event.actor_user) == ("key", key, None)


def test_recording_costs_one_query(
    project: Project, alice: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        audit.record("project.updated", project, by=alice, at=make.NOON)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_an_event(project: Project, change: str) -> None:
    events = AuditEvent.objects.filter(project=project)
    before = list(events.values())

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        events.update(verb="nothing") if change == "update" else events.delete()

    assert list(events.values()) == before


def test_a_timeline_is_one_query_newest_first(
    project: Project, alice: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(3):
        name = f"name-{hour}"
        projects.update(project, name=name, description="", by=alice, at=make.NOON + timedelta(hours=hour))

    with django_assert_num_queries(1):
        events = audit.timeline(project, limit=2)

    assert [event.subject_name for event in events] == ["name-2", "name-1"]


# -- sentences ---------------------------------------------------------------------------------------------------------
def recorded_verbs() -> set[str]:
    """Every verb that the code records by a literal."""
    verbs = set()
    for app in ("config", "accounts", "billing", "compute", "mobile", "certificates", "sms"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "record":
                    verbs |= {
                        arg.value
                        for arg in call.args[:1]
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return verbs


def test_every_verb_has_a_sentence() -> None:
    verbs = recorded_verbs()

    assert "api_key.revoked" in verbs
    assert sorted(verbs - set(book())) == []


def test_a_sentence_is_in_the_readers_language_and_survives_missing_words() -> None:
    with translation.override("en"):
        assert sentence("project.updated", {"name": "100 %"}) == "Project “” is now called “100 %”"


def test_an_unknown_verb_is_shown_as_it_is() -> None:
    assert sentence("garden.weeded", {}) == "garden.weeded"


# -- reading -----------------------------------------------------------------------------------------------------------
def test_the_log_is_for_owners_and_those_who_were_given_it(
    alice_client: Client, bob_client: Client, bob_user: User, alice: Actor
) -> None:
    assert bob_client.get(reverse("event_log")).status_code == 403

    bob = Member.objects.get(user=bob_user)
    members.change(bob, members.Rights(may_eventlog=True), by=alice, at=make.NOON)

    assert bob_client.get(reverse("event_log")).status_code == 200


def test_the_log_holds_nothing_of_strangers(alice_client: Client, elsewhere: Project) -> None:
    assert {str(event.organisation) for event in log(alice_client)} == {"Garden"}


def test_the_log_is_searched_by_name_by_number_by_actor_and_by_month(
    alice_client: Client, garden: Organisation, alice: Actor, alice_user: User
) -> None:
    now = datetime.now(UTC)
    pond = projects.create(garden, name="Pond", by=alice, at=now)
    alice_number = str(Member.objects.get(user=alice_user).number)

    assert [event.subject_name for event in log(alice_client, q="pon")] == ["Pond"]
    assert [event.subject_name for event in log(alice_client, q=str(pond.number))] == ["Pond"]
    assert "Pond" in {event.subject_name for event in log(alice_client, by=alice_number)}
    assert {event.actor_kind for event in log(alice_client, by="system")} == {"system"}
    assert {event.verb for event in log(alice_client, month=f"{now:%Y-%m}")} == {"project.created"}


def test_the_csv_is_disarmed_and_in_jst(alice_client: Client, garden: Organisation) -> None:
    make.project(garden, "=1+1", at=make.NOON)

    answer = alice_client.get(reverse("event_log"), {"format": "csv", "q": "=1+1"})

    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "2026-04-01 12:00:00" in rows[1]
    assert all(not cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("query", [
    {"month": "2026-13"}, {"by": "999"}, {"by": "x'"}, {"after": "nonsense"}, {"sort": "data__x"}, {"q": "%_\\"},
])  # fmt: skip
def test_broken_filters_are_as_if_absent(alice_client: Client, query: dict[str, str]) -> None:
    assert alice_client.get(reverse("event_log"), query).status_code == 200


def test_a_long_log_costs_no_more_queries_than_a_short_one(alice_client: Client, project: Project) -> None:
    alice_client.get(reverse("event_log"))
    short = queries(alice_client)
    for _ in range(60):
        audit.record("project.updated", project, by=SYSTEM, at=make.NOON)

    assert queries(alice_client) == short


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("event_log"))
    return len(captured)
