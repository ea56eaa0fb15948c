"""Codes, bulk, screening, reviews, the supplier; and every page opens."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from billing.credits import outages, uptime
from billing.credits.outages import Fact
from core.calendar import Month
from core.errors import Refused
from core.operations.draining import drain
from sms import tasks
from sms.audience import actions as audience
from sms.batches import actions as batches
from sms.resale import actions as resale
from sms.reviews import actions as reviews
from sms.reviews.models import Review
from sms.supplier import actions as supplier
from sms.supplier.models import SupplierNews
from sms.two_factor import actions as two_factor
from sms.two_factor.actions import CodeOrder
from tests import make
from tests.billing.world import SERVER, opened
from tests.make import EVENING, MORNING, NOON
from tests.sms.conftest import CONSENTS, OTHER, PHONE, counted, sent

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stranger_contract(db):
    """A server of a customer without SMS."""
    return opened(make.first_project(make.organisation(make.user())), SERVER)


def test_a_code_is_checked_once_and_only_in_time(codes, alice):
    verification, code = two_factor.send(codes, CodeOrder(PHONE), by=alice, at=MORNING)
    late, late_code = two_factor.send(codes, CodeOrder(OTHER), by=alice, at=MORNING)

    assert len(code) == 6
    assert two_factor.check(verification, code, at=MORNING + MINUTE)
    assert not two_factor.check(verification, code, at=MORNING + MINUTE)
    assert not two_factor.check(late, late_code, at=MORNING + 5 * MINUTE)
    assert not two_factor.check(None, code, at=MORNING)


def test_five_wrong_checks_lock_it_even_for_the_right_code(codes, alice):
    verification, code = two_factor.send(codes, CodeOrder(PHONE, code="1234"), by=alice, at=MORNING)

    tried = [two_factor.check(verification, f"999{n}", at=MORNING) for n in range(5)]
    tried.append(two_factor.check(verification, code, at=MORNING))

    verification.refresh_from_db()
    assert (tried, verification.state, verification.checks) == ([False] * 6, "LOCKED", 5)


def test_a_code_is_sent_again_after_30_seconds_and_not_before(codes, alice):
    first, old = two_factor.send(codes, CodeOrder(PHONE, minutes=10), by=alice, at=MORNING)
    with pytest.raises(Refused) as refusal:
        two_factor.resend(first, by=alice, at=MORNING + timedelta(seconds=29))

    second, code = two_factor.resend(first, by=alice, at=MORNING + timedelta(seconds=30))

    assert refusal.value.code == "too_soon"
    first.refresh_from_db()
    assert not two_factor.check(first, old, at=MORNING + MINUTE)
    assert two_factor.check(second, code, at=MORNING + MINUTE)


@pytest.mark.parametrize("order", [{"code": "123"}, {"code": "12345678９"}, {"minutes": 11}, {"domain": "no domain"}])
def test_a_code_that_cannot_be_is_refused(codes, alice, order):
    with pytest.raises(Refused):
        two_factor.send(codes, CodeOrder(PHONE, **order), by=alice, at=MORNING)

    assert not codes.messages.exists()


def test_pumping_is_held_back(codes, alice):
    for n in range(30):
        two_factor.send(codes, CodeOrder(f"8190123456{n:02}"), by=alice, at=MORNING)

    with pytest.raises(Refused) as refusal:
        two_factor.send(codes, CodeOrder("819012345699"), by=alice, at=MORNING + 3 * MINUTE)

    assert refusal.value.code == "pumping_suspected"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_is_previewed_row_by_row_then_released_once(a2p, alice, coding):
    csv = "電話番号,名前\n090-1234-5678,花子\n03-1234-5678,家\n09012345678,again\n08012345678,太郎\n".encode(coding)
    batch = batches.prepare(a2p, name="b", content=csv, template="{{名前}}さん", by=alice, at=MORNING)
    drain(at=MORNING)
    assert [(m.state, m.text) for m in batch.messages.order_by("row")] == [
        ("DRAFT", "花子さん"), ("INVALID", "家さん"), ("INVALID", "againさん"), ("DRAFT", "太郎さん"),
    ]  # fmt: skip
    assert counted(a2p) == []

    assert batches.release(batch, by=alice, at=NOON) == 2
    with pytest.raises(Refused):
        batches.release(batch, by=alice, at=NOON)
    drain(at=NOON)

    assert counted(a2p) == [("2026-04", 1)] * 2


def test_10001_rows_are_refused_whole(a2p, alice):
    csv = ("number\n" + "09012345678\n" * 10_001).encode()

    with pytest.raises(Refused):
        batches.prepare(a2p, name="b", content=csv, template="x", by=alice, at=MORNING)

    assert not a2p.batches.exists()


@pytest.mark.terms("71-1")
def test_an_end_users_name_needs_both_approvals_and_a_contract_of_its_own(a2p, project, alice):
    with pytest.raises(Refused) as refusal:
        audience.apply(project, name="Client", end_user="Client KK", by=alice, at=MORNING)
    application = resale.apply(project, body="?", files=[], accepted=CONSENTS, by=alice, at=MORNING)
    resale.approve(application, by_supplier=False, by=SYSTEM, at=NOON)
    assert (application.contract.refreshed().state, audience.may_resell(project)) == ("APPLIED", False)

    resale.approve(application, by_supplier=True, by=SYSTEM, at=EVENING)

    assert refusal.value.clause == "71-1"
    assert application.contract.refreshed().state == "PROVISIONAL"
    assert audience.apply(project, name="Client", end_user="Client KK", by=alice, at=EVENING).state == "APPLIED"


@pytest.mark.terms("72-1", "72-2")
def test_a_burst_is_caught_by_its_counts_reviewed_and_restricted_with_a_reason(a2p, alice):
    for n in range(120):
        sent(a2p, f"8190{n:04}0001")
    drain(at=MORNING)
    tasks.watch(MORNING + MINUTE)
    tasks.watch(MORNING + MINUTE)

    review = Review.objects.get()
    reviews.restrict(review, "ALL", reason="Spam.", by=SYSTEM, at=NOON)

    with pytest.raises(Refused) as refusal:
        sent(a2p.refreshed(), at=NOON)
    assert refusal.value.clause == "72-1"
    assert Notice.objects.filter(kind="sms.restricted").count() == 1


@pytest.mark.terms("72-2")
def test_what_is_said_about_texts_comes_from_the_supplier_alone(a2p):
    sent(a2p, body="SPAMTEST")
    drain(at=MORNING)

    tasks.watch(NOON)

    assert [review.source for review in Review.objects.all()] == ["SUPPLIER"]


@pytest.mark.terms("73-1", "77-1")
def test_while_it_is_interrupted_messages_wait_and_the_time_is_outside_the_sla(a2p, project, stranger_contract):
    base = opened(project, SERVER)
    for contract in (base, stranger_contract):
        outages.record(contract, [Fact(contract, "FAULT", MORNING, EVENING)])
    outage = supplier.interrupt(reason="Carrier.", hits_base=True, by=SYSTEM, at=MORNING)
    message = sent(a2p)
    drain(at=MORNING)
    assert (message.refreshed().state, counted(a2p)) == ("WAITING", [])

    supplier.resume(outage, by=SYSTEM, at=NOON)
    tasks.send_due(NOON)
    drain(at=NOON)

    assert message.refreshed().state == "DELIVERED"
    assert uptime.of(base, Month.of(NOON), until=EVENING).outage == (EVENING - NOON).total_seconds()
    assert uptime.of(stranger_contract, Month.of(NOON), until=EVENING).outage == (EVENING - MORNING).total_seconds()
    assert Notice.objects.filter(kind__in=("sms.interrupted", "sms.resumed")).count() == 2


@pytest.mark.terms("76-1")
def test_news_of_the_supplier_are_told_once(a2p):
    supplier.announce(SupplierNews(title="Change", text="It changes."), by=SYSTEM, at=NOON)

    assert Notice.objects.filter(kind="sms.news").count() == 1


@pytest.mark.terms("67-1", "70-1", "75-1", "76-1", "77-1")
def test_every_page_opens_and_numbers_are_masked_until_somebody_looks(a2p, codes, project, alice, alice_client):
    csv = b"number\n09012345678"
    batch = batches.prepare(a2p, name="b", content=csv, template="Hello", by=alice, at=MORNING)
    code, _otp = two_factor.send(codes, CodeOrder(PHONE), by=alice, at=MORNING)
    message = sent(a2p)
    name = audience.apply(project, name="Garden", by=alice, at=MORNING)
    entry = audience.opt_out(project, OTHER, by=alice, at=MORNING)
    application = resale.apply(project, body="?", files=[], accepted=CONSENTS, by=alice, at=MORNING)
    addresses = [
        "/sms/", "/sms/support", "/sms/order/A2P", "/sms/messages", "/sms/messages?q=090-1234-5678",
        "/sms/messages/new",
        "/sms/bulk", "/sms/bulk/new", "/sms/codes/new", "/sms/senders", "/sms/senders/new", "/sms/opt-outs",
        "/sms/opt-outs/new", "/sms/resale/new",
        *(thing.get_absolute_url() for thing in (a2p, batch, message, application)),
        reverse("sms_cancel", args=[a2p.number]), reverse("sms_edit", args=[a2p.number]),
        reverse("code", args=[code.uuid]),
        reverse("sender_delete", args=[name.number]), reverse("optout_delete", args=[entry.number]),
    ]  # fmt: skip
    for address in addresses:
        answer = alice_client.get(address)
        assert (address, answer.status_code) == (address, 200)
        assert "?q=" in address or "/new" in address or b"090-1234-5678" not in answer.content

    shown = alice_client.post(reverse("text_reveal", args=[message.uuid]))

    assert b"090-1234-5678" in shown.content
    assert AuditEvent.objects.filter(verb="sms.revealed").count() == 1
