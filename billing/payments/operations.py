"""What workers ask the gateway for."""

from collections.abc import Callable
from datetime import datetime

import structlog

from billing.payments import actions, attempts, holds
from billing.payments.drivers import Outcome, Status, gateway
from billing.payments.models import CardSetup, PaymentAttempt
from billing.payments.purposes import PURPOSES
from core.operations import Gone, Pending, Rejected
from core.operations.models import Operation
from core.operations.performing import Performer

LONGEST_PAUSE = 3600.0
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
    """Ask the gateway what became of the card."""
    outcome = gateway().lookup(setup_of(operation).gateway_ref)
    if outcome.status == Status.OPEN:
        raise Pending(5)
    return outcome


def looked(operation: Operation, outcome: Outcome, at: datetime) -> None:
    if outcome.card is not None and outcome.status == Status.DONE:
        card = actions.register(setup_of(operation), outcome.card, at=at)
        holds.review(card.organisation, again=True, at=at)
    else:
        actions.fail(setup_of(operation), outcome.problem, at=at)


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
        raise Pending(min(LONGEST_PAUSE, 2 ** min(operation.token, 12))) from error
    if outcome.status == Status.OPEN:  # the gateway itself is still at it
        raise Pending(min(LONGEST_PAUSE, 2 ** min(operation.token, 12)))
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
    "payment.take": Performer(take, taken),
}
