"""Codes under attack: wrong lengths, brute force, the same answer in the same time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Refused
from sms.messages.models import Message
from sms.two_factor import actions as two_factor
from sms.two_factor.actions import CodeOrder
from sms.two_factor.models import Verification
from tests.make import MORNING, NOON
from tests.sms.conftest import OTHER, PHONE


def sent_code(codes, by, to=PHONE, code="12345678"):
    return two_factor.send(codes, CodeOrder(to, code=code), by=by, at=MORNING)[0]


@pytest.mark.parametrize(
    "typed", ["", "1", "1234567", "123456789", "12345678" * 9, "1234 5678", "１２３４５６７９", "\0"], ids=repr
)
def test_what_is_not_the_whole_code_is_not_the_code(codes, alice, typed):
    verification = sent_code(codes, alice)

    assert not two_factor.check(verification, typed, at=MORNING)

    verification.refresh_from_db()
    assert (verification.state, verification.checks) == ("PENDING", 1)


@pytest.mark.parametrize("typed", ["12345678", " 12345678 ", "１２３４５６７８"])
def test_a_code_is_understood_however_it_is_typed(codes, alice, typed):
    verification = sent_code(codes, alice)

    assert two_factor.check(verification, typed, at=MORNING)

    verification.refresh_from_db()
    assert (verification.state, verification.verified_at) == ("VERIFIED", MORNING)


def statements(verification, code, at=MORNING):
    """The statements of a check, without their values."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        two_factor.check(verification, code, at=at)
    return [query["sql"].partition(" ")[0] for query in asked]


def test_every_answer_takes_the_same_work(codes, alice):
    right, wrong, over, locked = (sent_code(codes, alice, f"81901234567{n}") for n in range(4))
    Verification.objects.filter(pk=locked.pk).update(state="LOCKED", checks=5)

    seen = [
        statements(right, "12345678"), statements(right, "12345678"), statements(wrong, "00000000"),
        statements(over, "12345678", NOON), statements(locked, "12345678"), statements(None, "12345678"),
    ]  # fmt: skip

    assert seen == [["UPDATE"]] * 6


def test_a_code_of_one_number_or_purpose_is_none_of_another(codes, alice):
    login, _code = two_factor.send(codes, CodeOrder(PHONE, code="123456", purpose="login"), by=alice, at=MORNING)
    pay, _code = two_factor.send(codes, CodeOrder(PHONE, code="654321", purpose="pay"), by=alice, at=MORNING)
    other = sent_code(codes, alice, OTHER, "777777")

    assert not two_factor.check(login, "654321", at=MORNING)
    assert not two_factor.check(pay, "777777", at=MORNING)
    assert bytes(login.code_hash) != bytes(pay.code_hash) != bytes(other.code_hash)
    assert two_factor.check(login, "123456", at=MORNING)


def test_webotp_reads_the_last_line(codes, alice):
    order = CodeOrder(PHONE, code="123456", domain="shop.example", language="en")

    verification, _code = two_factor.send(codes, order, by=alice, at=MORNING)

    assert verification.message.text.splitlines()[-1] == "@shop.example #123456"


def test_a_form_sent_twice_sends_one_code_and_one_message(codes, a2p, alice_client):
    nonce = {"nonce": "11111111-1111-4111-8111-111111111111"}
    code = {**nonce, "destination": "090-1234-5678", "language": "ja", "minutes": "5"}
    text = {"nonce": "22222222-2222-4222-8222-222222222222", "destination": "０８０１２３４５６７８", "body": "Hello"}

    answers = [alice_client.post(reverse("code_new"), code) for _twice in range(2)]
    answers += [alice_client.post(reverse("text_new"), text) for _twice in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert sorted(Message.objects.values_list("destination", flat=True)) == sorted([PHONE, OTHER])


@pytest.mark.parametrize("typed", ["03-1234-5678", "0120-123-456", "110", "+1 415 555 2671", "090-1234"])
def test_a_form_with_a_bad_number_keeps_its_input_and_sends_nothing(a2p, alice_client, typed):
    answer = alice_client.post(reverse("text_new"), {"destination": typed, "body": "Hello 縁側"})

    assert answer.status_code == 422
    assert "Hello 縁側" in answer.content.decode()
    assert not Message.objects.exists()


def test_the_limit_of_checks_holds_on_the_page(codes, alice, alice_client):
    verification = sent_code(codes, alice)
    Verification.objects.update(expires_at=MORNING.replace(year=2100))
    url = reverse("code", args=[verification.uuid])

    answers = {alice_client.post(url, {"code": f"0000000{n}"}).status_code for n in range(5)}
    last = alice_client.post(url, {"code": "12345678"})

    verification.refresh_from_db()
    assert (answers, last.status_code, verification.state) == ({422}, 422, "LOCKED")


def test_a_resend_is_refused_after_the_third(codes, alice):
    verification = sent_code(codes, alice)
    Verification.objects.update(sendings=4)

    with pytest.raises(Refused) as refusal:
        two_factor.resend(verification.__class__.objects.get(), by=alice, at=NOON)

    assert (refusal.value.code, Message.objects.count()) == ("too_many", 1)
