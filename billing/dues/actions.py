"""The due run: charging what is due, telling who is late, and proposing the rest to staff."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from billing.dues import rules
from billing.dues.models import DueStep
from billing.invoices.models import Invoice
from billing.means import hybrid, streams
from billing.payments import attempts, holds
from billing.payments.actions import card_of
from billing.payments.models import PaymentAttempt
from billing.postings.queries import open_of
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

Outcome = DueStep.Outcome


@transaction.atomic
def take(invoice: Invoice, day: int, *, at: datetime) -> DueStep:
    """Take one step of the due run (4-1). day: one of `rules.STEPS`.

    Raises Refused when it was taken before, and while a payment is under way: then nothing changed and the next sweep
    looks again.
    """
    outcome = outcome_of(invoice, day)
    try:
        with transaction.atomic():
            step = DueStep.objects.create(invoice=invoice, day=day, outcome=outcome, at=at)
    except IntegrityError as error:
        raise Refused(_("This step was taken already."), code="conflict") from error
    if outcome == Outcome.CHARGED:
        pay(invoice, by=SYSTEM, at=at)
    elif outcome == Outcome.MERGED:
        hybrid.hand_over(invoice, at=at)
    elif outcome == Outcome.NO_CARD:
        tell("payment_needs_card", invoice, str(day), at=at)
    elif outcome == Outcome.TOLD:
        tell("invoice_overdue", invoice, str(day), at=at)
    return step


def outcome_of(invoice: Invoice, day: int) -> Outcome:
    """What the step is for this invoice: it may be paid by another means than the card (4-2, 13-2)."""
    if day == rules.PROPOSAL:
        return Outcome.PROPOSED
    if day in rules.REMINDERS:
        return Outcome.TOLD
    match streams.of_invoice(invoice):
        case streams.Kind.BANK:
            return Outcome.BANK
        case streams.Kind.OTHER_BILL:
            return Outcome.MERGED
        case _card:
            return Outcome.CHARGED if card_of(invoice.organisation) else Outcome.NO_CARD


@transaction.atomic
def pay(invoice: Invoice, *, by: "Actor", at: datetime) -> PaymentAttempt:
    """Pay what is open of an invoice with the card in use. Raises Refused when nothing is, or one is under way.

    What is held on the card is captured (4-3), the rest of the hold goes; what exceeds it is charged after that.
    """
    amount = open_of(invoice.pk)
    if amount <= 0:
        raise Refused(_("This invoice is paid already. Nothing was charged."), clause="4-1", code="conflict")
    hold = holds.for_invoice(invoice.organisation, invoice.pk, at=at)
    taken = min(amount, hold.amount) if hold else amount
    purpose = PaymentAttempt.Purpose.INVOICE
    attempt = attempts.ask(invoice.organisation, purpose, invoice.pk, taken, card_hold=hold, by=by, at=at)
    if open_of(invoice.pk) != amount:  # asked last: a rival may have just paid a part
        raise Refused(_("A payment for this is under way. Nothing was charged again."), code="conflict")
    return attempt


def paid(attempt: PaymentAttempt, at: datetime) -> None:
    """Charge what exceeds the hold; then the card has proven itself (4-3)."""
    if attempt.card_hold_id is not None and open_of(attempt.subject_pk) > 0 and pay_on(attempt, at):
        return
    holds.paid(attempt.organisation, at=at)


def pay_on(attempt: PaymentAttempt, at: datetime) -> bool:
    """Go on with a charge; False when that is refused, then the due run goes on."""
    try:
        pay(Invoice.objects.select_related("organisation").get(pk=attempt.subject_pk), by=SYSTEM, at=at)
    except Refused:
        return False
    return True


def declined(attempt: PaymentAttempt, at: datetime) -> None:
    """Tell the customer why the card did not pay, and what to do; a hold that has lapsed is charged instead."""
    if attempt.card_hold_id is not None and pay_on(attempt, at):
        return
    invoice = Invoice.objects.select_related("organisation").get(pk=attempt.subject_pk)
    tell("payment_declined", invoice, str(attempt.position), at=at, problem=attempt.problem)


def tell(kind: str, invoice: Invoice, occasion: str, *, at: datetime, problem: str = "") -> None:
    """Tell those who look after money about an invoice, once per occasion."""
    notices.send(
        kind,
        invoice,
        to=invoice.organisation,
        occasion=occasion,
        topic=Topic.MONEY,
        act_url=reverse("invoice", args=[invoice.number]),
        at=at,
        open=open_of(invoice.pk),
        problem=problem,
    )
