"""Refunds: only credit that waits goes back, exactly once, and never a passport."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from billing import credit_notes
from billing.coupons import actions as coupons
from billing.credit_notes import Credit
from billing.dues import actions as dues
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.invoices.publishing import publish
from billing.payments import actions as cards
from billing.payments.drivers import Outcome, gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import PaymentAttempt, SimulatedPayment
from billing.postings import queries
from billing.postings.models import Posting
from billing.refunds import actions
from billing.refunds.models import Refund
from billing.refunds.queries import payments, refundable
from core.errors import Refused
from core.operations import Rejected, Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.paying import card, closed
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_gateways import NUMBERS, give
from tests.billing.test_inbox import ready, stripe
from tests.billing.test_passports import bought
from tests.billing.test_postings import balances
from tests.cast import browser

__all__ = ["stripe", "used"]
pytestmark = pytest.mark.usefixtures("db")
PAID, LATER = jst(5, 9, month=5), jst(20, 10, month=5)
WHY = "The disk was slow."


@pytest.fixture
def invoice(garden, used) -> Invoice:
    """4,512 yen of April, paid by card on 5 May."""
    card(garden, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    return invoice


@pytest.fixture
def credit(invoice) -> int:
    """484 yen that wait: the disk of April was given back."""
    return credit_notes.issue(invoice, [Credit(2, 440)], reason=WHY, by=SYSTEM, at=LATER).total


@pytest.fixture
def staff_client(staff_user):
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


def given(garden, amount: int | None = None, *, at=LATER) -> list[Refund]:
    return actions.to_card(garden, amount, WHY, by=SYSTEM, at=at)


def states() -> list[tuple[str, int]]:
    return list(Refund.objects.order_by("pk").values_list("state", "amount"))


def kept() -> list[int]:
    """Yen that the gateway kept of each payment."""
    rows = SimulatedPayment.objects.filter(state__in=["CAPTURED", "REFUNDED"]).order_by("reference")
    return list(rows.values_list("amount", flat=True))


def sides() -> list[tuple[str, int | None, int]]:
    rows = Posting.objects.filter(kind="REFUND").order_by("pk")
    return list(rows.values_list("account", "invoice", "amount"))


def books() -> tuple[list[tuple[str, int]], list[Any], int]:
    return states(), sides(), Operation.objects.filter(kind="refund.give").count()


def test_credit_that_waits_goes_back_to_the_card_that_paid(garden, invoice, credit):
    given(garden)
    assert (states(), credit_notes.waiting(garden), sides()) == ([("ASKED", 484)], 0, [])
    drain(at=LATER)

    assert (states(), kept()) == ([("DONE", 484)], [4512 - 484])
    assert sides() == [("RECEIVABLE", None, 484), ("CARD", None, -484)]
    assert (queries.owed_by(garden), credit_notes.waiting(garden)) == (0, 0)
    assert sum(amount for _name, amount in queries.trial_balance()) == 0
    verbs = AuditEvent.objects.filter(verb__startswith="refund.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["refund.asked", "refund.given"]


@pytest.mark.parametrize("amount", [485, 0, -1])
def test_more_than_waits_is_never_given_back(garden, credit, amount):
    with pytest.raises(Refused):
        given(garden, amount)

    assert books() == ([], [], 0)
    assert credit_notes.waiting(garden) == 484


def test_without_credit_a_payment_is_not_given_back(garden, invoice):
    with pytest.raises(Refused):
        given(garden)
    with pytest.raises(Refused):
        given(garden, 1)

    assert books() == ([], [], 0)


def test_a_reason_is_needed(garden, credit):
    with pytest.raises(Refused):
        actions.to_card(garden, 1, "  ", by=SYSTEM, at=LATER)

    assert books() == ([], [], 0)


def test_what_is_under_way_is_given_back_once_and_pays_no_invoice(garden, credit, used):
    given(garden)

    with pytest.raises(Refused):
        given(garden)
    publish(closed(garden, APRIL.next), at=jst(1, 7, month=6))

    assert states() == [("ASKED", 484)]
    assert not Posting.objects.filter(kind="APPLICATION").exists()


def test_open_invoices_are_paid_with_the_credit_first(garden, credit, used):
    may = closed(garden, APRIL.next)
    assert credit == may.total

    with pytest.raises(Refused):
        given(garden)

    assert books() == ([], [], 0)
    assert credit_notes.waiting(garden) == 484


def test_what_the_gateway_refuses_waits_again(garden, credit):
    given(garden)
    SimulatedPayment.objects.filter(reference__startswith="pay_").update(amount=100)

    drain(at=LATER)

    assert (states(), sides(), credit_notes.waiting(garden)) == ([("FAILED", 484)], [], 484)
    assert Refund.objects.get().problem == "nothing of that amount was captured"
    SimulatedPayment.objects.filter(reference__startswith="pay_").update(amount=4512)
    given(garden)
    drain(at=LATER)
    assert (states()[1:], kept()) == ([("DONE", 484)], [4512 - 484])


class Deaf(Simulated):
    """A gateway that gives back, but whose first answers are lost; or that isn't reached at first."""

    def __init__(self, *, acts: bool) -> None:
        self.acts, self.losses, self.keys = acts, 3, list[str]()

    def refund(self, key: str, reference: str, amount: int) -> Outcome:
        self.keys.append(key)
        self.losses -= 1
        if self.losses >= 0 and not self.acts:
            raise Retryable("unreachable")
        outcome = super().refund(key, reference, amount)
        if self.losses >= 0:
            raise Retryable("timeout")
        return outcome


@pytest.mark.faults
@pytest.mark.parametrize("acts", [True, False])
def test_an_unknown_outcome_is_looked_up_and_never_given_back_twice(garden, credit, monkeypatch, acts):
    deaf = Deaf(acts=acts)
    for module in ("payments", "refunds"):
        monkeypatch.setattr(f"billing.{module}.operations.gateway", lambda: deaf)
    given(garden)

    drain(at=LATER)

    assert (states(), kept(), len(sides())) == ([("DONE", 484)], [4512 - 484], 2)
    assert set(deaf.keys) == {str(Refund.objects.get().uuid)}
    assert len(deaf.keys) == (1 if acts else 4)


@pytest.mark.faults
def test_a_worker_that_comes_back_late_changes_nothing(garden, credit):
    given(garden)
    drain(at=LATER)
    refund = Refund.objects.get()

    for act in (lambda: actions.finish(refund, at=LATER), lambda: actions.fail(refund, "late", at=LATER)):
        with pytest.raises(Refused):
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.update(state="FAILED")

    assert (states(), len(sides())) == ([("DONE", 484)], 2)


def test_two_payments_give_back_what_each_took_the_newest_first(garden, invoice, used):
    may = closed(garden, APRIL.next)
    dues.pay(may, by=SYSTEM, at=jst(5, 9, month=6))
    drain(at=jst(5, 9, month=6))
    for paid, line in ((invoice, Credit(3, 3300)), (may, Credit(1, 440))):
        credit_notes.issue(paid, [line], reason=WHY, by=SYSTEM, at=jst(6, month=6))
    newest = PaymentAttempt.objects.order_by("-pk")[0]

    made = given(garden, at=jst(7, month=6))
    drain(at=jst(7, month=6))

    assert made[0].attempt == newest
    assert [refund.amount for refund in made] == [484, 3630]
    assert sorted(kept()) == [0, 4512 - 3630]
    assert queries.owed_by(garden) == 0


def test_a_payment_gives_back_no_more_than_it_took_says_the_database(garden, invoice):
    attempt = PaymentAttempt.objects.get()
    values = {"organisation": garden, "attempt": attempt, "reason": WHY, "asked_at": LATER, "state_changed_at": LATER}
    Refund.objects.create(amount=4000, **values)

    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.create(amount=513, **values)

    assert states() == [("ASKED", 4000)]
    assert payments(garden) == [(attempt, 512)]


@pytest.mark.terms("10-2")
def test_no_refund_path_exists_for_a_passport(garden, alice):
    card(garden, at=jst(1))
    passport = bought(garden)
    attempt = PaymentAttempt.objects.get(purpose="PASSPORT", state="SUCCEEDED")

    assert (payments(garden), refundable(garden)) == ([], 0)
    for amount in (None, 1, passport.total):
        with pytest.raises(Refused):
            given(garden, amount)
        with pytest.raises(Refused):
            actions.by_bank(garden, amount, WHY, reference="B1", sent_on=date(2026, 5, 1), by=SYSTEM, at=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.ask(attempt, 1, WHY, by=SYSTEM, at=LATER)

    assert books() == ([], [], 0)


@pytest.mark.terms("10-2")
def test_credit_of_an_invoice_never_goes_back_to_the_payment_of_a_passport(garden, credit):
    bought(garden)

    given(garden)

    assert [refund.attempt.purpose for refund in Refund.objects.select_related("attempt")] == ["INVOICE"]


def test_what_a_coupon_paid_never_becomes_money(garden, used):
    card(garden, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    last = date(2026, 12, 31)
    _batch, [code] = coupons.make("Spring", count=1, amount=4400, expires_on=last, by=SYSTEM, at=GRACE_OVER)
    coupons.redeem(garden, code, by=SYSTEM, at=GRACE_OVER)
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)

    credit_notes.issue(invoice, [Credit(2, 440)], reason=WHY, by=SYSTEM, at=LATER)

    assert (credit_notes.waiting(garden), refundable(garden)) == (484, 112)
    with pytest.raises(Refused):
        given(garden, 113)
    given(garden, 112)
    drain(at=LATER)
    assert (states(), credit_notes.waiting(garden)) == ([("DONE", 112)], 372)


def test_a_transfer_that_staff_have_made_is_recorded_once(garden, credit):
    sent: dict[str, Any] = {"reference": "OUT-1", "sent_on": date(2026, 5, 19)}

    with pytest.raises(Refused):
        actions.by_bank(garden, 1, WHY, reference="OUT-1", sent_on=date(2026, 5, 21), by=SYSTEM, at=LATER)
    actions.by_bank(garden, 400, WHY, **sent, by=SYSTEM, at=LATER)
    with pytest.raises(Refused):
        actions.by_bank(garden, 1, WHY, **sent, by=SYSTEM, at=LATER)

    assert (states(), kept(), credit_notes.waiting(garden)) == ([("DONE", 400)], [4512], 84)
    assert sides() == [("RECEIVABLE", None, 400), ("BANK", None, -400)]
    assert Notice.objects.filter(kind="refund_given").count() == 1


def test_the_customer_is_told_and_sees_it_on_the_statement(garden, credit, alice_client, bob_client):
    given(garden)
    page = alice_client.get("/statement").text
    assert WHY in page
    assert "Visa •••• 4242" in page
    drain(at=LATER)

    page = alice_client.get("/statement", headers={"accept-language": "en"})

    assert "Given back" in page.text
    assert balances(page)[0] == (484, 0)
    assert Notice.objects.filter(kind="refund_given").count() == 1
    assert bob_client.get("/statement").status_code == 403


def test_staff_give_it_back_to_the_card(garden, credit, staff_client):
    form = {"organisation": str(garden.number), "amount": "", "way": "card", "reason": WHY}

    assert staff_client.get(reverse("admin:billing_refund_add")).status_code == 200
    assert staff_client.post(reverse("admin:billing_refund_add"), form).status_code == 302
    drain(at=datetime.now(UTC))

    assert states() == [("DONE", 484)]
    assert WHY in staff_client.get(reverse("admin:billing_refund_changelist")).text


def test_staff_record_a_transfer_and_are_told_what_is_missing(garden, credit, staff_client):
    form = {"organisation": str(garden.number), "amount": "484", "way": "bank", "reason": WHY}

    answer = staff_client.post(reverse("admin:billing_refund_add"), form)
    assert (answer.status_code, states()) == (200, [])
    assert set(answer.context["form"].errors) == {"reference", "sent_on"}
    staff_client.post(reverse("admin:billing_refund_add"), form | {"reference": "OUT-1", "sent_on": "2026-05-19"})

    assert states() == [("DONE", 484)]


def test_customers_are_not_at_the_staff_page(garden, credit, alice_client):
    form = {"organisation": str(garden.number), "way": "card", "reason": WHY}

    assert alice_client.post(reverse("admin:billing_refund_add"), form).status_code in (302, 403)

    assert books() == ([], [], 0)


def test_what_was_asked_for_stays_as_it_is(garden, credit):
    given(garden)

    for change in ("amount = amount - 1", "reason = 'x'", "attempt_id = NULL"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE billing_refund SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.all().delete()

    assert states() == [("ASKED", 484)]


def test_stripe_gives_back_what_stripe_took(garden, used, stripe):
    setup = ready(garden)
    give(stripe, gateway().lookup(setup.gateway_ref), NUMBERS["visa"])
    cards.check(setup, by=SYSTEM, at=jst(1))
    drain(at=jst(1))
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    dues.pay(invoice, by=SYSTEM, at=PAID)
    drain(at=PAID)
    credit_notes.issue(invoice, [Credit(2, 440)], reason=WHY, by=SYSTEM, at=LATER)

    given(garden)
    drain(at=LATER)

    attempt = PaymentAttempt.objects.get()
    assert (states(), queries.owed_by(garden)) == ([("DONE", 484)], 0)
    assert gateway().lookup(attempt.gateway_ref or "").amount == 4512 - 484
    with pytest.raises(Rejected):
        gateway().refund("more", attempt.gateway_ref or "", 4512 - 483)
