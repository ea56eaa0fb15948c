"""What workers do for the runs of months."""

from datetime import datetime

from billing.invoices import closing, tasks
from billing.invoices.models import BillingRun
from core.calendar import Month
from core.operations.errors import Pending
from core.operations.models import Operation
from core.operations.performing import Performer


def close(operation: Operation, at: datetime) -> None:
    """Close a month: chunk by chunk, each in its own transaction; safe to repeat."""
    closing.close(Month.of(BillingRun.objects.get(pk=operation.subject_pk).month), at=at)


def publish(operation: Operation, at: datetime) -> None:
    """Tell one batch of customers; Pending while there are more."""
    if tasks.publish_some(BillingRun.objects.get(pk=operation.subject_pk), at=at):
        raise Pending(1)


PERFORMERS = {
    "run.close": Performer(close),
    "run.publish": Performer(publish),
}
