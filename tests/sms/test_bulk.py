"""Bulk sendings between their preview and their last message."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import SYSTEM
from core.errors import Refused
from core.operations.draining import drain
from sms import tasks
from sms.audience import actions as audience
from sms.batches import actions as batches
from sms.messages.models import Message
from sms.subscriptions import actions as subscriptions
from tests.make import MORNING, NOON
from tests.sms.conftest import OTHER, PHONE, counted, sent

TWO = b"number,name\n09012345678,Hana\n08012345678,Taro\n"
DAY = timedelta(days=1)


def prepared(a2p, by, content=TWO, template="Hello {{name}}", **options):
    return batches.prepare(a2p, name="News", content=content, template=template, by=by, at=MORNING, **options)


def states(batch):
    return [(m.state, m.error) for m in batch.messages.order_by("row")]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"number\n", b"name\nHana\n", b"\xff\xfe\x00\x01", b'number\n"09012345678\n' + b"x" * 140_000,
        b"number\n" + b"0" * (2 * 1024 * 1024), "電話\n09012345678".encode("euc-jp") + b"\xff",
    ],
    ids=["empty", "no rows", "no number", "binary", "open quote", "too large", "EUC-JP"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(a2p, alice, content):
    with pytest.raises(Refused) as refusal:
        prepared(a2p, alice, content)

    assert (refusal.value.field, refusal.value.status) == ("file", 400)
    assert not a2p.batches.exists()


def test_lines_of_old_spreadsheets_and_quoted_line_breaks_are_read(a2p, alice):
    batch = prepared(a2p, alice, b'number,name\r09012345678,"Ha\nna"\r08012345678,Taro\r')

    assert [m.text for m in batch.messages.order_by("row")] == ["Hello Ha\nna", "Hello Taro"]


def test_a_column_that_is_not_there_is_refused_at_the_text(a2p, alice):
    with pytest.raises(Refused) as refusal:
        prepared(a2p, alice, template="Hello {{surname}}")

    assert refusal.value.field == "body"


def test_the_same_number_in_other_writing_is_sent_to_once(a2p, alice):
    batch = prepared(a2p, alice, "number,name\n090-1234-5678,a\n０９０１２３４５６７８,b\n+819012345678,c\n".encode())

    assert [state for state, _why in states(batch)] == ["DRAFT", "INVALID", "INVALID"]


def test_who_opted_out_since_the_preview_gets_nothing(a2p, project, alice):
    batch = prepared(a2p, alice)
    audience.opt_out(project, PHONE, by=alice, at=MORNING)

    released = batches.release(batch, by=alice, at=NOON)
    drain(at=NOON)

    assert (released, [state for state, _why in states(batch)]) == (1, ["INVALID", "DELIVERED"])
    assert counted(a2p) == [("2026-04", 1)]


def test_it_goes_out_at_its_time_and_not_before_and_can_be_stopped_until_then(a2p, alice):
    batch, other = prepared(a2p, alice), prepared(a2p, alice, b"number,name\n07012345678,Jiro\n")
    batches.release(batch, due_at=NOON + DAY, by=alice, at=NOON)
    batches.release(other, due_at=NOON + DAY, by=alice, at=NOON)
    tasks.send_due(NOON + timedelta(hours=23))
    drain(at=NOON + timedelta(hours=23))
    held = batches.stop(other, by=alice, at=NOON + timedelta(hours=23))

    tasks.send_due(NOON + DAY)
    drain(at=NOON + DAY)

    assert held == 1
    assert [state for state, _why in states(batch) + states(other)] == ["DELIVERED", "DELIVERED", "STOPPED"]
    assert counted(a2p) == [("2026-04", 1)] * 2


@pytest.mark.parametrize("due_at", [MORNING, NOON + 61 * DAY])
def test_a_time_that_cannot_be_is_refused(a2p, alice, due_at):
    batch = prepared(a2p, alice)

    with pytest.raises(Refused) as refusal:
        batches.release(batch, due_at=due_at, by=alice, at=NOON)
    with pytest.raises(Refused):
        sent(a2p, due_at=due_at, at=NOON)

    assert (refusal.value.field, batch.refreshed().state) == ("due_at", "DRAFT")
    assert not Message.objects.alive().exists()


@pytest.mark.terms("74-1")
def test_nothing_is_scheduled_for_after_the_last_day(a2p, alice):
    batch = prepared(a2p, alice)
    subscriptions.cancel(a2p, by=alice, at=NOON)

    with pytest.raises(Refused) as refusal:
        batches.release(batch, due_at=NOON + 30 * DAY, by=alice, at=NOON)

    assert (refusal.value.clause, batch.refreshed().state) == ("74-1", "DRAFT")


def test_a_name_that_is_taken_back_sends_nothing_more(a2p, project, alice):
    name = audience.apply(project, name="Garden", by=alice, at=MORNING)
    audience.approve(name, by=SYSTEM, at=MORNING)
    waiting = sent(a2p, OTHER, sender="Garden", due_at=NOON + DAY)
    batch = prepared(a2p, alice, sender="Garden")

    audience.refuse(name, reason="It is somebody's brand.", by=SYSTEM, at=NOON)

    assert waiting.refreshed().state == "SKIPPED"
    with pytest.raises(Refused):
        batches.release(batch, by=alice, at=NOON)
    assert batch.refreshed().state == "DRAFT"


def test_a_preview_that_nobody_released_goes_with_its_numbers(a2p, alice):
    old = prepared(a2p, alice)

    tasks.forget_texts(MORNING + 31 * DAY)

    assert (old.refreshed().state, old.messages.count()) == ("DELETED", 0)
    with pytest.raises(Refused):
        batches.release(old, by=alice, at=MORNING + 31 * DAY)


def test_a_csv_is_sent_in_the_browser_with_its_price_before_the_button(a2p, alice_client):
    file = SimpleUploadedFile("news.csv", "電話番号,氏名\n090-2222-3333,花子\n110,警察\n".encode("cp932"))
    made = alice_client.post(reverse("batch_new"), {"name": "News", "file": file, "body": "{{氏名}}さん"}, follow=True)
    batch = a2p.batches.get()
    preview = made.content.decode()

    again = alice_client.post(reverse("batch_release", args=[batch.number]), {"due_at": "2020-01-01T10:00"})
    sent_now = alice_client.post(reverse("batch_release", args=[batch.number]), {})

    assert "花子さん" in preview
    assert "090-2222-3333" not in preview
    assert "¥13" in preview
    assert (again.status_code, sent_now.status_code, batch.refreshed().state) == (422, 302, "RELEASED")
