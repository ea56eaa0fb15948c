"""What workers ask the gateway to compare with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.payments.drivers import Transaction, gateway
from billing.reconciliation import actions
from billing.reconciliation.comparing import horizon
from billing.reconciliation.models import Reconciliation
from core.operations import Pending
from core.operations.models import Operation
from core.operations.performing import Performer

# How long a comparison waits for outcomes that are being looked up, looking again every so many seconds.
WAITS, PAUSE = timedelta(minutes=10), 30


@dataclass(frozen=True)
class Answer:
    """The gateway's list, and when it was asked for it."""

    transactions: Iterable[Transaction]
    asked_at: datetime


def reconciliation_of(operation: Operation) -> Reconciliation:
    """The comparison an operation is about."""
    return Reconciliation.objects.get(pk=operation.subject_pk)


def ask(operation: Operation, at: datetime) -> Answer:
    """The gateway's payments; a little later while unknown outcomes are being looked up."""
    if at < operation.created_at + WAITS and actions.unknown().filter(created_at__lt=operation.created_at).exists():
        raise Pending(PAUSE)
    return Answer(gateway().transactions(horizon(reconciliation_of(operation).since)), at)


def answered(operation: Operation, answer: Answer, at: datetime) -> None:
    actions.finish(reconciliation_of(operation), answer.transactions, before=answer.asked_at, at=at)


def failed(operation: Operation, text: str, at: datetime) -> None:
    actions.fail(reconciliation_of(operation), at=at)


PERFORMERS = {"gateway.reconcile": Performer(ask, answered, failed)}
