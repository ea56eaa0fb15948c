"""Each night the gateway is compared with our books: 0 after every flow, and each difference is found."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.notices.models import Letter
from billing import credit_notes
from billing.credit_notes import Credit
from billing.dues import actions as dues
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.payments import actions as cards
from billing.payments import attempts
from billing.payments.drivers import Outcome, Transaction, gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import PaymentAttempt, SimulatedPayment
from billing.postings.models import Posting
from billing.reconciliation import actions, tasks
from billing.reconciliation.listing import WHAT_TO_DO
from billing.reconciliation.models import Difference, Reconciliation
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from core.errors import Refused
from core.operations import Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.paying import card
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_gateways import NUMBERS, give
from tests.billing.test_inbox import ready, stripe
from tests.billing.test_passports import bought
from tests.cast import browser

__all__ = ["stripe", "used"]
pytestmark = pytest.mark.usefixtures("db")
PAID, NIGHT = jst(5, 9, month=5), jst(6, 5, month=5)


@pytest.fixture
def invoice(garden, used) -> Invoice:
    """4,512 yen of April; the card is registered."""
    card(garden, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


@pytest.fixture
def paid(invoice) -> PaymentAttempt:
    """Paid by card on 5 May."""
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    return PaymentAttempt.objects.get()


@pytest.fixture
def staff_client(staff_user):
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


def night(at: datetime = NIGHT) -> Reconciliation:
    """The schedule at 5 in the morning, and a worker."""
    tasks.reconcile(at)
    drain(at=at)
    return Reconciliation.objects.latest("asked_at")


def differences() -> list[tuple[str, int, int]]:
    return list(Difference.objects.order_by("pk").values_list("kind", "theirs", "ours"))


def returned(invoice: Invoice) -> None:
    """The disk of April was given back: 484 yen wait."""
    credit_notes.issue(invoice, [Credit(2, 440)], reason="Slow", by=SYSTEM, at=PAID + timedelta(hours=1))


def test_what_was_paid_and_given_back_agrees(garden, invoice, paid):
    bought(garden, at=PAID)
    returned(invoice)
    refunds.to_card(garden, 84, "Slow", by=SYSTEM, at=PAID + timedelta(hours=2))
    drain(at=PAID + timedelta(hours=2))

    done = night()

    passport = PaymentAttempt.objects.get(purpose="PASSPORT").amount
    assert (done.state, done.payments, done.theirs, done.ours) == ("DONE", 2, 4428 + passport, 4428 + passport)
    assert differences() == []


@pytest.mark.differs
def test_a_charge_at_the_gateway_that_we_do_not_know_is_found(paid):
    simulated = gateway()
    stray = simulated.charge("theirs", paid.card.token, 900)

    done = night()

    assert (done.theirs, done.ours, differences()) == (5412, 4512, [("UNKNOWN", 900, 0)])
    assert Difference.objects.get().reference == stray.reference


@pytest.mark.differs
def test_one_of_ours_that_is_missing_there_is_found(paid):
    SimulatedPayment.objects.filter(reference=paid.gateway_ref).delete()

    night()

    assert differences() == [("MISSING", 0, 4512)]
    assert Difference.objects.get().attempt == paid


@pytest.mark.differs
@pytest.mark.parametrize("theirs", [4511, 4513, 0])
def test_another_amount_is_found(paid, theirs):
    SimulatedPayment.objects.filter(reference=paid.gateway_ref).update(amount=theirs)

    night()

    assert differences() == [("AMOUNT", theirs, 4512)]


@pytest.mark.differs
def test_a_payment_that_was_booked_wrongly_is_found(paid):
    with transaction.atomic():
        sides = [("CARD", 1), ("RECEIVABLE", -1)]  # the wrong way round
        values = {"organisation": paid.organisation, "kind": "REFUND", "source_pk": 1, "at": PAID}
        Posting.objects.bulk_create(Posting(account=account, amount=yen, **values) for account, yen in sides)
        made = {"organisation": paid.organisation, "attempt": paid, "amount": 1, "reason": "x", "state": "DONE"}
        Refund.objects.create(pk=1, asked_at=PAID, state_changed_at=PAID, **made)

    night()

    assert differences() == [("AMOUNT", 4512, 4513)]


class Deaf(Simulated):
    """A gateway that charges, but whose answers are lost for a while, also when it is asked what it knows."""

    deaf = True

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        outcome = super().charge(key, token, amount)
        if self.deaf:
            raise Retryable("timeout")
        return outcome

    def find(self, key: str, since: datetime) -> Outcome | None:
        if self.deaf:
            raise Retryable("timeout")
        return super().find(key, since)


@pytest.fixture
def deaf(monkeypatch) -> Deaf:
    gateway = Deaf()
    monkeypatch.setattr("billing.payments.operations.gateway", lambda: gateway)
    return gateway


@pytest.mark.faults
def test_an_unknown_outcome_is_looked_up_before_the_comparison(invoice, deaf):
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    operation = Operation.objects.get(kind="payment.take")
    assert (operation.state, PaymentAttempt.objects.get().state) == ("WAITING", "OPEN")
    operation.next_at = NIGHT + timedelta(minutes=50)
    operation.save()
    deaf.deaf = False

    done = night()

    assert (PaymentAttempt.objects.get().state, done.state, differences()) == ("SUCCEEDED", "DONE", [])
    assert SimulatedPayment.objects.filter(state="CAPTURED").count() == 1


@pytest.mark.faults
def test_what_workers_gave_up_is_looked_up_before_the_comparison(invoice, deaf):
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    Operation.objects.filter(kind="payment.take").update(state="FAILED", error="gave up")
    deaf.deaf = False

    night()

    assert (PaymentAttempt.objects.get().state, differences()) == ("SUCCEEDED", [])


@pytest.mark.faults
def test_an_outcome_that_stays_unknown_is_shown_to_staff_and_nothing_is_charged_again(invoice, deaf):
    dues.pay(invoice, by=SYSTEM, at=PAID)

    done = night()
    for minutes in range(1, 12):
        drain(at=NIGHT + timedelta(minutes=minutes))

    assert (done.refreshed().state, differences()) == ("DONE", [("WAITING", 4512, 0)])
    assert SimulatedPayment.objects.filter(state="CAPTURED").count() == 1
    deaf.deaf = False
    night(NIGHT + timedelta(days=1))
    assert (PaymentAttempt.objects.get().state, len(differences())) == ("SUCCEEDED", 1)


@pytest.mark.faults
def test_what_moves_while_the_gateway_answers_is_left_to_the_next_night(invoice, monkeypatch):
    class Slow(Simulated):
        def transactions(self, since: datetime) -> Iterable[Transaction]:
            listed = super().transactions(since)
            dues.pay(invoice, by=SYSTEM, at=NIGHT)
            attempt = PaymentAttempt.objects.get()
            outcome = self.charge(str(attempt.uuid), attempt.card.token, attempt.amount)
            attempts.succeed(attempt, outcome.reference, at=NIGHT + timedelta(seconds=2))
            return listed

    monkeypatch.setattr("billing.reconciliation.operations.gateway", Slow)
    night()
    assert differences() == []
    monkeypatch.undo()

    done = night(NIGHT + timedelta(days=1))

    assert (done.payments, differences()) == (1, [])


def test_it_happens_once_a_night_and_once_at_a_time(paid):
    for _twice in range(2):
        tasks.reconcile(NIGHT)
        with pytest.raises(Refused):
            actions.ask(by=SYSTEM, at=NIGHT)
    assert Reconciliation.objects.count() == 1
    drain(at=NIGHT)
    tasks.reconcile(NIGHT + timedelta(hours=1))
    assert Reconciliation.objects.count() == 1

    night(NIGHT + timedelta(days=1))

    assert Reconciliation.objects.count() == 2


def test_the_schedule_is_told_when_something_moved(invoice):
    assert tasks.next_reconciliation(PAID) is None
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    assert tasks.next_reconciliation(PAID) == PAID
    night()

    assert tasks.next_reconciliation(NIGHT) is None


@pytest.mark.faults
def test_a_gateway_that_gives_no_list_is_asked_again_the_next_night(paid, monkeypatch):
    class Silent(Simulated):
        def transactions(self, since: datetime) -> Iterable[Transaction]:
            raise Retryable("no answer")

    monkeypatch.setattr("billing.reconciliation.operations.gateway", Silent)
    tasks.reconcile(NIGHT)
    for minutes in range(60):
        drain(at=NIGHT + timedelta(minutes=minutes))
    assert (Reconciliation.objects.get().state, differences()) == ("FAILED", [])
    monkeypatch.undo()

    assert night(NIGHT + timedelta(days=1)).state == "DONE"


@pytest.mark.differs
def test_staff_see_each_difference_and_what_to_do(paid, staff_client, settings):
    settings.STAFF_ADDRESS = "desk@example.jp"
    gateway().charge("theirs", paid.card.token, 900)
    assert "0件" not in staff_client.get(reverse("admin:index")).text

    done = night()

    page = staff_client.get(reverse("admin:billing_reconciliation_change", args=[done.pk])).text
    assert Difference.objects.get().reference in page
    assert "¥900" in page
    assert str(WHAT_TO_DO["UNKNOWN"])[:40] in page
    where = reverse("admin:billing_reconciliation_change", args=[done.pk])
    assert f'<a href="{where}">' in staff_client.get(reverse("admin:index")).text
    assert Letter.objects.filter(kind="gateway_differs", to="desk@example.jp").count() == 1


def test_staff_compare_now(paid, staff_client, alice_client):
    where = reverse("admin:billing_reconciliation_now")
    assert alice_client.post(where).status_code in (302, 403)
    assert staff_client.get(where).status_code == 405
    assert Reconciliation.objects.count() == 0

    staff_client.post(where)
    drain(at=datetime.now(UTC))

    assert Reconciliation.objects.get().state == "DONE"
    assert staff_client.get(reverse("admin:billing_reconciliation_changelist")).status_code == 200


def test_what_was_given_back_by_hand_is_recorded_and_agrees_again(garden, invoice, paid, staff_client):
    gateway().refund("by hand", paid.gateway_ref or "", 484)
    night()
    assert differences() == [("AMOUNT", 4028, 4512)]
    difference = Difference.objects.get()
    with pytest.raises(Refused):
        actions.note_refund(difference, "By hand", by=SYSTEM, at=NIGHT)
    assert Refund.objects.count() == 0

    returned(invoice)
    form = {"action": "note_refund", "_selected_action": str(difference.pk), "confirmed": "1", "reason": "By hand"}
    staff_client.post(reverse("admin:billing_difference_changelist"), form)

    assert list(Refund.objects.values_list("state", "amount")) == [("DONE", 484)]
    assert not Operation.objects.filter(kind="refund.give").exists()
    night(NIGHT + timedelta(days=1))
    assert Difference.objects.count() == 1


@pytest.mark.differs
@pytest.mark.terms("10-2")
def test_what_was_given_back_of_a_passport_is_no_refund(garden, invoice):
    bought(garden, at=PAID)
    attempt = PaymentAttempt.objects.get()
    gateway().refund("by hand", attempt.gateway_ref or "", 100)
    night()

    with pytest.raises(Refused) as refusal:
        actions.note_refund(Difference.objects.get(), "By hand", by=SYSTEM, at=NIGHT)

    assert (refusal.value.clause, Refund.objects.count()) == ("10-2", 0)


@pytest.mark.differs
def test_what_was_found_stays(paid):
    SimulatedPayment.objects.filter(reference=paid.gateway_ref).update(amount=1)
    night()

    with pytest.raises(DatabaseError), transaction.atomic():
        Difference.objects.update(theirs=4512)

    assert differences() == [("AMOUNT", 1, 4512)]


def test_stripe_is_compared_alike(garden, used, stripe, settings):
    setup = ready(garden)
    give(stripe, gateway().lookup(setup.gateway_ref), NUMBERS["visa"])
    now = datetime.now(UTC)
    cards.check(setup, by=SYSTEM, at=now)
    drain(at=now)
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    dues.pay(invoice, by=SYSTEM, at=now)
    drain(at=now)
    returned(invoice)
    refunds.to_card(garden, None, "Slow", by=SYSTEM, at=now)
    drain(at=now)

    done = night(now + timedelta(hours=2))
    ours = {one.gateway_ref for one in PaymentAttempt.objects.all()}

    assert (done.state, done.ours) == ("DONE", 4028)
    assert [row.kind for row in Difference.objects.filter(reference__in=ours)] == []
    attempt = PaymentAttempt.objects.get()
    gateway().refund("more", attempt.gateway_ref or "", 28)
    night(now + timedelta(hours=30))
    assert [(row.theirs, row.ours) for row in Difference.objects.filter(attempt=attempt)] == [(4000, 4028)]
