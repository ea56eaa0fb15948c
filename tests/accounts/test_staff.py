"""Staff at work in the admin: every list opens, verbs call actions, everything else is read-only."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Notice, Organisation, Project, User
from tests import cast, make

MODELS = ["organisation", "user", "project", "apikey", "auditevent", "notice", "document", "acceptance"]


@pytest.fixture
def staff_client(staff_user: User) -> Client:
    """Staff with a second factor, signed in."""
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXP")
    return cast.browser(staff_user)


def act(client: Client, model: str, verb: str, row: Organisation | User, **values: str) -> int:
    """Choose a row and a verb in a list, as staff do."""
    form = {"action": verb, "_selected_action": str(row.pk), **values}
    return client.post(reverse(f"admin:accounts_{model}_changelist"), form).status_code


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_nothing_can_be_added(staff_client: Client, project: Project, model: str) -> None:
    make.api_key(project)

    assert staff_client.get(reverse(f"admin:accounts_{model}_changelist")).status_code == 200
    assert staff_client.get(reverse(f"admin:accounts_{model}_add")).status_code == 403


def test_a_row_opens_read_only(staff_client: Client, garden: Organisation) -> None:
    url = reverse("admin:accounts_organisation_change", args=[garden.pk])

    assert staff_client.get(url).status_code == 200
    assert staff_client.post(url, {"name": "Mine"}).status_code == 403
    garden.refresh_from_db()
    assert garden.name == "Garden"


def test_staff_refuse_with_a_reason_and_accept_again(staff_client: Client, garden: Organisation) -> None:
    asked = act(staff_client, "organisation", "refuse", garden)
    garden.refresh_from_db()
    before = garden.state

    act(staff_client, "organisation", "refuse", garden, confirmed="1", reason="MISUSE")
    garden.refresh_from_db()
    refused = (garden.state, garden.refusal_reason)
    act(staff_client, "organisation", "accept", garden)
    garden.refresh_from_db()

    assert (asked, before, refused) == (200, "ACTIVE", ("REFUSED", "MISUSE"))
    assert garden.state == "ACTIVE"
    assert Notice.objects.filter(kind="organisation_refused").count() == 1
    assert {e.actor_kind for e in AuditEvent.objects.filter(verb="organisation.refused")} == {"staff"}


def test_a_locked_out_person_is_out_at_once(staff_client: Client, alice_client: Client, alice_user: User) -> None:
    act(staff_client, "user", "lock_out", alice_user)
    out = alice_client.get(reverse("profile")).status_code
    act(staff_client, "user", "let_in", alice_user)

    assert out == 302
    assert alice_client.get(reverse("profile")).status_code == 200
    assert AuditEvent.objects.filter(verb="user.locked_out").count() == 1


def test_locking_out_twice_is_refused(staff_client: Client, alice_user: User) -> None:
    act(staff_client, "user", "lock_out", alice_user)
    act(staff_client, "user", "lock_out", alice_user)

    assert AuditEvent.objects.filter(verb="user.locked_out").count() == 1
