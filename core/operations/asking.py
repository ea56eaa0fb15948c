"""Writing to the outbox, and looking at it."""

from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from core.errors import Refused
from core.ids import kind_of
from core.operations.models import Operation

CHANNEL = "operations"


def ask(
    kind: str, subject: models.Model, *, payload: dict[str, Any] | None = None, by: object, at: datetime
) -> Operation:
    """Ask the outside world for something, in the caller's transaction. payload: JSON, nothing secret in it.

    `by` is who asked, kept as text. Operations of one subject are performed in the order they were asked.
    """
    operation = Operation.objects.create(
        kind=kind,
        subject_kind=kind_of(subject),
        subject_pk=subject.pk,
        payload=payload or {},
        created_at=at,
        created_by=str(getattr(by, "label", by))[:64],
        next_at=at,
    )
    wake()
    return operation


def wake() -> None:
    """Tell the relay to look, when this transaction commits; PostgreSQL folds repeats within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def pending(subject: models.Model) -> Operation | None:
    """The oldest operation of the subject that isn't finished, or None. One query."""
    return of(subject).filter(state__in=("WAITING", "RUNNING")).order_by("id").first()


def latest(subject: models.Model) -> Operation | None:
    """The newest operation of the subject, or None. One query."""
    return of(subject).order_by("-id").first()


def of(subject: models.Model) -> models.QuerySet[Operation]:
    """All operations of the subject."""
    return Operation.objects.filter(subject_kind=kind_of(subject), subject_pk=subject.pk)


def retry(operation: Operation, *, at: datetime) -> None:
    """Perform a failed operation once more, with the same key. Raises Refused when it has not failed."""
    again = {"state": "WAITING", "attempts": 0, "next_at": at, "finished_at": None, "error": ""}
    if not Operation.objects.filter(pk=operation.pk, state="FAILED").update(**again):
        raise Refused(_("Only a failed operation can be retried."))
    wake()


def hasten(rows: models.QuerySet[Operation], *, at: datetime) -> None:
    """Have what waits for a later look, or was given up, performed at once, with the same key."""
    again = {"state": "WAITING", "attempts": 0, "next_at": at, "finished_at": None, "error": ""}
    rows.filter(state="FAILED").update(**again)
    rows.filter(state="WAITING", next_at__gt=at).update(next_at=at)
    wake()


def supersede(kind: str, subject: models.Model, *, at: datetime) -> int:
    """Drop the unfinished operations of a kind: a stronger one follows. Their workers' results no longer count."""
    unfinished = of(subject).filter(kind=kind, state__in=("WAITING", "RUNNING"))
    return unfinished.update(state="DONE", finished_at=at, lease_until=None, error="superseded")
