"""Giving waiting credit back: asking for it, and what became of it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.credit_notes import applying
from billing.payments.models import PaymentAttempt
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from billing.refunds.models import Refund
from billing.refunds.queries import payments, refundable
from core import operations
from core.calendar import jst_date
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def to_card(organisation: Organisation, amount: int | None, reason: str, *, by: "Actor", at: datetime) -> list[Refund]:
    """Give waiting credit back to the cards that paid invoices, the newest payment first. amount: yen; None: all of it.

    A worker asks the gateway. Raises Refused without a reason, beyond the credit that waits or what cards paid.
    """
    left = checked(organisation, amount, reason, at=at)
    found = payments(organisation)
    if left > (most := sum(yen_left for _payment, yen_left in found)):
        text = _("Only %(most)s can go back to cards. Transfer the rest to a bank account and record that.")
        raise Refused(text % {"most": yen(most)}, field="amount")
    made = []
    for payment, most in found:
        if part := min(left, most):
            made.append(ask(payment, part, reason, by=by, at=at))
            left -= part
    return made


def ask(payment: PaymentAttempt, amount: int, reason: str, *, by: "Actor", at: datetime) -> Refund:
    """Ask a worker to give so many yen of one payment back."""
    refund = Refund.objects.create(
        organisation=payment.organisation, attempt=payment, amount=amount, reason=reason.strip()[:200],
        asked_at=at, state_changed_at=at,
    )  # fmt: skip
    operations.ask("refund.give", refund, by=by, at=at)
    audit.record("refund.asked", refund, by=by, at=at, amount=yen(amount), reason=refund.reason)
    return refund


@transaction.atomic
def by_bank(
    organisation: Organisation, amount: int | None, reason: str, *, reference: str, sent_on: date, by: "Actor",
    at: datetime,
) -> Refund:  # fmt: skip
    """Record that waiting credit was transferred to the customer. amount: yen; None: all of it. reference: the bank's.

    Raises Refused without a reason, beyond the credit that waits, for a day to come and when the reference is known.
    """
    amount = checked(organisation, amount, reason, at=at)
    if sent_on > jst_date(at):
        raise Refused(_("That day is still to come."), field="sent_on")
    values = {"amount": amount, "reason": reason.strip()[:200], "reference": reference, "sent_on": sent_on}
    times = {"asked_at": at, "state_changed_at": at, "state": Refund.State.DONE}
    try:
        with transaction.atomic():
            refund = Refund.objects.create(organisation=organisation, **values, **times)
    except IntegrityError as error:
        text = _("This transfer is recorded already: the bank's reference is known.")
        raise Refused(text, field="reference") from error
    audit.record("refund.recorded", refund, by=by, at=at, amount=yen(amount), reason=refund.reason)
    given(refund, Account.BANK, at=at)
    return refund


@transaction.atomic
def by_hand(payment: PaymentAttempt, amount: int, reason: str, *, by: "Actor", at: datetime) -> Refund:
    """Record that so many yen of a payment were given back at the gateway by hand. The credit for it must wait.

    Raises Refused as `to_card` does, and for what was paid for a passport (10-2).
    """
    if payment.purpose != PaymentAttempt.Purpose.INVOICE:
        text = _("A passport is never refunded. Whoever gave this back by hand must charge it again.")
        raise Refused(text, clause="10-2")
    amount = checked(payment.organisation, amount, reason, at=at)
    values = {"organisation": payment.organisation, "attempt": payment, "amount": amount, "asked_at": at}
    refund = Refund.objects.create(reason=reason.strip()[:200], state=Refund.State.DONE, state_changed_at=at, **values)
    audit.record("refund.noted", refund, by=by, at=at, amount=yen(amount), reason=refund.reason)
    given(refund, Account.CARD, at=at)
    return refund


def checked(organisation: Organisation, amount: int | None, reason: str, *, at: datetime) -> int:
    """The yen to give back, after open invoices were paid with the credit, which comes first. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Say why; the customer reads it."), field="reason")
    applying.apply(organisation, at=at)
    organisation.lock()
    most = refundable(organisation)
    amount = most if amount is None else amount
    if not 0 < amount <= most:
        text = _("Only credit that waits can be given back, and coupons never become money: here at most %(most)s.")
        raise Refused(text % {"most": yen(most)}, field="amount")
    return amount


@transaction.atomic
def finish(refund: Refund, *, at: datetime) -> None:
    """The gateway has given it back: book it and tell the customer. Raises Refused unless it is under way."""
    moved = refund.move("finish", at=at)
    audit.record("refund.given", refund, moved, by=SYSTEM, at=at, amount=yen(refund.amount))
    given(refund, Account.CARD, at=at)


def given(refund: Refund, account: Account, *, at: datetime) -> None:
    """Book it and tell those who look after the money, once."""
    sides = [(Account.RECEIVABLE, refund.amount, None), (account, -refund.amount, None)]
    book(Posting.Kind.REFUND, refund.pk, refund.organisation_id, sides, at=at)
    notices.send(
        "refund_given", refund, to=refund.organisation, occasion=str(refund.number), topic=Topic.MONEY,
        act_url=reverse("statement"), at=at,
    )  # fmt: skip


@transaction.atomic
def fail(refund: Refund, problem: str, *, at: datetime) -> None:
    """The gateway has definitely not given it back: the credit waits again. Raises Refused unless it is under way."""
    moved = refund.move("fail", at=at, problem=problem[:200])
    audit.record("refund.failed", refund, moved, by=SYSTEM, at=at, amount=yen(refund.amount))
