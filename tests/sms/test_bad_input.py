"""What people and programs send that can't be: said clearly, nothing half-done, nothing shown that shouldn't be."""

import threading
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from accounts.projects.models import Project
from core.active import is_active
from core.errors import Refused
from sms import numbers
from sms.batches import actions as batches
from sms.messages.models import Message
from sms.resale.models import Resale
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Scope, Subscription
from tests import make
from tests.api.conftest import client_of
from tests.databases import Database
from tests.make import MORNING, NOON
from tests.sms.conftest import PHONE, ordered, sent

PANEL = "/api/panel/1.0/sms"
PAPER = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
AMERICAN = "+1 415 555 2671"


def packed(inside: bytes, name: bytes = b"/ObjStm") -> bytes:
    """A PDF with these objects in a compressed stream."""
    return (
        PAPER + b"5 0 obj\n<< /Type " + name + b" /N 1 >>\nstream\n" + zlib.compress(inside) + b"\nendstream\nendobj\n"
    )


@pytest.mark.parametrize(
    "content, active",
    [
        (PAPER, False),
        (packed(b"<< /Type /Page >>"), False),
        (packed(b"(/JS is a word in a picture)", b"/XObject"), False),
        (PAPER + b"<< /S /JavaScript /JS (app.alert(1)) >>", True),
        (PAPER + b"<< /S /J#61vaScript >>", True),
        (PAPER + b"<< /S /Launch /F (cmd.exe) >>", True),
        (PAPER + b"<< /EmbeddedFiles 7 0 R >>", True),
        (PAPER + b"trailer << /Encrypt 9 0 R >>", True),
        (packed(b"<< /S /JavaScript /JS (x) >>"), True),
        (packed(b"<< /S /J#53 >>", b"/Obj#53tm"), True),
        (PAPER + b"<< /Type /ObjStm >>\nstream\nnot zlib\nendstream", True),
        (packed(b" " * 25_000_000), True),
    ],
)
def test_a_pdf_that_does_something_is_told_from_paper(content: bytes, active: bool) -> None:
    assert is_active(content) is active


@pytest.mark.terms("71-1")
def test_an_application_with_an_active_pdf_is_refused_with_its_name(a2p: Subscription, alice_client: Client) -> None:
    file = SimpleUploadedFile("登記簿.pdf", PAPER + b"<< /S /JavaScript /JS (x) >>")

    answer = alice_client.post(reverse("resale_new"), {"body": "?", "accepted": "on", "attachments": file})

    assert (answer.status_code, Resale.objects.count()) == (422, 0)
    assert "登記簿.pdf" in answer.content.decode()


def test_foreign_numbers_are_sent_to_where_they_are_allowed_and_nowhere_else(a2p: Subscription, settings: Any) -> None:
    with pytest.raises(Refused, match="国"):
        numbers.parse(AMERICAN)
    settings.SMS_COUNTRIES = ["JP", "US"]

    digits = numbers.parse(AMERICAN)

    assert (digits, numbers.masked(digits), numbers.spoken(digits)) == (
        "14155552671",
        "+1415****2671",
        "+1 415-555-2671",
    )
    assert sent(a2p, digits).destination == digits
    with pytest.raises(Refused):
        numbers.parse("+44 7400 123456")


@pytest.mark.terms("74-1")
def test_after_the_last_day_nothing_is_sent_by_page_program_or_file(
    a2p: Subscription, codes: Subscription, project: Project, alice: Actor, alice_client: Client, time_machine: Any
) -> None:
    for one in (a2p, codes):
        subscriptions.cancel(one, by=alice, at=MORNING)
    time_machine.move_to(datetime(2026, 5, 1, 0, 0, 1, tzinfo=UTC) - timedelta(hours=9), tick=False)
    api = client_of(project)

    page = alice_client.post("/sms/messages/new", {"destination": "090-1234-5678", "body": "Hello"})
    program = api.post(f"{PANEL}/messages", {"Message": {"Number": "09012345678", "Text": "Hello"}})
    code = api.post(f"commonserviceitem/{codes.number}/esme/2fa/otp", {"ESME": {"destination": PHONE}})
    with pytest.raises(Refused):
        batches.prepare(
            a2p, name="list", content=b"number\n09012345678\n", template="Hello", by=alice, at=datetime.now(UTC)
        )

    assert page.status_code == 422
    assert (program.status, code.status) == (409, 409)
    assert Message.objects.count() == 0


def test_two_requests_at_once_under_one_reference_are_one_message(cloned_db: Database) -> None:
    a2p = ordered(make.first_project(make.organisation(make.user())), "A2P")
    start, found = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        found.append(sent(a2p, reference="order-1", by=SYSTEM, at=NOON).pk)
        connections.close_all()

    threads = [threading.Thread(target=ask) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(found), len(set(found)), Message.objects.count()) == (8, 1, 1)


def test_the_log_as_a_file_has_no_whole_number_and_no_text(a2p: Subscription, alice_client: Client) -> None:
    sent(a2p, body="=HYPERLINK(secret)")

    answer = alice_client.get("/sms/messages?format=csv")

    text = b"".join(answer).decode()
    assert "090-****-5678" in text
    assert "12345678" not in text
    assert "secret" not in text


def test_who_only_looks_sees_no_number_and_who_sees_one_is_written_down(
    a2p: Subscription, alice_client: Client, bob_client: Client, charlie_client: Client
) -> None:
    message = sent(a2p, body="Your table is ready")
    url = reverse("text_reveal", args=[message.uuid])

    assert (bob_client.post(url).status_code, charlie_client.post(url).status_code) == (403, 404)
    assert not AuditEvent.objects.filter(verb="sms.revealed").exists()
    assert "Your table" not in bob_client.get(message.get_absolute_url()).content.decode()
    page = alice_client.post(url)
    assert "090-1234-5678" in page.content.decode()
    event = AuditEvent.objects.get(verb="sms.revealed")
    assert "Alice" in event.actor_label
    assert "12345678" not in str(event.data)


@pytest.mark.terms("72-1")
def test_who_is_restricted_is_led_to_the_objection(a2p: Subscription, alice_client: Client) -> None:
    subscriptions.restrict(a2p, Scope.ALL, reason="Many failures", by=SYSTEM, at=NOON)

    notice = Notice.objects.filter(kind="sms.restricted").first()

    assert notice is not None
    assert notice.act_url.endswith("/cases/new?topic=APPEAL")
    assert alice_client.get(notice.act_url).status_code == 200


def test_what_the_carrier_reports_is_explained(a2p: Subscription, alice_client: Client) -> None:
    message = sent(a2p)
    Message.objects.filter(pk=message.pk).update(state="FAILED", error="UNDELIV 001", submitted_at=NOON, done_at=NOON)

    page = alice_client.get(message.get_absolute_url()).content.decode()

    assert "通信事業者が配達できませんでした" in page
    assert 'class="failed"' in page
