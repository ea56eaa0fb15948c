"""What workers ask the gateway about holds."""

from datetime import datetime

from billing.payments import holds
from billing.payments.drivers import Outcome, Status, gateway
from billing.payments.models import CardHold
from billing.payments.operations import surely
from core.operations.models import Operation
from core.operations.performing import Performer


def hold_of(operation: Operation) -> CardHold:
    """The hold an operation is about."""
    return CardHold.objects.select_related("card", "organisation").get(pk=operation.subject_pk)


def reserve(operation: Operation, at: datetime) -> Outcome:
    """Reserve the money. After an unknown outcome the gateway is first asked what became of the same key."""
    hold = hold_of(operation)
    return surely(operation, str(hold.uuid), lambda key: gateway().hold(key, hold.card.token, hold.amount))


def reserved(operation: Operation, outcome: Outcome, at: datetime) -> None:
    if outcome.status == Status.HELD:
        holds.held(hold_of(operation), outcome.reference, at=at)
    else:
        holds.decline(hold_of(operation), outcome.problem, outcome.reference, at=at)


def give_back(operation: Operation, at: datetime) -> Outcome:
    """Release the money; a gateway that says that nothing is held has released it."""
    hold = hold_of(operation)
    return surely(operation, f"{hold.uuid}-release", lambda key: gateway().release(key, hold.gateway_ref or ""))


def given_back(operation: Operation, outcome: Outcome, at: datetime) -> None:
    holds.released(hold_of(operation), at=at)


PERFORMERS = {
    "card.hold": Performer(reserve, reserved),
    "card.release": Performer(give_back, given_back),
}
