"""Actors: what people, keys, staff and strangers may, worked out in one query."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.access import ANONYMOUS, SYSTEM, Actor, Level, Seat, holder, person, require, staff, viewer
from accounts.models import Organisation, Project, User
from accounts.projects import actions as projects
from core.errors import Forbidden
from tests import make


def test_a_person_is_worked_out_in_one_query(
    garden: Organisation, alice_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        make.project(garden)

    with django_assert_num_queries(1):
        alice = person(alice_user)

    assert len(alice.visible_projects()) == 6


def test_owners_may_everything_members_what_is_granted_strangers_nothing(
    alice: Actor, bob: Actor, charlie: Actor, project: Project, garden: Organisation
) -> None:
    assert [actor.level_in(project.pk) for actor in (alice, bob, charlie)] == [Level.CREATE, Level.VIEW, Level.NONE]
    assert [actor.seat_in(garden.pk) for actor in (alice, bob, charlie)] == [Seat(True, True, True), Seat(), Seat()]


def test_rights_of_several_organisations_do_not_mix(bob_user: User, project: Project, elsewhere: Project) -> None:
    make.member(elsewhere.organisation, bob_user, Level.ARRANGE, may_bill=True)

    bob = person(bob_user)

    assert (bob.level_in(project.pk), bob.level_in(elsewhere.pk)) == (Level.VIEW, Level.ARRANGE)
    assert (bob.seat_in(project.organisation_id).bill, bob.seat_in(elsewhere.organisation_id).bill) == (False, True)


def test_a_member_without_any_grant_has_a_seat_but_sees_no_project(garden: Organisation) -> None:
    dora = make.user()
    make.member(garden, dora, Level.NONE, may_eventlog=True)

    actor = person(dora)

    assert (actor.visible_projects(), actor.seat_in(garden.pk)) == ([], Seat(False, False, True))


def test_nobody_reaches_a_closed_project(alice: Actor, alice_user: User, bob_user: User, garden: Organisation) -> None:
    pond = make.project(garden)
    projects.close(pond, by=alice, at=make.NOON)

    assert pond.pk not in person(alice_user).levels
    assert pond.pk not in person(bob_user).levels


def test_a_key_reaches_its_project_only(garden: Organisation, project: Project) -> None:
    other = make.project(garden)
    key, _secret = make.api_key(project, Level.POWER, may_bill=True)

    actor = holder(key)

    assert (actor.level_in(project.pk), actor.level_in(other.pk)) == (Level.POWER, Level.NONE)
    assert actor.seat_in(garden.pk) == Seat(False, True, False)


def test_a_viewer_sees_one_organisation_and_changes_nothing(
    staff_user: User, garden: Organisation, project: Project, elsewhere: Project
) -> None:
    actor = viewer(staff_user, garden.pk)

    assert (actor.level_in(project.pk), actor.level_in(elsewhere.pk), actor.sees_all) == (Level.VIEW, Level.NONE, False)


def test_staff_and_the_system_see_all(staff_user: User, project: Project) -> None:
    for actor in (SYSTEM, staff(staff_user)):
        assert (actor.sees_all, actor.level_in(project.pk)) == (True, Level.CREATE)


def test_nobody_may_nothing(project: Project) -> None:
    with pytest.raises(Forbidden):
        require(ANONYMOUS, project.pk, Level.VIEW)


def test_the_level_that_lacks_is_named(bob: Actor, project: Project) -> None:
    with pytest.raises(Forbidden, match=str(Level.CREATE.label)):
        require(bob, project.pk, Level.CREATE)


def test_a_page_knows_its_project_and_asks_for_it_once(
    alice_client: Client, garden: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice_client.get(reverse("projects"))

    with django_assert_num_queries(7):  # session, user, rights, projects, the list, unread, the block of 4-3
        alice_client.get(reverse("projects"))
