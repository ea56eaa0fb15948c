"""What workers ask the gateway about refunds."""

from datetime import datetime

from billing.payments.drivers import Outcome, Status, gateway
from billing.payments.operations import surely
from billing.refunds import actions
from billing.refunds.models import Refund
from core.operations.models import Operation
from core.operations.performing import Performer


def refund_of(operation: Operation) -> Refund:
    """The refund an operation is about."""
    return Refund.objects.select_related("attempt", "organisation").get(pk=operation.subject_pk)


def give(operation: Operation, at: datetime) -> Outcome:
    """Give the money back. After an unknown outcome the gateway is first asked what became of the same key."""
    refund = refund_of(operation)
    paid = refund.attempt.gateway_ref if refund.attempt else None
    return surely(operation, str(refund.uuid), lambda key: gateway().refund(key, paid or "", refund.amount))


def given(operation: Operation, outcome: Outcome, at: datetime) -> None:
    if outcome.status == Status.DECLINED:
        actions.fail(refund_of(operation), outcome.problem, at=at)
    else:
        actions.finish(refund_of(operation), at=at)


# One whose worker gives up stays under way: only a definite answer closes it. Staff see it and retry the operation.
PERFORMERS = {"refund.give": Performer(give, given)}
