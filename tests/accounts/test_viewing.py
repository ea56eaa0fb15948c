"""Staff look as a customer sees the panel: read-only, for half an hour, seen by the customer."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, AuditEvent, Organisation, Project, User
from accounts.viewing import actions as viewing
from tests import cast, make

SURE = {"nonce": ""}


@pytest.fixture
def looking(staff_user: User, garden: Organisation) -> Client:
    """Staff who look at Alice's organisation."""
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXP")
    browser = cast.browser(staff_user)
    form = {"action": "view_as", "_selected_action": str(garden.pk), "confirmed": "1", "reason": "Ticket 7"}
    answer = browser.post(reverse("admin:accounts_organisation_changelist"), form)
    assert answer.headers["Location"] == "/"
    return browser


def test_staff_see_what_the_customer_sees(looking: Client, project: Project, elsewhere: Project) -> None:
    make.project(elsewhere.organisation, "Elsewhere, too")

    page = looking.get(reverse("projects")).content.decode()

    assert project.name in page
    assert "Elsewhere" not in page
    assert reverse("viewing_stop") in page


def test_the_customer_reads_who_looked_and_why(looking: Client, alice_client: Client) -> None:
    page = alice_client.get(reverse("event_log")).content.decode()

    assert "Ticket 7" in page
    assert "Stella" in page


@pytest.mark.parametrize("name, form", [
    ("api_key_new", {"name": "x", "level": "10"}),
    ("profile", {"name": "Stella", "language": "en"}),
    ("case_new", {"topic": "QUESTION", "title": "x", "body": "x"}),
    ("notices_read", SURE),
])  # fmt: skip
def test_nothing_can_be_written_while_looking(
    looking: Client, project: Project, name: str, form: dict[str, str]
) -> None:
    before = AuditEvent.objects.count()

    assert looking.post(reverse(name), form).status_code == 403
    assert AuditEvent.objects.count() == before
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("name", ["organisation_export", "organisation_edit", "invitation_new"])
def test_what_only_owners_may_is_closed_to_who_looks(looking: Client, name: str) -> None:
    assert looking.get(reverse(name)).status_code == 403


def test_looking_stops(looking: Client, garden: Organisation) -> None:
    answer = looking.post(reverse("viewing_stop"))

    assert answer.headers["Location"] == reverse("admin:accounts_organisation_changelist")
    assert looking.get(reverse("organisation")).headers["Location"] == reverse("organisation_new")


def test_looking_ends_after_half_an_hour() -> None:
    until = datetime.now(UTC)
    session = {viewing.SESSION_KEY: {"organisation": 7, "until": until.isoformat()}}

    assert viewing.viewed(session, until - timedelta(seconds=1)) == 7
    assert viewing.viewed(session, until) is None


def test_a_customer_can_not_look_by_a_forged_session(alice_client: Client, elsewhere: Project) -> None:
    session = alice_client.session
    until = datetime.now(UTC) + timedelta(minutes=5)
    session[viewing.SESSION_KEY] = {"organisation": elsewhere.organisation_id, "until": until.isoformat()}
    session.save()

    assert "Elsewhere" not in alice_client.get(reverse("organisation")).content.decode()


def test_one_customer_is_chosen_at_a_time(staff_user: User, garden: Organisation, elsewhere: Project) -> None:
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXP")
    browser = cast.browser(staff_user)
    both = [str(garden.pk), str(elsewhere.organisation_id)]

    browser.post(
        reverse("admin:accounts_organisation_changelist"),
        {"action": "view_as", "_selected_action": both, "confirmed": "1", "reason": "x"},
    )

    assert viewing.SESSION_KEY not in browser.session
    assert not AuditEvent.objects.filter(verb="organisation.viewed").exists()
