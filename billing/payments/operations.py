"""What workers ask the gateway for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from billing.payments import actions, attempts, holds
from billing.payments.drivers import Outcome, Status, gateway
from billing.payments.models import Card, CardHold, CardSetup, PaymentAttempt
from billing.payments.purposes import PURPOSES
from core.operations import Gone, Pending, Rejected
from core.operations.models import Operation
from core.operations.performing import Performer

LONGEST_PAUSE = 3600.0
# How long a card that the customer says is given may be unknown at the gateway.
PATIENCE = timedelta(minutes=1)
log = structlog.get_logger(__name__)


def setup_of(operation: Operation) -> CardSetup:
    """The registration an operation is about."""
    return CardSetup.objects.select_related("organisation").get(pk=operation.subject_pk)


def create(operation: Operation, at: datetime) -> Outcome:
    """Ask the gateway to prepare for a card."""
    return gateway().create_setup(str(operation.uuid), str(setup_of(operation).organisation.number))


def created(operation: Operation, outcome: Outcome, at: datetime) -> None:
    actions.prepared(setup_of(operation), outcome.reference, outcome.client_secret, at=at)


def look(operation: Operation, at: datetime) -> Outcome:
    """Ask the gateway what became of the card; for a minute it may still be waiting for it."""
    setup = setup_of(operation)
    outcome = gateway().lookup(setup.gateway_ref)
    if outcome.status == Status.OPEN and at < operation.created_at + PATIENCE:
        raise Pending(5)
    return outcome


def looked(operation: Operation, outcome: Outcome, at: datetime) -> None:
    if outcome.card is not None and outcome.status == Status.DONE:
        holds.with_card(setup_of(operation), outcome.card, at=at)
    elif outcome.status == Status.OPEN:
        actions.reopen(setup_of(operation), at=at)
    else:
        actions.fail(setup_of(operation), outcome.problem, at=at)


def look_once(operation: Operation, at: datetime) -> Outcome:
    """What became of a registration that nobody went on with."""
    return gateway().lookup(setup_of(operation).gateway_ref)


def looked_last(operation: Operation, outcome: Outcome, at: datetime) -> None:
    if outcome.card is not None:
        holds.with_card(setup_of(operation), outcome.card, at=at)
    else:
        actions.abandon(setup_of(operation), at=at)


def forget(operation: Operation, at: datetime) -> Card:
    """Have the gateway forget a card, however long it takes; not while money is being asked of it."""
    card = Card.objects.get(pk=operation.subject_pk)
    taking = PaymentAttempt.objects.filter(card=card, state=PaymentAttempt.State.OPEN).exists()
    if taking or CardHold.objects.filter(card=card, state=CardHold.State.OPEN).exists():
        raise Pending(60)
    try:
        gateway().forget(str(operation.uuid), card.token)
    except Gone:  # forgotten already
        return card
    except Rejected:
        raise
    except Exception as error:
        log.warning("card_not_forgotten", card=card.pk, error=repr(error))
        raise Pending(pause(operation)) from error
    return card


def was_forgotten(operation: Operation, card: Card, at: datetime) -> None:
    actions.forgotten(card, at=at)


def pause(operation: Operation) -> float:
    """Seconds until the next look: 2, 4, 8, ... an hour."""
    return float(min(LONGEST_PAUSE, 2 ** min(operation.token, 12)))


def failed(operation: Operation, text: str, at: datetime) -> None:
    actions.fail(setup_of(operation), text, at=at)


def attempt_of(operation: Operation) -> PaymentAttempt:
    """The attempt an operation is about."""
    return PaymentAttempt.objects.select_related("card", "card_hold", "organisation").get(pk=operation.subject_pk)


def take(operation: Operation, at: datetime) -> Outcome:
    """Take the money. After an unknown outcome the gateway is first asked what became of the same key."""
    attempt = attempt_of(operation)
    token, amount, hold = attempt.card.token, attempt.amount, attempt.card_hold

    def call(key: str) -> Outcome:
        return gateway().capture(key, hold.gateway_ref or "", amount) if hold else gateway().charge(key, token, amount)

    return surely(operation, str(attempt.uuid), call)


def surely(operation: Operation, key: str, call: Callable[[str], Outcome]) -> Outcome:
    """The definite outcome of a call that moves money; raises Pending, for as long as it takes, while it is unknown."""
    try:
        known = gateway().find(key, operation.created_at) if operation.token > 1 else None
        outcome = known or call(key)
    except (Rejected, Gone) as refusal:
        return Outcome("", Status.DECLINED, problem=str(refusal))
    except Exception as error:
        log.warning("payment_unknown", key=key, error=repr(error))
        raise Pending(pause(operation)) from error
    if outcome.status == Status.OPEN:  # the gateway itself is still at it
        raise Pending(pause(operation))
    return outcome


def taken(operation: Operation, outcome: Outcome, at: datetime) -> None:
    """What became of it, and what that means for what is paid."""
    attempt = attempt_of(operation)
    purpose = PURPOSES[attempt.purpose]
    if outcome.status == Status.CAPTURED:
        attempts.succeed(attempt, outcome.reference, at=at)
        purpose.paid(attempt, at)
    else:
        attempts.decline(attempt, outcome.problem, outcome.reference, at=at)
        purpose.declined(attempt, at)


# An attempt whose worker gives up stays open: only a definite answer closes it. Staff see it and retry the operation.
PERFORMERS = {
    "card.setup": Performer(create, created, failed),
    "card.check": Performer(look, looked, failed),
    "card.last_look": Performer(look_once, looked_last, failed),
    "card.forget": Performer(forget, was_forgotten),
    "payment.take": Performer(take, taken),
}
