"""Members: rights, invitations by mail, leaving, ownership, and the owner that always remains."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM, Actor, Level, person
from accounts.members import actions as members
from accounts.members import invitations
from accounts.members.actions import Rights
from accounts.models import AuditEvent, Invitation, Member, Organisation, Project, User
from core.errors import Refused
from core.operations.performing import perform_due
from tests import cast, make
from tests.databases import Database

SURE = {"nonce": ""}


def of(user: User) -> Member:
    return Member.objects.get(user=user)


def invited(organisation: Organisation, email: str, rights: Rights | None = None) -> str:
    """Invite an address now, by the clock of the pages, and read the link's path from the mail."""
    now = datetime.now(UTC)
    invitations.invite(organisation, email, rights or Rights(may_bill=True), by=SYSTEM, at=now)
    while perform_due(at=now):
        pass
    letter = next(message for message in reversed(mail.outbox) if message.to == [email.lower()])
    found = re.search(r"/invitations/[\w-]+", str(letter.body))
    assert found
    return found[0]


# -- rights ------------------------------------------------------------------------------------------------------------
def test_an_owner_changes_what_a_member_may_do(
    alice_client: Client, bob_user: User, garden: Organisation, project: Project
) -> None:
    form = {"may_bill": "on", f"level_{project.number}": int(Level.POWER)}

    answer = alice_client.post(reverse("member_edit", args=[of(bob_user).number]), form)

    assert answer.headers["Location"] == reverse("members")
    bob = person(bob_user)
    assert (bob.level_in(project.pk), bob.seat_in(garden.pk).bill, bob.seat_in(garden.pk).owner) == (
        Level.POWER,
        True,
        False,
    )
    event = AuditEvent.objects.get(verb="member.changed")
    assert event.data["levels"] == {str(project.number): "POWER"}


def test_no_access_leaves_no_grant(alice_client: Client, bob_user: User, project: Project) -> None:
    form = {f"level_{project.number}": int(Level.NONE)}

    alice_client.post(reverse("member_edit", args=[of(bob_user).number]), form)

    assert not of(bob_user).grants.exists()


def test_a_level_that_does_not_exist_is_an_error_at_its_field(
    alice_client: Client, bob_user: User, project: Project
) -> None:
    answer = alice_client.post(reverse("member_edit", args=[of(bob_user).number]), {f"level_{project.number}": 41})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"level_{project.number}"]


def test_rights_in_a_strangers_project_are_not_given(
    alice: Actor, bob_user: User, project: Project, elsewhere: Project
) -> None:
    members.change(
        of(bob_user), Rights(levels={elsewhere.pk: Level.CREATE, project.pk: Level.VIEW}), by=alice, at=make.NOON
    )

    assert person(bob_user).visible_projects() == [project.pk]


@pytest.mark.parametrize("name", ["member_edit", "member_remove", "member_transfer"])
def test_a_member_may_not_touch_others_and_a_stranger_finds_nothing(
    bob_client: Client, charlie_client: Client, alice_user: User, garden: Organisation, name: str
) -> None:
    url = reverse(name, args=[Member.objects.get(user=alice_user).number])

    assert bob_client.post(url, SURE).status_code == 403
    assert charlie_client.post(url, SURE).status_code == 404
    assert of(alice_user).is_owner


# -- leaving and the last owner ----------------------------------------------------------------------------------------
def test_a_member_leaves(bob_client: Client, bob_user: User, garden: Organisation) -> None:
    bob_client.post(reverse("member_remove", args=[of(bob_user).number]), SURE)

    assert person(bob_user).seats == {}
    assert AuditEvent.objects.get(verb="member.removed").actor_label == "Bob"


def test_the_last_owner_can_not_leave(alice_client: Client, alice_user: User, garden: Organisation) -> None:
    answer = alice_client.post(reverse("member_remove", args=[of(alice_user).number]), SURE)

    assert answer.status_code == 422
    assert of(alice_user).is_owner


def test_the_last_owner_can_not_give_ownership_up(alice: Actor, alice_user: User) -> None:
    with pytest.raises(Refused) as refusal:
        members.change(of(alice_user), Rights(), by=alice, at=make.NOON)

    assert refusal.value.code == "last_owner"
    assert of(alice_user).is_owner


def test_handing_ownership_over_leaves_every_other_right(
    alice_client: Client, alice_user: User, bob_user: User, project: Project
) -> None:
    alice_client.post(reverse("member_transfer", args=[of(bob_user).number]), SURE)

    assert (of(bob_user).is_owner, of(alice_user).is_owner) == (True, False)
    assert person(alice_user).level_in(project.pk) == Level.CREATE


def test_ownership_is_handed_only_to_another_member_of_the_same_organisation(
    alice: Actor, alice_user: User, garden: Organisation, elsewhere: Project, charlie_user: User
) -> None:
    for heir in (of(alice_user), of(charlie_user)):
        with pytest.raises(Refused):
            members.transfer(garden, heir, by=alice, at=make.NOON)

    assert of(alice_user).is_owner


def test_of_two_owners_leaving_at_once_one_stays(cloned_db: Database) -> None:
    owners = [make.user(), make.user()]
    organisation = make.organisation(owners[0])
    make.member(organisation, owners[1], is_owner=True)

    def leave(user: User) -> bool:
        try:
            members.remove(Member.objects.select_related("organisation").get(user=user), by=SYSTEM, at=make.NOON)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, owners))

    assert sorted(left) == [False, True]
    assert Member.objects.filter(organisation=organisation, is_owner=True).count() == 1


# -- invitations -------------------------------------------------------------------------------------------------------
def test_the_invited_sign_in_and_join_with_the_rights_offered(garden: Organisation, project: Project) -> None:
    dora = make.user("dora@example.jp", "Dora")
    path = invited(garden, "Dora@example.jp", Rights(may_bill=True, levels={project.pk: Level.ARRANGE}))
    browser = cast.browser(dora)

    shown = browser.get(path)
    joined = browser.post(f"{path}/join")

    assert "Garden" in shown.content.decode()
    assert joined.headers["Location"] == reverse("dashboard")
    actor = person(dora)
    assert (actor.level_in(project.pk), actor.seat_in(garden.pk).bill) == (Level.ARRANGE, True)


def test_a_link_works_once(garden: Organisation) -> None:
    dora = make.user("dora@example.jp", "Dora")
    path = invited(garden, "dora@example.jp")
    browser = cast.browser(dora)
    browser.post(f"{path}/join")

    assert browser.get(path).status_code == 404
    assert browser.post(f"{path}/join").status_code == 404
    assert Member.objects.filter(user=dora).count() == 1


def test_a_link_is_for_its_address_only(garden: Organisation, charlie_client: Client, charlie_user: User) -> None:
    path = invited(garden, "dora@example.jp")

    charlie_client.post(f"{path}/join")

    assert not Member.objects.filter(organisation=garden, user=charlie_user).exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_unverified_address_does_not_join(garden: Organisation) -> None:
    dora = make.user("dora@example.jp", "Dora", verified=False)
    path = invited(garden, "dora@example.jp")

    cast.browser(dora).post(f"{path}/join")

    assert not Member.objects.filter(user=dora).exists()


def test_a_link_expires_after_a_week(garden: Organisation) -> None:
    dora = make.user("dora@example.jp")
    invitation = invitations.invite(garden, dora.email, Rights(), by=SYSTEM, at=make.MORNING)
    week = make.MORNING + timedelta(days=7)

    with pytest.raises(Refused):
        invitations.accept(invitation, dora, by=SYSTEM, at=week)

    invitations.accept(invitation, dora, by=SYSTEM, at=week - timedelta(seconds=1))
    assert Member.objects.filter(organisation=garden, user=dora).exists()


def test_a_second_invitation_replaces_the_first(garden: Organisation) -> None:
    first = invited(garden, "dora@example.jp")
    second = invited(garden, "dora@example.jp")

    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_an_owner_withdraws_an_invitation(alice_client: Client, garden: Organisation) -> None:
    path = invited(garden, "dora@example.jp")

    alice_client.post(reverse("invitation_withdraw", args=[Invitation.objects.get().number]))

    assert Client().get(path).status_code == 404


def test_a_member_is_not_invited_again(alice_client: Client, garden: Organisation, project: Project) -> None:
    form = {"email": "BOB@example.jp", f"level_{project.number}": int(Level.VIEW)}

    answer = alice_client.post(reverse("invitation_new"), form)

    assert list(answer.context["form"].errors) == ["email"]
    assert not Invitation.objects.exists()


def test_fifty_invitations_a_day_are_enough(garden: Organisation) -> None:
    for number in range(50):
        invitations.invite(garden, f"guest{number}@example.jp", Rights(), by=SYSTEM, at=make.MORNING)

    with pytest.raises(Refused):
        invitations.invite(garden, "one-more@example.jp", Rights(), by=SYSTEM, at=make.EVENING)

    invitations.invite(garden, "one-more@example.jp", Rights(), by=SYSTEM, at=make.MORNING + timedelta(days=1))
    assert Invitation.objects.count() == 51


def test_the_token_of_a_link_is_nowhere_in_the_database(garden: Organisation) -> None:
    token = invited(garden, "dora@example.jp").rpartition("/")[2]

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM accounts_letter t")
        letters = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, '') FROM accounts_invitation t")
        rows = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, '') FROM core_operation t")
        operations = cursor.fetchone()[0]
    for found in (letters, rows, operations):
        assert token not in found
        assert token.encode().hex() not in found


def test_somebody_new_signs_up_from_the_link_without_a_second_proof(garden: Organisation) -> None:
    path = invited(garden, "eve@example.jp")
    browser = Client()
    browser.get(path)
    form = {
        "email": "eve@example.jp",
        "name": "Eve",
        "language": "en",
        "password1": make.PASSWORD,
        "password2": make.PASSWORD,
    }

    signed_up = browser.post(f"{reverse('account_signup')}?next={path}", {**form, "next": path})
    browser.post(f"{path}/join")

    assert signed_up.headers["Location"] == path
    assert Member.objects.get(user__email="eve@example.jp").organisation == garden
