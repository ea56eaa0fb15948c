"""Staff's side: the queue of reviews, restrictions, names, screening, the supplier's health."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.cases.models import Case
from accounts.notices.models import Notice
from core.errors import Refused
from core.operations.draining import drain
from sms import tasks
from sms.audience import actions as audience
from sms.messages.models import Message
from sms.resale import actions as resale
from sms.resale.models import Resale
from sms.reviews.models import Review
from sms.supplier import actions as supplier
from sms.supplier import health
from sms.supplier.models import Interruption, LinkHealth, SupplierNews
from tests import cast
from tests.make import MORNING, NOON
from tests.sms.conftest import CONSENTS, FAILS, SILENT, sent

MINUTE = timedelta(minutes=1)
MODELS = ["subscription", "review", "sendername", "resale", "interruption", "suppliernews", "linkhealth", "unit"]


@pytest.fixture
def staff_client(staff_user):
    """Staff with a second factor, signed in."""
    TOTP.activate(staff_user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return cast.browser(staff_user)


def act(client, model, verb, row, **values):
    form = {"action": verb, "_selected_action": str(row.pk), **values}
    return client.post(reverse(f"admin:sms_{model}_changelist"), form).status_code


@pytest.mark.parametrize("model", MODELS)
def test_every_list_of_staff_opens(staff_client, a2p, model):
    assert staff_client.get(reverse(f"admin:sms_{model}_changelist")).status_code == 200


@pytest.mark.terms("72-1", "72-2")
def test_a_spam_burst_is_caught_told_to_staff_restricted_and_lifted(a2p, alice, staff_client, settings):
    settings.STAFF_ADDRESS = "staff@example.jp"
    for n in range(120):
        sent(a2p, f"8190{n:04}0001")
    drain(at=MORNING)
    tasks.watch(MORNING + MINUTE)
    drain(at=MORNING + MINUTE)
    review = Review.objects.get()

    act(staff_client, "review", "restrict", review, confirmed="1", scope="ALL", reason="Unsolicited advertising.")

    assert [letter.to for letter in mail.outbox if "迷惑" in letter.subject] == [["staff@example.jp"]]
    assert (review.refreshed().state, a2p.refreshed().restriction) == ("RESTRICTED", "ALL")
    with pytest.raises(Refused, match="Unsolicited"):
        sent(a2p, at=NOON)
    text = Notice.objects.get(kind="sms.restricted").text
    assert "Unsolicited advertising." in text
    act(staff_client, "subscription", "unrestrict", a2p)
    assert sent(a2p.refreshed(), at=NOON).state == "WAITING"
    assert {e.actor_kind for e in AuditEvent.objects.filter(verb__in=("sms.restricted", "sms.unrestricted"))} == {
        "staff"
    }


def test_a_review_without_ground_is_dismissed_and_changes_nothing(a2p, staff_client):
    sent(a2p, body="SPAMTEST")
    drain(at=MORNING)
    tasks.watch(MORNING + MINUTE)
    review = Review.objects.get()

    act(staff_client, "review", "dismiss", review, confirmed="1", reason="A false alarm.")

    assert (review.refreshed().state, a2p.refreshed().restriction) == ("DISMISSED", "NONE")


@pytest.mark.terms("72-2")
def test_staff_enter_what_the_supplier_says_once(a2p, staff_client):
    form = {"subscription": a2p.number, "verdict": "Complaints of subscribers."}
    url = reverse("admin:sms_review_add")

    first, second = staff_client.post(url, form), staff_client.post(url, form)
    unknown = staff_client.post(url, {**form, "subscription": "1"})

    assert (first.status_code, second.status_code, unknown.status_code) == (302, 200, 200)
    review = Review.objects.get()
    assert (review.source, review.verdict) == ("SUPPLIER", "Complaints of subscribers.")


def test_only_bulk_is_restricted_when_staff_say_so(a2p, alice):
    from sms.batches import actions as batches
    from sms.subscriptions import actions as subscriptions

    subscriptions.restrict(a2p, "BULK", reason="Complaints.", by=SYSTEM, at=MORNING)

    assert sent(a2p).state == "WAITING"
    with pytest.raises(Refused) as refusal:
        batches.prepare(a2p, name="b", content=b"number\n09012345678", template="x", by=alice, at=MORNING)
    assert (refusal.value.clause, a2p.batches.count()) == ("72-1", 0)


def test_a_name_waits_for_staff_who_approve_or_refuse_it(a2p, project, alice, staff_client, settings):
    settings.STAFF_ADDRESS = "staff@example.jp"
    name = audience.apply(project, name="Garden", by=alice, at=MORNING)
    drain(at=MORNING)
    with pytest.raises(Refused):
        sent(a2p, sender="Garden")

    act(staff_client, "sendername", "approve", name)
    approved = sent(a2p, sender="Garden")
    act(staff_client, "sendername", "refuse", name, confirmed="1", reason="A brand.")

    assert any(letter.to == ["staff@example.jp"] for letter in mail.outbox)
    assert (name.refreshed().state, approved.refreshed().state) == ("REFUSED", "SKIPPED")
    assert Notice.objects.filter(kind__in=("sms.sender_approved", "sms.sender_refused")).count() == 2


@pytest.mark.terms("71-1")
def test_an_application_comes_with_documents_and_disguised_files_are_refused(a2p, project, alice_client):
    good = SimpleUploadedFile("registry.pdf", b"%PDF-1.7 registry copy")
    bad = SimpleUploadedFile("seal.pdf", b"MZ\x90\x00 this is a program")
    values = {"body": "Our tenants.", "accepted": "on"}

    refused = alice_client.post(reverse("resale_new"), {**values, "attachments": bad})
    assert (refused.status_code, Resale.objects.count()) == (422, 0)
    made = alice_client.post(reverse("resale_new"), {**values, "attachments": good})

    application = Resale.objects.get()
    assert (made.status_code, application.state) == (302, "SCREENING")
    assert Case.objects.get().messages.get().attachments.get().name == "registry.pdf"
    assert alice_client.get(application.get_absolute_url()).status_code == 200


@pytest.mark.terms("71-1")
def test_a_refused_application_is_told_and_may_be_made_again(a2p, project, alice, staff_client):
    first = resale.apply(project, body="?", files=[], accepted=CONSENTS, by=alice, at=MORNING)
    act(staff_client, "resale", "approve", first)

    act(staff_client, "resale", "refuse", first, confirmed="1", reason="No registry copy.")

    assert (first.refreshed().state, first.contract.refreshed().state) == ("REFUSED", "REFUSED")
    assert "No registry copy." in Notice.objects.get(kind="sms.resale_refused").text
    assert resale.apply(project, body="?", files=[], by=alice, at=NOON).state == "SCREENING"


@pytest.mark.terms("74-1")
def test_the_contract_for_resale_ends_as_the_20th_rule_says_and_an_application_is_withdrawn_at_once(
    a2p, project, alice, alice_client
):
    first = resale.apply(project, body="?", files=[], accepted=CONSENTS, by=alice, at=MORNING)
    resale.cancel(first, by=alice, at=MORNING)
    assert (first.refreshed().state, audience.may_resell(project)) == ("DELETED", False)
    second = resale.apply(project, body="?", files=[], by=alice, at=MORNING)
    for by_supplier in (False, True):
        resale.approve(second, by_supplier=by_supplier, by=SYSTEM, at=MORNING)
    assert alice_client.get(reverse("resale_cancel", args=[second.number])).status_code == 200

    resale.cancel(second, by=alice, at=NOON)

    assert str(second.contract.refreshed().ends_on) == "2026-04-30"
    assert audience.may_resell(project)
    with pytest.raises(Refused):
        resale.cancel(second, by=alice, at=NOON)


@pytest.mark.terms("73-1", "76-1")
def test_staff_interrupt_resume_and_announce_and_it_stands_in_the_event_log(a2p, staff_client):
    staff_client.post(reverse("admin:sms_interruption_add"), {"kind": "", "reason": "Carrier A is down."})
    outage = Interruption.objects.get()
    waiting = sent(a2p)
    act(staff_client, "interruption", "resume", outage)
    staff_client.post(reverse("admin:sms_suppliernews_add"), {"title": "Change", "text": "It changes."})

    assert outage.pk
    assert Interruption.objects.get().ended_at is not None
    assert waiting.refreshed().state == "WAITING"
    assert SupplierNews.objects.get().title == "Change"
    assert Notice.objects.filter(kind__in=("sms.interrupted", "sms.resumed", "sms.news")).count() == 3
    events = AuditEvent.objects.filter(verb__in=("sms.interrupted", "sms.resumed", "sms.news_told"))
    assert {event.actor_kind for event in events} == {"staff"}
    assert events.count() == 3


@pytest.mark.terms("73-1")
def test_an_interruption_stands_on_the_public_status_page_and_the_dashboard(a2p, client, alice_client):
    reason = "通信事業者の設備障害です。"
    outage = supplier.interrupt(kind="A2P", reason=reason, by=SYSTEM, at=datetime.now(UTC))

    now, home = client.get(reverse("status")).text, alice_client.get(reverse("dashboard")).text
    supplier.resume(outage, by=SYSTEM, at=datetime.now(UTC))
    then, later = client.get(reverse("status")).text, alice_client.get(reverse("dashboard")).text

    assert reason in now
    assert "現在、障害はありません" not in now
    assert "SMSの送信が中断しています" in home
    assert reason in then
    assert "現在、障害はありません" in then
    assert "SMSの送信が中断しています" not in later


def test_the_health_of_the_supplier_counts_what_waits_and_what_came_back(a2p):
    sent(a2p)
    sent(a2p, FAILS)
    drain(at=MORNING)
    sent(a2p, SILENT)
    LinkHealth.objects.create(name="engawa@smsc", seen_at=MORNING, bound_since=None, error="no connection")

    found = health.of(MORNING + 6 * MINUTE)

    assert (found.waiting, found.handed, found.delivered, found.failed) == (1, 2, 1, 1)
    assert (found.silent, found.unbound, found.is_well) == (["engawa@smsc"], ["engawa@smsc"], False)
    assert found.overdue == 6 * MINUTE
    Message.objects.filter(state="WAITING").update(state="STOPPED")
    LinkHealth.objects.update(seen_at=MORNING + 6 * MINUTE, bound_since=MORNING)
    assert health.of(MORNING + 6 * MINUTE).is_well
