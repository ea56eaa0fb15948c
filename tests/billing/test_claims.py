"""Claims under the quality guarantee: once for a server and month, in time, decided by staff, credited (9-1)."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import access
from accounts.cases.models import Attachment, Case
from billing import meters
from billing.credit_notes.models import CreditNote
from billing.credits import actions, outages
from billing.credits.models import SlaClaim
from billing.credits.outages import Fact
from billing.postings.models import Posting
from core.calendar import JST, Month
from core.errors import Refused
from tests.billing import paying
from tests.billing.world import SMS, opened
from tests.make import MORNING

APRIL = Month(2026, 4)
MAY_DAY = datetime(2026, 5, 12, 10, tzinfo=JST)


@pytest.fixture
def contract(project):
    """A server that ran all April but its first nine hours: 1,595 yen."""
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=MORNING)
    return contract


@pytest.fixture
def staff(staff_user):
    return access.staff(staff_user)


def out(contract, minutes, *, cause="FAULT"):
    """An outage of so many minutes on 10 April, as an incident records it."""
    start = datetime(2026, 4, 10, 10, tzinfo=JST)
    outages.record(contract, [Fact(contract, cause, start, start + timedelta(minutes=minutes))])


def claimed(contract, by, **changes):
    values = {"body": "It was down from 10:00.", "by": by, "at": MAY_DAY, **changes}
    return actions.claim(contract, APRIL, **values)


@pytest.mark.terms("9-1")
@pytest.mark.parametrize("minutes, credit", [(30, 159), (500, 478), (3_000, 1_595)])
def test_an_approved_claim_is_credited_on_the_invoice_of_its_month(contract, garden, alice, staff, minutes, credit):
    out(contract, minutes)
    invoice = paying.closed(garden, APRIL)
    claim = claimed(contract, alice)

    actions.approve(claim, by=staff, at=MAY_DAY)

    claim.refresh_from_db()
    assert (claim.state, claim.amount, claim.outage_seconds) == ("APPROVED", credit, minutes * 60)
    note = CreditNote.objects.get()
    assert (note.invoice, note.subtotal, note.tax) == (invoice, credit, credit // 10)
    assert Posting.objects.filter(kind="CREDIT_NOTE", invoice=invoice).get().amount == -note.total
    assert claim.case.messages.order_by("-pk")[0].from_staff is True


@pytest.mark.terms("9-1")
def test_uptime_as_guaranteed_is_not_credited(contract, garden, alice, staff):
    out(contract, 21)
    paying.closed(garden, APRIL)
    claim = claimed(contract, alice)

    with pytest.raises(Refused) as refusal:
        actions.approve(claim, by=staff, at=MAY_DAY)

    assert refusal.value.clause == "9-1"
    assert (claim.refreshed().state, CreditNote.objects.count()) == ("OPEN", 0)


@pytest.mark.terms("9-1")
@pytest.mark.parametrize("cause", ["MAINTENANCE", "OWN_STOP", "SMS"])
def test_what_does_not_count_is_not_credited(contract, garden, alice, staff, cause):
    out(contract, 3_000, cause=cause)
    paying.closed(garden, APRIL)
    claim = claimed(contract, alice)

    with pytest.raises(Refused):
        actions.approve(claim, by=staff, at=MAY_DAY)

    assert CreditNote.objects.count() == 0


@pytest.mark.terms("9-1")
def test_what_the_customer_proves_counts_beside_what_was_recorded(contract, garden, alice, staff):
    out(contract, 20)
    paying.closed(garden, APRIL)
    claim = claimed(contract, alice)
    proven = (datetime(2026, 4, 20, tzinfo=JST), datetime(2026, 4, 20, 0, 10, tzinfo=JST))

    actions.approve(claim, proven=[proven], by=staff, at=MAY_DAY)

    assert claim.refreshed().outage_seconds == 30 * 60
    assert CreditNote.objects.get().subtotal == 159


def test_a_rejected_claim_says_why_and_may_still_be_approved(contract, garden, alice, staff):
    paying.closed(garden, APRIL)
    claim = claimed(contract, alice)

    actions.reject(claim, "We saw no outage.", by=staff, at=MAY_DAY)

    assert (claim.refreshed().state, claim.reason) == ("REJECTED", "We saw no outage.")
    assert "We saw no outage." in claim.case.messages.order_by("-pk")[0].body
    assert CreditNote.objects.count() == 0
    out(contract, 30)
    actions.approve(claim, by=staff, at=MAY_DAY)
    with pytest.raises(Refused):
        actions.approve(claim, by=staff, at=MAY_DAY)
    assert CreditNote.objects.count() == 1


@pytest.mark.terms("9-1")
def test_a_server_and_month_are_claimed_once(contract, alice):
    claimed(contract, alice)

    with pytest.raises(Refused) as refusal:
        claimed(contract, alice)

    assert refusal.value.clause == "9-1"
    assert (SlaClaim.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.terms("9-1")
@pytest.mark.parametrize(
    "at, allowed",
    [
        (datetime(2026, 4, 30, 23, 59, tzinfo=JST), False),
        (datetime(2026, 5, 1, tzinfo=JST), True),
        (datetime(2026, 5, 31, 23, 59, 59, tzinfo=JST), True),
        (datetime(2026, 6, 1, tzinfo=JST), False),
    ],
)
def test_a_month_is_claimed_until_the_end_of_the_next_one(contract, alice, at, allowed):
    with nullcontext() if allowed else pytest.raises(Refused) as refusal:
        claimed(contract, alice, at=at)

    assert allowed or (refusal.value.clause, refusal.value.field) == ("9-1", "month")
    assert SlaClaim.objects.exists() is allowed


def test_only_servers_that_are_charged_are_guaranteed(project, alice):
    for contract in (opened(project, SMS), opened(project, charged=False)):
        with pytest.raises(Refused):
            claimed(contract, alice)

    assert SlaClaim.objects.count() == Case.objects.count() == 0


def test_a_server_that_was_not_charged_gets_nothing(project, garden, alice, staff):
    contract = opened(project)
    out(contract, 3_000)
    other = opened(project)
    meters.start(other, "server", "1core-1gb", at=MORNING)
    paying.closed(garden, APRIL)
    claim = claimed(contract, alice)

    with pytest.raises(Refused):
        actions.approve(claim, by=staff, at=MAY_DAY)

    assert CreditNote.objects.count() == 0


# -- pages ---------------------------------------------------------------------------------------------------------


def test_a_claim_is_made_on_a_page_with_proof(project, alice_client):
    now = datetime.now(UTC)  # the page's own clock
    contract, month = opened(project, at=now - timedelta(days=70)), Month.of(now).previous
    address = reverse("claim", args=[contract.number, str(month)])
    proof = SimpleUploadedFile("ping.txt", b"10:00 timeout\n", "text/plain")

    empty = alice_client.post(address, {"body": ""})
    assert (empty.status_code, SlaClaim.objects.count()) == (422, 0)
    answer = alice_client.post(address, {"body": "Down.", "attachments": [proof]})

    claim = SlaClaim.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, claim.get_absolute_url())
    assert Attachment.objects.get(message__case=claim.case).name == "ping.txt"
    again = alice_client.post(address, {"body": "Down."})
    assert (again.status_code, SlaClaim.objects.count()) == (422, 1)
    assert contract.name in alice_client.get(reverse("claims")).content.decode()


def test_strangers_and_those_without_bills_claim_nothing(contract, bob_client, charlie_client):
    address = reverse("claim", args=[contract.number, "2026-04"])

    assert (bob_client.get(address).status_code, bob_client.post(address, {"body": "x"}).status_code) == (403, 403)
    assert charlie_client.post(address, {"body": "x"}).status_code == 404
    assert SlaClaim.objects.count() == 0


@pytest.mark.parametrize("month", ["2026-13", "April", "2026-4", "0000-01"])
def test_no_month_no_page(contract, alice_client, month):
    assert alice_client.get(reverse("claim", args=[contract.number, month])).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(project, alice, alice_client):
    claimed(opened(project), alice)
    alice_client.get(reverse("claims"))
    with CaptureQueriesContext(connection) as one:
        alice_client.get(reverse("claims"))
    for _n in range(2):
        claimed(opened(project), alice)
    with CaptureQueriesContext(connection) as three:
        alice_client.get(reverse("claims"))

    assert len(one) == len(three) <= 12
    assert Attachment.objects.count() == 0
