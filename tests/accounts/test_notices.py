"""Notices: once per occasion, to the right people, in their words, in the inbox and by mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from accounts import notices
from accounts.access import Level
from accounts.models import Notice, Organisation, Project, User
from accounts.notices import Topic, letters
from accounts.notices.wording import Words
from core.operations.models import Operation
from core.operations.performing import perform_due
from tests import make
from tests.databases import Database


def tell(
    organisation: Organisation, to: Organisation | Project | User | None = None, occasion: str = "x", **options: object
) -> int:
    return notices.send(
        "organisation_refused",
        organisation,
        to=to or organisation,
        occasion=occasion,
        at=make.NOON,
        **options,  # type: ignore[arg-type]
    )


def mailed(at: datetime = make.EVENING) -> list[mail.EmailMessage]:
    """Perform what is waiting; returns all mails sent."""
    while perform_due(at=at):
        pass
    return mail.outbox


# -- who and how often -------------------------------------------------------------------------------------------------
def test_an_occasion_is_told_once(garden: Organisation) -> None:
    assert (tell(garden), tell(garden), tell(garden, occasion="y")) == (1, 0, 1)
    assert Operation.objects.filter(kind="notice.mail").count() == Notice.objects.count()


def test_a_new_owner_hears_of_an_occasion_that_others_know(garden: Organisation) -> None:
    tell(garden)
    dora = make.user("dora@example.jp")
    make.member(garden, dora, is_owner=True)

    assert tell(garden) == 1
    assert Notice.objects.filter(user=dora).count() == 1


def test_two_sweeps_at_once_tell_once(cloned_db: Database) -> None:
    garden = make.organisation(make.user())

    def sweep(_: int) -> int:
        try:
            return tell(garden)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(sweep, range(4)))

    assert sum(told) == 1
    assert Notice.objects.filter(kind="organisation_refused").count() == 1


def test_recipients_follow_from_what_it_is_about(
    garden: Organisation, project: Project, alice_user: User, bob_user: User
) -> None:
    biller, operator = make.user("biller@example.jp"), make.user("operator@example.jp")
    make.member(garden, biller, Level.NONE, may_bill=True)
    make.member(garden, operator, Level.POWER)
    gone = make.user("gone@example.jp", is_active=False)
    make.member(garden, gone, is_owner=True)

    def told(occasion: str) -> set[str]:
        return {n.user.email.partition("@")[0] for n in Notice.objects.filter(occasion=occasion)}

    tell(garden, occasion="terms")
    tell(garden, occasion="money", topic=Topic.MONEY)
    tell(garden, project, occasion="service", topic=Topic.SERVICE)
    tell(garden, bob_user, occasion="person")

    assert told("terms") == {"alice"}
    assert told("money") == {"alice", "biller"}
    assert told("service") == {"alice", "operator"}
    assert told("person") == {"bob"}


# -- words -------------------------------------------------------------------------------------------------------------
def test_each_reader_is_told_in_their_language(garden: Organisation, bob_user: User) -> None:
    dora = make.user("dora@example.com", language="en")
    make.member(garden, dora, is_owner=True)

    tell(garden)

    english = Notice.objects.get(user=dora)
    japanese = Notice.objects.get(user__email="alice@example.jp", kind="organisation_refused")
    assert english.title == "The application of Garden was refused"
    assert (japanese.language, english.language) == ("ja", "en")


def test_a_text_comes_apart_into_title_paragraphs_facts_and_button() -> None:
    text = "Title\n\nOne\nparagraph.\n\n\nAnother | with a bar.\n\n| Server | web-01\n| Due | 10:00 | JST\n> Open it\n"

    words = Words.parse(text)

    assert words.title == "Title"
    assert words.paragraphs == ("One paragraph.", "Another | with a bar.")
    assert words.facts == (("Server", "web-01"), ("Due", "10:00 | JST"))
    assert words.action_label == "Open it"


# -- mail --------------------------------------------------------------------------------------------------------------
def test_a_notice_is_mailed_as_text_and_html_with_a_message_id_that_a_retry_repeats(garden: Organisation) -> None:
    operation = Operation.objects.get(kind="notice.mail")

    message = mailed()[0]

    assert message.to == ["alice@example.jp"]
    assert message.extra_headers["Message-ID"] == f"<{operation.uuid}@engawa.example>"
    assert isinstance(message, mail.EmailMultiAlternatives)
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert "Garden" in message.body
    assert "Garden" in str(html)
    assert "<style" not in str(html)
    assert Notice.objects.get().mailed_at == make.EVENING


def test_a_mail_server_that_is_down_for_hours_delays_the_mail_but_loses_nothing(garden: Organisation) -> None:
    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        for minutes in range(0, 600, 2):
            perform_due(at=make.NOON + timedelta(minutes=minutes))
    waiting = Operation.objects.get(kind="notice.mail")

    assert (waiting.state, waiting.attempts) == ("WAITING", 0)
    assert [m.to for m in mailed(make.NOON + timedelta(days=1))] == [["alice@example.jp"]]


@pytest.mark.parametrize("code, state", [(550, "FAILED"), (451, "WAITING")])
def test_an_address_that_does_not_exist_is_given_up_and_a_greylisted_one_is_not(
    garden: Organisation, code: int, state: str
) -> None:
    Down.error = SMTPRecipientsRefused({"alice@example.jp": (code, b"no")})

    with override_settings(EMAIL_BACKEND=f"{__name__}.Down"):
        perform_due(at=make.NOON)

    Down.error = ConnectionRefusedError()
    assert Operation.objects.get(kind="notice.mail").state == state


class Down:
    """A mail backend whose server refuses."""

    error: Exception = ConnectionRefusedError()

    def __init__(self, **options: object) -> None: ...

    def send_messages(self, messages: object) -> int:
        raise self.error


def test_a_muted_topic_stays_in_the_inbox_only(alice_client: Client, garden: Organisation) -> None:
    alice_client.post(reverse("notice_preferences"), {"mailed": ["SUPPORT"]})
    mailed().clear()

    tell(garden, occasion="service", topic=Topic.SERVICE)
    tell(garden, occasion="terms", topic=Topic.TERMS)

    assert Notice.objects.filter(occasion__in=["service", "terms"]).count() == 2
    assert len(mailed()) == 1


def test_a_letter_is_sealed_until_sent_and_empty_afterwards(db: None) -> None:
    letter = letters.post("confirm_address", "x@example.jp", act_url="/secret-path", by="test", at=make.NOON)

    assert b"secret-path" not in bytes(letter.sealed)
    assert "/secret-path" in mailed()[0].body
    letter.refresh_from_db()
    assert (bytes(letter.sealed), letter.sent_at) == (b"", make.EVENING)
    assert not re.search("secret-path", str(list(Operation.objects.values())))


# -- the inbox ---------------------------------------------------------------------------------------------------------
def test_opening_a_notice_marks_it_as_read_once(alice_client: Client, alice_user: User, garden: Organisation) -> None:
    notice = Notice.objects.get(user=alice_user)
    assert notices.unread(alice_user) == 1

    answer = alice_client.get(notice.get_absolute_url())
    first = Notice.objects.get(pk=notice.pk).read_at
    alice_client.get(notice.get_absolute_url())

    assert notice.title in answer.content.decode()
    assert notices.unread(alice_user) == 0
    assert Notice.objects.get(pk=notice.pk).read_at == first


def test_a_strangers_notice_is_not_found(charlie_client: Client, garden: Organisation) -> None:
    notice = Notice.objects.get(user__email="alice@example.jp")

    assert charlie_client.get(notice.get_absolute_url()).status_code == 404
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_everything_is_marked_as_read_at_once(alice_client: Client, alice_user: User, garden: Organisation) -> None:
    tell(garden)

    alice_client.post(reverse("notices_read"))

    assert notices.unread(alice_user) == 0


def test_the_inbox_shows_only_unread_when_asked(alice_client: Client, alice_user: User, garden: Organisation) -> None:
    tell(garden)
    notices.read(Notice.objects.filter(user=alice_user).earliest("pk"), at=make.NOON)

    rows = alice_client.get(reverse("notices"), {"unread": "1"}).context["page"].rows

    assert [row.kind for row in rows] == ["organisation_refused"]
