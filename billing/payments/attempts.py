"""Taking money from a card: one attempt at a time, committed before the gateway is called, finished once.

    attempt = attempts.ask(organisation, PaymentAttempt.Purpose.PASSPORT, passport.pk, yen, by=by, at=at)

What a success or a decline means for the thing that is paid says `billing/payments/purposes.py`.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.payments import holds
from billing.payments.actions import card_of
from billing.payments.models import CardHold, PaymentAttempt
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from core import operations
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def ask(
    organisation: Organisation,
    purpose: str,
    subject_pk: int,
    amount: int,
    *,
    card_hold: CardHold | None = None,
    by: "Actor",
    at: datetime,
) -> PaymentAttempt:
    """Ask a worker to take `amount` yen, tax included, from the card in use (4-2); in the caller's transaction.

    purpose and subject_pk: what is paid. card_hold: captured from it instead of charged. Raises Refused without a card,
    beyond what is held, while an attempt for the same thing is under way, and when it is paid already.
    """
    card = card_of(organisation)
    if card is None:
        text = _("No card is registered, so nothing can be paid. Register one first.")
        raise Refused(text, clause="4-2", code="card_needed")
    same = PaymentAttempt.objects.filter(purpose=purpose, subject_pk=subject_pk)
    position = (same.aggregate(last=Max("position"))["last"] or 0) + 1
    values = {"organisation": organisation, "card": card, "amount": amount, "asked_at": at, "state_changed_at": at}
    if card_hold is not None:
        holds.begin_capture(card_hold, amount, at=at)
        values["card_hold"] = card_hold
    try:
        with transaction.atomic():
            attempt = PaymentAttempt.objects.create(purpose=purpose, subject_pk=subject_pk, position=position, **values)
    except IntegrityError as error:
        raise Refused(_("A payment for this is under way. Nothing was charged again."), code="conflict") from error
    if same.filter(
        state=PaymentAttempt.State.SUCCEEDED, card_hold__isnull=card_hold is None
    ).exists():  # asked last: a rival may have just succeeded
        raise Refused(_("This is paid already. Nothing was charged again."), code="conflict")
    operations.ask("payment.take", attempt, by=by, at=at)
    audit.record("payment.asked", attempt, by=by, at=at, amount=amount)
    return attempt


@transaction.atomic
def succeed(attempt: PaymentAttempt, reference: str, *, at: datetime) -> None:
    """The gateway has taken the money: book it. Raises Refused unless the attempt is open."""
    moved = attempt.move("succeed", at=at, gateway_ref=reference)
    if attempt.card_hold is not None:
        holds.captured(attempt.card_hold, attempt.amount, at=at)
    sides = [(Account.CARD, attempt.amount, None), (Account.RECEIVABLE, -attempt.amount, attempt.invoice_pk)]
    book(Posting.Kind.PAYMENT, attempt.pk, attempt.organisation_id, sides, at=at)
    audit.record("payment.succeeded", attempt, moved, by=SYSTEM, at=at, amount=attempt.amount)


@transaction.atomic
def decline(attempt: PaymentAttempt, problem: str, reference: str = "", *, at: datetime) -> None:
    """The gateway has definitely not taken it. problem: why, in words. Raises Refused unless the attempt is open."""
    moved = attempt.move("decline", at=at, problem=problem[:200], gateway_ref=reference or None)
    if attempt.card_hold is not None:
        holds.lose(attempt.card_hold, at=at)
    audit.record("payment.declined", attempt, moved, by=SYSTEM, at=at, amount=attempt.amount)
