"""Signing up, being accepted, refused, changing the particulars."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import consents
from accounts.access import SYSTEM, Actor, person
from accounts.consents import Acceptance
from accounts.models import AuditEvent, Member, Notice, Organisation, Project, User
from accounts.organisations import actions as organisations
from accounts.organisations.forms import registration_number
from core.errors import Refused
from tests import cast, make
from tests.databases import Database

FORM = {
    "kind": "CORPORATE",
    "name": "縁側商店",
    "billing_name": "株式会社縁側商店",
    "postal_code": "５３０－０００１",
    "address": "大阪市北区梅田1-1",
    "phone": "06-6123-4567",
    "registration_number": "T5835678256246",
    "language": "ja",
    "accept_basic": "on",
    "accept_service": "on",
}


@pytest.fixture
def dora(db: None) -> User:
    """A person who has signed up but belongs to no organisation."""
    consents.sync()
    return make.user("dora@example.jp", "Dora")


@pytest.mark.terms("1-1", "1-2")
def test_the_last_page_of_sign_up_makes_the_customer_and_records_the_terms(dora: User) -> None:
    answer = cast.browser(dora).post(reverse("organisation_new"), FORM)

    assert answer.headers["Location"] == reverse("organisation")
    organisation = Organisation.objects.get()
    assert (organisation.state, organisation.postal_code, organisation.phone) == (
        "APPLIED",
        "530-0001",
        "+81 6-6123-4567",
    )
    assert Member.objects.get().is_owner
    assert Project.objects.get().organisation == organisation
    accepted = Acceptance.objects.order_by("pk").values_list("document__code", "document__version", "accepted_by")
    assert list(accepted) == [("basic", 1, dora.pk), ("service", 1, dora.pk)]


def test_the_form_keeps_its_input_and_shows_each_error_at_its_field(dora: User) -> None:
    bad = {**FORM, "postal_code": "12", "phone": "123", "registration_number": "T1835678256246", "accept_basic": ""}

    answer = cast.browser(dora).post(reverse("organisation_new"), bad)

    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"postal_code", "phone", "registration_number", "accept_basic"}
    assert "株式会社縁側商店" in answer.content.decode()
    assert not Organisation.objects.exists()


def test_sending_the_form_twice_makes_one_organisation(dora: User) -> None:
    browser = cast.browser(dora)
    nonce = {"nonce": "7b1c1f6e-7f46-4f65-9f5a-0d7f5c3f6b11"}

    answers = [browser.post(reverse("organisation_new"), FORM | nonce) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {reverse("organisation")}
    assert Organisation.objects.count() == 1


@pytest.mark.terms("5-1")
def test_sign_up_and_the_organisation_page_say_that_there_is_no_minimum_period(
    dora: User, alice_client: Client
) -> None:
    sign_up = cast.browser(dora).get(reverse("organisation_new")).content.decode()
    organisation = alice_client.get(reverse("organisation")).content.decode()

    assert "/terms/5-1" in sign_up
    assert "/terms/5-1" in organisation


@pytest.mark.terms("3-1")
def test_the_contract_starts_the_day_it_is_concluded_and_never_moves(alice_user: User) -> None:
    organisation = make.organisation(alice_user, accepted=False)

    organisations.accept(organisation, by=SYSTEM, at=make.NOON)
    organisations.refuse(organisation, "PAYMENT", by=SYSTEM, at=make.EVENING)
    organisations.accept(organisation, by=SYSTEM, at=make.EVENING)

    organisation.refresh_from_db()
    assert (organisation.state, organisation.concluded_at, organisation.refusal_reason) == ("ACTIVE", make.NOON, "")


@pytest.mark.parametrize("verified, has_means, state", [
    (True, True, "ACTIVE"),
    (True, False, "APPLIED"),
    (False, True, "APPLIED"),
])  # fmt: skip
def test_an_applicant_is_accepted_with_a_verified_address_and_a_means_of_payment(
    db: None, verified: bool, has_means: bool, state: str
) -> None:
    owner = make.user(verified=verified)
    organisation = make.organisation(owner, accepted=False)

    active = organisations.accept_if_ready(organisation, has_means=has_means, by=person(owner), at=make.NOON)

    organisation.refresh_from_db()
    assert (active, organisation.state) == (state == "ACTIVE", state)


def test_accepting_twice_changes_and_tells_nothing_more(garden: Organisation) -> None:
    again = organisations.accept_if_ready(garden, has_means=True, by=SYSTEM, at=make.EVENING)

    assert again is True
    assert Notice.objects.filter(kind="organisation_accepted", user__email="alice@example.jp").count() == 1
    assert AuditEvent.objects.filter(verb="organisation.accepted").count() == 1


def test_a_card_registered_twice_at_once_accepts_once(cloned_db: Database) -> None:
    owner = make.user()
    organisation = make.organisation(owner, accepted=False)

    def register(_: int) -> bool:
        try:
            seen = Organisation.objects.get(pk=organisation.pk)
            return organisations.accept_if_ready(seen, has_means=True, by=SYSTEM, at=make.NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(register, range(4))) == [True] * 4

    assert AuditEvent.objects.filter(verb="organisation.accepted").count() == 1


def test_a_refusal_is_told_with_its_reason(garden: Organisation, alice_client: Client) -> None:
    organisations.refuse(garden, "MISUSE", by=SYSTEM, at=make.EVENING)

    notice = Notice.objects.get(kind="organisation_refused")
    with translation.override("ja"):
        reason = garden.get_refusal_reason_display()
    assert reason in notice.text
    assert reason in unescape(alice_client.get(reverse("organisation")).content.decode())


def test_a_refusal_without_a_known_reason_is_an_error_and_changes_nothing(garden: Organisation) -> None:
    with pytest.raises(ValueError):
        organisations.refuse(garden, "BECAUSE", by=SYSTEM, at=make.EVENING)

    garden.refresh_from_db()
    assert garden.state == "ACTIVE"


def test_a_closed_organisation_can_not_be_accepted(garden: Organisation) -> None:
    garden.move("close", at=make.EVENING)

    with pytest.raises(Refused):
        organisations.accept(garden, by=SYSTEM, at=make.EVENING)


def test_an_owner_changes_the_particulars_and_the_event_log_names_the_fields(
    alice_client: Client, garden: Organisation
) -> None:
    answer = alice_client.post(reverse("organisation_edit"), FORM)

    assert answer.headers["Location"] == reverse("organisation")
    garden.refresh_from_db()
    assert (garden.name, garden.registration_number) == ("縁側商店", "T5835678256246")
    event = AuditEvent.objects.get(verb="organisation.updated")
    assert "registration_number" in event.data["fields"]
    assert event.actor_label == "Alice"


def test_a_member_who_is_no_owner_may_not_change_the_particulars(bob_client: Client, garden: Organisation) -> None:
    answer = bob_client.post(reverse("organisation_edit"), FORM)

    assert answer.status_code == 403
    garden.refresh_from_db()
    assert garden.name == "Garden"


@pytest.mark.parametrize("text, corporate, cleaned", [
    ("", True, ""),
    ("T5835678256246", True, "T5835678256246"),
    ("t5-8356-7825-6246", True, "T5835678256246"),
    ("Ｔ５８３５６７８２５６２４６", True, "T5835678256246"),
    ("T1234567890123", False, "T1234567890123"),
])  # fmt: skip
def test_registration_numbers_are_read_as_people_type_them(text: str, corporate: bool, cleaned: str) -> None:
    assert registration_number(text, corporate=corporate) == cleaned


@pytest.mark.parametrize("text, corporate", [
    ("5835678256246", True),
    ("T583567825624", True),
    ("T2835678256246", True),
    ("T12345678901234", False),
])  # fmt: skip
def test_a_mistyped_registration_number_is_noticed(text: str, corporate: bool) -> None:
    with pytest.raises(ValueError):
        registration_number(text, corporate=corporate)


def test_only_a_person_can_sign_up(db: None) -> None:
    particulars = organisations.Particulars(name="x", kind="CORPORATE", billing_name="x")

    with pytest.raises(Refused):
        organisations.apply(particulars, by=SYSTEM, at=make.NOON)


def test_an_actor_has_no_seat_with_strangers(alice: Actor, garden: Organisation, charlie: Actor) -> None:
    assert alice.seat_in(garden.pk).owner
    assert not charlie.seat_in(garden.pk).owner
