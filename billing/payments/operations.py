"""What workers ask the gateway for."""

from datetime import datetime

from billing.payments import actions
from billing.payments.drivers import Outcome, Status, gateway
from billing.payments.models import CardSetup
from core.operations import Pending
from core.operations.models import Operation
from core.operations.performing import Performer


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
        actions.register(setup_of(operation), outcome.card, at=at)
    else:
        actions.fail(setup_of(operation), outcome.problem, at=at)


def failed(operation: Operation, text: str, at: datetime) -> None:
    actions.fail(setup_of(operation), text, at=at)


PERFORMERS = {
    "card.setup": Performer(create, created, failed),
    "card.check": Performer(look, looked, failed),
}
