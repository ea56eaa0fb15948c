"""How workers send: one operation a subscription pumps until nothing waits and no report is missing."""

from datetime import datetime

from accounts.access import SYSTEM
from core.operations import Pending
from core.operations.models import Operation
from core.operations.performing import Performer
from sms.drivers import supplier
from sms.messages import actions, sending
from sms.subscriptions.models import Subscription

BATCH, ROUNDS = 200, 20
SOON = 1.0


def pump(operation: Operation, at: datetime) -> None:
    """Hand over what waits and fetch reports, a few batches at a time; look again while there is more to come."""
    if supplier().has_daemon:
        return
    for _round in range(ROUNDS):
        batch = sending.claim(limit=BATCH, only=operation.subject_pk, at=at)
        if not batch:
            break
        sending.settle(supplier().submit(batch, at=at), at=at)
    receive(at)
    if sending.sendable(only=operation.subject_pk, at=at):
        raise Pending(SOON)
    if supplier().pending():
        raise Pending(SOON)


def receive(at: datetime) -> None:
    """Write down what the supplier reports, then tell it so."""
    while receipts := supplier().receipts(at=at):
        sending.report(receipts, at=at)
        supplier().acknowledge(receipts)


def pumped(operation: Operation, _result: object, at: datetime) -> None:
    """Whatever came in while the pump was stopping is looked at by the next one."""
    if not supplier().has_daemon and sending.sendable(only=operation.subject_pk, at=at):
        actions.wake(Subscription.objects.get(pk=operation.subject_pk), by=SYSTEM, at=at)


PERFORMERS = {actions.PUMP: Performer(pump, pumped)}
