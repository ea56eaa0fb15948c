"""Cases: both sides write, both hear, strangers see nothing, files are checked and only ever downloaded."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client, override_settings
from django.urls import reverse

from accounts.access import Actor, staff
from accounts.cases import actions as cases
from accounts.cases.models import Attachment, Case, CaseMessage
from accounts.models import AuditEvent, Notice, Organisation, Project, User
from core.errors import Refused
from core.operations.performing import perform_due
from core.uploads import Upload
from tests import cast, make

PDF = b"%PDF-1.7 a small one"
FORM = {"topic": "QUESTION", "title": "A question", "body": "How do I?"}


def pdf(name: str = "plan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def case(alice: Actor, garden: Organisation) -> Case:
    """Alice's question, with a file."""
    files = [Upload("plan.pdf", "application/pdf", PDF)]
    return cases.open(garden, topic="QUESTION", title="A question", body="How?", files=files, by=alice, at=make.NOON)


# -- writing -----------------------------------------------------------------------------------------------------------
def test_a_member_opens_a_case_with_a_file(bob_client: Client, bob_user: User, garden: Organisation) -> None:
    answer = bob_client.post(reverse("case_new"), {**FORM, "attachments": [pdf(), pdf("図面.pdf")]})

    case = Case.objects.get()
    assert answer.headers["Location"] == case.get_absolute_url()
    assert (case.organisation, case.opened_by, case.state) == (garden, bob_user, "OPEN")
    assert list(Attachment.objects.values_list("name", flat=True)) == ["plan.pdf", "図面.pdf"]


def test_staff_answer_the_customer_hears_and_writes_back(case: Case, alice_client: Client, staff_user: User) -> None:
    cases.reply(case, body="> Like this.\n| so", by=staff(staff_user), at=make.EVENING)
    answered = Case.objects.get().state

    alice_client.post(case.get_absolute_url(), {"body": "Thanks"})

    assert (answered, Case.objects.get().state) == ("ANSWERED", "OPEN")
    notice = Notice.objects.get(kind="case_answered")
    assert (notice.user.email, notice.act_url) == ("alice@example.jp", case.get_absolute_url())
    assert "Like this." in notice.words.paragraphs[0]
    assert [value for _label, value in notice.words.facts] == [str(case.number)]


def test_who_opened_a_case_hears_beside_the_owners(garden: Organisation, bob: Actor, staff_user: User) -> None:
    case = cases.open(garden, topic="BILLING", title="x", body="x", by=bob, at=make.NOON)

    cases.reply(case, body="Yes.", by=staff(staff_user), at=make.EVENING)

    readers = Notice.objects.filter(kind="case_answered").values_list("user__email", flat=True)
    assert sorted(readers) == ["alice@example.jp", "bob@example.jp"]


@override_settings(STAFF_ADDRESS="desk@engawa.example")
def test_staff_hear_by_mail_when_they_have_an_address(garden: Organisation, alice: Actor) -> None:
    cases.open(garden, topic="QUESTION", title="Where is it?", body="x", by=alice, at=make.NOON)

    while perform_due(at=make.EVENING):
        pass

    assert any("Where is it?" in str(message.body) for message in mail.outbox if message.to == ["desk@engawa.example"])


def test_a_closed_case_opens_again_when_somebody_writes(alice_client: Client, case: Case) -> None:
    alice_client.post(reverse("case_close", args=[case.number]))
    closed = Case.objects.get().state

    alice_client.post(case.get_absolute_url(), {"body": "One more thing"})

    assert (closed, Case.objects.get().state) == ("CLOSED", "OPEN")
    verbs = AuditEvent.objects.filter(subject_kind="accounts.case").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["case.opened", "case.closed", "case.asked"]


def test_closing_twice_is_refused(alice: Actor, case: Case) -> None:
    cases.close(case, by=alice, at=make.NOON)

    with pytest.raises(Refused):
        cases.close(case, by=alice, at=make.EVENING)


def test_an_empty_message_is_an_error_at_its_field(alice_client: Client, case: Case) -> None:
    answer = alice_client.post(case.get_absolute_url(), {"body": " "})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["body"])
    assert CaseMessage.objects.count() == 1


def test_the_database_refuses_to_change_what_was_written(case: Case) -> None:
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        CaseMessage.objects.update(body="never said")

    assert CaseMessage.objects.get().body == "How?"


# -- who sees what -----------------------------------------------------------------------------------------------------
def test_a_case_is_seen_by_owners_and_by_who_opened_it(
    case: Case, bob: Actor, bob_client: Client, alice_client: Client
) -> None:
    own = cases.open(case.organisation, topic="QUESTION", title="Bob asks", body="x", by=bob, at=make.NOON)

    assert [row.title for row in bob_client.get(reverse("cases")).context["page"].rows] == ["Bob asks"]
    assert len(alice_client.get(reverse("cases")).context["page"].rows) == 2
    assert bob_client.get(case.get_absolute_url()).status_code == 404
    assert alice_client.get(own.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("suffix", ["", "/close"])
def test_a_stranger_finds_no_case_and_writes_nothing(charlie_client: Client, case: Case, suffix: str) -> None:
    answer = charlie_client.post(f"{case.get_absolute_url()}{suffix}", {"body": "Let me in"})

    assert answer.status_code == 404
    assert (Case.objects.get().state, CaseMessage.objects.count()) == ("OPEN", 1)


def test_who_left_the_organisation_sees_their_case_no_more(
    case: Case, bob: Actor, bob_user: User, bob_client: Client
) -> None:
    own = cases.open(case.organisation, topic="QUESTION", title="Bob asks", body="x", by=bob, at=make.NOON)
    bob_user.memberships.all().delete()

    assert bob_client.get(own.get_absolute_url()).status_code == 404


# -- files -------------------------------------------------------------------------------------------------------------
def test_a_file_is_only_ever_downloaded(alice_client: Client, bob_client: Client, case: Case) -> None:
    url = reverse("case_file", args=[case.number, Attachment.objects.get().uuid])

    answer = alice_client.get(url)

    assert answer.content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert bob_client.get(url).status_code == 404


def test_a_file_of_another_case_is_not_found_under_ones_own(
    case: Case, charlie: Actor, charlie_client: Client, elsewhere: Project
) -> None:
    own = cases.open(elsewhere.organisation, topic="QUESTION", title="x", body="x", by=charlie, at=make.NOON)

    url = reverse("case_file", args=[own.number, Attachment.objects.get().uuid])

    assert charlie_client.get(url).status_code == 404


@pytest.mark.parametrize("name, content", [
    ("page.html", b"<script>"),
    ("image.svg", b"<svg>"),
    ("plan.pdf", b"<html>"),
    ("photo.png", b"\xff\xd8\xff"),
    ("notes.txt", b"\x00\x01"),
    ("notes.txt", "é".encode("latin-1")),
    ("noending", b"x"),
    ("large.pdf", PDF + bytes(5 * 1024 * 1024)),
    ("empty.pdf", b""),
])  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_is_an_error_and_nothing_is_sent(
    alice_client: Client, garden: Organisation, name: str, content: bytes
) -> None:
    answer = alice_client.post(reverse("case_new"), {**FORM, "attachments": [pdf(name, content)]})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["attachments"])
    assert "How do I?" in answer.content.decode()
    assert not Case.objects.exists()


def test_six_files_are_too_many(alice_client: Client, garden: Organisation) -> None:
    answer = alice_client.post(reverse("case_new"), {**FORM, "attachments": [pdf() for _ in range(6)]})

    assert list(answer.context["form"].errors) == ["attachments"]


def test_a_files_name_is_only_a_name(alice_client: Client, garden: Organisation) -> None:
    alice_client.post(reverse("case_new"), {**FORM, "attachments": [pdf("..\\..\\" + "x" * 90 + "\u202e.PDF")]})

    name = Attachment.objects.get().name
    assert "\u202e" not in name
    assert len(name) <= 100


# -- staff -------------------------------------------------------------------------------------------------------------
def test_staff_answer_in_the_admin_and_read_the_files(case: Case, staff_user: User) -> None:
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXP")
    browser = cast.browser(staff_user)
    url = reverse("admin:accounts_case_change", args=[case.pk])
    page = browser.get(url).content.decode()
    management = {f"messages{n}-{k}_FORMS": v for n, v in (("", 0), ("-2", 1)) for k in ("TOTAL", "INITIAL")}
    management["messages-2-INITIAL_FORMS"] = 0

    answer = browser.post(
        url, {**management, "messages-2-0-body": "Like this.", "messages-2-0-attachments": [pdf("how.pdf")]}
    )

    assert "How?" in page
    assert answer.status_code == 302
    case.refresh_from_db()
    message = CaseMessage.objects.latest("pk")
    assert (case.state, message.body, message.from_staff, message.author_label) == (
        "ANSWERED",
        "Like this.",
        True,
        "Stella",
    )
    assert [a.name for a in message.attachments.all()] == ["how.pdf"]
    assert browser.get(reverse("admin:case_file", args=[Attachment.objects.earliest("pk").uuid])).content == PDF


def test_the_files_of_the_admin_are_for_staff_only(case: Case, alice_client: Client) -> None:
    url = reverse("admin:case_file", args=[Attachment.objects.get().uuid])

    assert alice_client.get(url).status_code == 302
