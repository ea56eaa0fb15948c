"""How a worker goes on with a bulk action: a portion of rows at a time."""

from datetime import datetime

from accounts.bulk import actions
from accounts.bulk.models import BulkRun
from core.operations import Pending
from core.operations.models import Operation
from core.operations.performing import Performer


def work(operation: Operation, at: datetime) -> None:
    run = BulkRun.objects.select_related("project__organisation", "user").get(pk=operation.subject_pk)
    if actions.resume(run, at=at):
        raise Pending(0)


PERFORMERS = {"bulk.work": Performer(work)}
