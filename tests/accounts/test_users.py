"""Signing up and in, the profile, the account's security, and the door of the admin."""

import re
from datetime import UTC, datetime
from time import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings as conf
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import consents
from accounts.models import AuditEvent, User
from core.operations.performing import perform_due
from tests import cast, make

FORM = {
    "email": "dora@example.jp",
    "name": "Dora",
    "language": "en",
    "password1": make.PASSWORD,
    "password2": make.PASSWORD,
}


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    """No request of another test counts."""
    cache.clear()
    consents.sync()


def letter(to: str) -> str:
    """The newest mail to an address, after workers did what was waiting."""
    while perform_due(at=datetime.now(UTC)):
        pass
    return str(next(message for message in reversed(mail.outbox) if message.to == [to]).body)


def path_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found
    return found[1]


def sign_in(client: Client, email: str, password: str = make.PASSWORD) -> str:
    """Sign in by the form; returns where it leads, or "" when it is refused."""
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    return answer.headers.get("Location", "")


# -- customers ---------------------------------------------------------------------------------------------------------
def test_a_newcomer_signs_up_confirms_the_address_and_comes_to_the_last_page() -> None:
    browser = Client()
    browser.post(reverse("account_signup"), FORM)
    confirmed = browser.post(path_in(letter("dora@example.jp")))
    home = browser.get(confirmed.headers["Location"])

    dora = User.objects.get(email="dora@example.jp")
    assert (dora.name, dora.language) == ("Dora", "en")
    assert EmailAddress.objects.get(user=dora).verified
    assert home.headers["Location"] == reverse("organisation_new")
    assert AuditEvent.objects.filter(verb="user.signed_in", actor_user=dora).count() == 1


def test_an_address_is_kept_in_small_letters_however_it_is_typed() -> None:
    Client().post(reverse("account_signup"), {**FORM, "email": "Dora@Example.JP"})

    assert User.objects.get().email == "dora@example.jp"
    assert sign_in(Client(), "DORA@example.jp") == reverse("account_email_verification_sent")


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told() -> None:
    dora = make.user("dora@example.jp", "Dora")
    browser = Client()
    sign_in(browser, "dora@example.jp")
    browser.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})

    browser.post(reverse("account_email"), {"email": "new@example.jp", "action_add": ""})
    dora.refresh_from_db()
    before = dora.email
    browser.post(path_in(letter("new@example.jp")))

    dora.refresh_from_db()
    assert (before, dora.email) == ("dora@example.jp", "new@example.jp")
    assert reverse("security") in letter("dora@example.jp")
    assert AuditEvent.objects.filter(verb="user.email_changed").count() == 1


def test_signing_up_with_a_known_address_looks_the_same_and_tells_only_the_owner_of_it() -> None:
    make.user("dora@example.jp", "Dora")

    known = Client().post(reverse("account_signup"), FORM)
    unknown = Client().post(reverse("account_signup"), {**FORM, "email": "eve@example.jp"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert reverse("account_reset_password") in letter("dora@example.jp")
    assert User.objects.filter(email="dora@example.jp").count() == 1


def test_a_forgotten_password_is_reset_by_mail_and_the_change_is_told_and_recorded() -> None:
    make.user("dora@example.jp", "Dora")
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": "dora@example.jp"})
    form = browser.get(path_in(letter("dora@example.jp")))

    browser.post(form.headers["Location"], {"password1": "another garden 49", "password2": "another garden 49"})

    assert sign_in(Client(), "dora@example.jp", "another garden 49") == "/"
    assert AuditEvent.objects.filter(verb="user.password_reset").count() == 1
    assert reverse("security") in letter("dora@example.jp")


def test_a_reset_for_an_unknown_address_looks_the_same() -> None:
    make.user("dora@example.jp")

    answers = [
        Client().post(reverse("account_reset_password"), {"email": f"{n}@example.jp"}) for n in ("dora", "nobody")
    ]

    assert len({(a.status_code, a.headers["Location"]) for a in answers}) == 1


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    make.user("dora@example.jp")

    pages = [
        Client().post(reverse("account_login"), {"login": f"{name}@example.jp", "password": "wrong password"})
        for name in ("dora", "nobody")
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].context["form"].errors == pages[1].context["form"].errors


def test_guessing_passwords_is_stopped() -> None:
    make.user("dora@example.jp")
    browser = Client()

    for _ in range(11):
        sign_in(browser, "dora@example.jp", "wrong password")

    assert sign_in(browser, "dora@example.jp") == ""


def test_the_language_of_a_person_follows_them_at_sign_in() -> None:
    make.user("dora@example.jp", language="en")
    browser = Client()

    sign_in(browser, "dora@example.jp")

    assert browser.cookies[conf.LANGUAGE_COOKIE_NAME].value == "en"


def test_an_unverified_address_does_not_sign_in() -> None:
    make.user("dora@example.jp", verified=False)

    assert sign_in(Client(), "dora@example.jp") == reverse("account_email_verification_sent")


def test_profile_changes_name_and_language(alice_client: Client, alice_user: User) -> None:
    alice_client.post(reverse("profile"), {"name": "Alice Liddell", "language": "en"})

    alice_user.refresh_from_db()
    assert (alice_user.name, alice_user.language) == ("Alice Liddell", "en")
    assert alice_client.cookies[conf.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("data, field", [
    ({"name": "", "language": "ja"}, "name"),
    ({"name": "x" * 65, "language": "ja"}, "name"),
    ({"name": "Alice", "language": "xx"}, "language"),
])  # fmt: skip
def test_a_bad_profile_is_shown_again_with_the_error_at_its_field(
    alice_client: Client, data: dict[str, str], field: str
) -> None:
    answer = alice_client.post(reverse("profile"), data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_the_security_page_shows_what_happened_to_ones_own_account_only(alice_client: Client, bob_user: User) -> None:
    browser = Client()
    sign_in(browser, "bob@example.jp")

    assert "user.signed_in" in [event.verb for event in browser.get(reverse("security")).context["events"]]
    assert alice_client.get(reverse("security")).context["events"] == []


# -- second factors ----------------------------------------------------------------------------------------------------
def code_of(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time()) // 30)))


def test_an_authenticator_app_is_set_up_told_recorded_and_asked_for_at_sign_in(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    dora = make.user("dora@example.jp", "Dora")
    browser = Client()
    sign_in(browser, "dora@example.jp")
    browser.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    second = Client()
    where = sign_in(second, "dora@example.jp")

    assert where == reverse("mfa_authenticate")
    assert second.get("/profile").status_code == 302
    assert AuditEvent.objects.filter(verb="user.totp_activated", actor_user=dora).count() == 1
    assert reverse("security") in letter("dora@example.jp")


def test_the_secret_of_an_app_is_sealed_and_survives_new_master_keys(alice_user: User, settings: Settings) -> None:
    settings.MASTER_KEYS = [b"o" * 32]
    TOTP.activate(alice_user, "JBSWY3DPEHPK3PXP")

    settings.MASTER_KEYS = [b"n" * 32, b"o" * 32]
    call_command("rotate_keys")
    settings.MASTER_KEYS = [b"n" * 32]

    kept = Authenticator.objects.get(user=alice_user)
    assert "JBSWY3DPEHPK3PXP" not in kept.data["secret"]
    assert kept.wrap().validate_code(code_of("JBSWY3DPEHPK3PXP"))


# -- staff -------------------------------------------------------------------------------------------------------------
def test_staff_without_a_second_factor_are_sent_to_set_one_up(staff_user: User) -> None:
    browser = cast.browser(staff_user)

    door = browser.get(reverse("admin:index"))
    room = browser.get(door.headers["Location"])

    assert room.headers["Location"] == reverse("mfa_activate_totp")


def test_staff_with_a_second_factor_come_in(staff_user: User) -> None:
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXP")

    assert cast.browser(staff_user).get(reverse("admin:index")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(staff_user: User) -> None:
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.RECOVERY_CODES, data={})

    assert cast.browser(staff_user).get(reverse("admin:index")).status_code == 302


def test_customers_do_not_come_into_the_admin(alice_client: Client) -> None:
    door = alice_client.get(reverse("admin:index"))

    assert alice_client.get(door.headers["Location"]).status_code == 403


def test_the_admin_signs_in_through_the_common_door(client: Client) -> None:
    door = client.get(reverse("admin:index"))

    assert client.get(door.headers["Location"]).headers["Location"].startswith(reverse("account_login"))
