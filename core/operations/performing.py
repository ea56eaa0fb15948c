"""Workers: claim what is due under a lease, call the driver, record the result with its facts in one transaction."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from core.errors import Refused
from core.operations.errors import DriverError, Gone, Pending, Rejected
from core.operations.models import Operation

LEASE_SECONDS = 120
BATCH = 20
MAX_ATTEMPTS = 8
log = structlog.get_logger(__name__)


def nothing(*_: Any) -> None:
    """No facts to record."""


@dataclass(frozen=True)
class Performer:
    """How one kind of operation is performed.

    call(operation, at): talks to the driver, outside any transaction; must be idempotent by `operation.uuid`. Returns a
    result, or raises Pending (look again later), Retryable, Rejected or Gone.
    finish(operation, result, at): an action that records the facts, in one transaction with DONE.
    failed(operation, text, at): an action for when it will never succeed, in one transaction with FAILED.
    """

    call: Callable[[Operation, datetime], Any]
    finish: Callable[[Operation, Any, datetime], None] = nothing
    failed: Callable[[Operation, str, datetime], None] = nothing


@cache
def performers() -> dict[str, Performer]:
    """All performers of all apps, by kind of operation (settings.OPERATION_PERFORMERS)."""
    merged: dict[str, Performer] = {}
    for path in settings.OPERATION_PERFORMERS:
        merged |= import_string(path)
    return merged


CLAIM = """
UPDATE core_operation SET state = 'RUNNING', token = token + 1, attempts = attempts + 1,
       lease_until = clock_timestamp() + %(lease)s
WHERE id IN (
    SELECT o.id FROM core_operation o
    WHERE o.state IN ('WAITING', 'RUNNING') AND o.next_at <= %(at)s
      AND (o.state = 'WAITING' OR o.lease_until < clock_timestamp())
      AND NOT EXISTS (SELECT 1 FROM core_operation e
                      WHERE e.subject_kind = o.subject_kind AND e.subject_pk = o.subject_pk
                        AND e.id < o.id AND e.state IN ('WAITING', 'RUNNING'))
    ORDER BY o.next_at, o.id LIMIT %(limit)s FOR UPDATE OF o SKIP LOCKED)
RETURNING *
"""


def claim(*, limit: int = BATCH, at: datetime) -> list[Operation]:
    """Take what is due and free, or whose worker's lease ran out; each with a new fencing token."""
    lease = timedelta(seconds=LEASE_SECONDS)
    rows = Operation.objects.raw(CLAIM, {"lease": lease, "at": at, "limit": limit})
    return sorted(rows, key=lambda operation: operation.pk)


def perform_due(*, at: datetime) -> int:
    """Claim and perform one batch; returns how many were claimed."""
    operations = claim(at=at)
    for operation in operations:
        perform(operation, at=at)
    return len(operations)


def perform(operation: Operation, *, at: datetime) -> None:
    """Perform one claimed operation. Never raises: every outcome is written into its row."""
    performer = performers().get(operation.kind)
    try:
        if performer is None:
            raise Rejected(f"unknown operation {operation.kind}")
        result = performer.call(operation, at)
        with transaction.atomic():
            if settle(operation, "DONE", at=at):
                performer.finish(operation, result, at)
    except Pending as pending:
        look_again(operation, pending.seconds, at=at)
    except Refused as refusal:
        settle(operation, "DONE", at=at, error=f"superseded: {refusal}")
    except (Rejected, Gone) as error:
        give_up(operation, performer, str(error), at=at)
    except Exception as error:
        if not isinstance(error, DriverError):
            log.exception("operation_failed", kind=operation.kind, uuid=str(operation.uuid))
        try_again(operation, performer, error, at=at)


def settle(operation: Operation, state: str, *, at: datetime, error: str = "") -> bool:
    """Finish the row if our fencing token is still the newest; else another worker has taken over."""
    mine = Operation.objects.filter(pk=operation.pk, token=operation.token, state="RUNNING")
    return bool(mine.update(state=state, finished_at=at, lease_until=None, error=error[:500]))


def look_again(operation: Operation, seconds: float, *, at: datetime) -> None:
    """The other side is still at work: look again later; this was no failed attempt."""
    mine = Operation.objects.filter(pk=operation.pk, token=operation.token, state="RUNNING")
    mine.update(state="WAITING", attempts=operation.attempts - 1, next_at=at + timedelta(seconds=seconds))


def try_again(operation: Operation, performer: Performer | None, error: Exception, *, at: datetime) -> None:
    """Back off with jitter (2, 4, 8 ... 300 seconds), with the same key; give up after the last attempt."""
    text = str(error) if isinstance(error, DriverError) else "The other side did not answer as expected."
    if operation.attempts >= MAX_ATTEMPTS:
        return give_up(operation, performer, text, at=at)
    pause = min(300, 2**operation.attempts) * random.uniform(0.75, 1.25)  # noqa: S311
    mine = Operation.objects.filter(pk=operation.pk, token=operation.token, state="RUNNING")
    mine.update(state="WAITING", next_at=at + timedelta(seconds=pause), error=text[:500])
    return None


def give_up(operation: Operation, performer: Performer | None, text: str, *, at: datetime) -> None:
    """It will never succeed: the subject shows why, staff see it in the queue."""
    with transaction.atomic():
        if settle(operation, "FAILED", at=at, error=text) and performer is not None:
            try:
                with transaction.atomic():
                    performer.failed(operation, text, at)
            except Refused:
                log.info("failure_superseded", kind=operation.kind, uuid=str(operation.uuid))


def due(at: datetime) -> bool:
    """Whether a worker would find something to do."""
    free = Q(state="WAITING") | Q(state="RUNNING", lease_until__lt=Now())
    return Operation.objects.filter(free, next_at__lte=at).exists()


def next_at(after: datetime) -> datetime | None:
    """When something waiting becomes due, later than `after`; for the simulation."""
    later = Operation.objects.filter(state="WAITING", next_at__gt=after)
    earliest: datetime | None = later.aggregate(at=Min("next_at"))["at"]
    return earliest
