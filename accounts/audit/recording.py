"""Writing to the event log, and reading the history of one thing."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.audit.models import AuditEvent
from core.ids import kind_of
from core.lifecycle import Moved

if TYPE_CHECKING:
    from accounts.access import Actor

NAME_LENGTH = 200


def record(
    verb: str, subject: models.Model, moved: Moved | None = None, /, *, by: "Actor", at: datetime, **data: Any
) -> None:
    """Write one event into the caller's transaction. data: JSON values for the sentence, nothing secret in it.

    Organisation and project follow from the subject: itself, its `project`, or its `organisation`. One query.
    """
    organisation_pk, project_pk = place_of(subject)
    AuditEvent.objects.create(
        at=at,
        organisation_id=organisation_pk,
        project_id=project_pk,
        verb=verb,
        subject_kind=kind_of(subject),
        subject_pk=subject.pk,
        subject_number=getattr(subject, "number", None),
        subject_name=str(subject)[:NAME_LENGTH],
        source=moved.source if moved else "",
        target=moved.target if moved else "",
        actor_kind=by.kind,
        actor_label=by.label[:64],
        actor_user=by.user,
        actor_key=by.key,
        address=by.address or None,
        data=data,
    )


def place_of(subject: models.Model) -> tuple[int | None, int | None]:
    """The primary keys of the organisation and the project a thing belongs to; None where it has none."""
    kind = kind_of(subject)
    if kind == "accounts.organisation":
        return subject.pk, None
    if kind == "accounts.project":
        return subject.organisation_id, subject.pk  # type: ignore[attr-defined]
    project = getattr(subject, "project", None)
    if project is not None:
        return project.organisation_id, project.pk
    return getattr(subject, "organisation_id", None), None


def timeline(subject: models.Model, limit: int = 20) -> list[AuditEvent]:
    """The newest events of one thing, newest first. One query."""
    events = AuditEvent.objects.filter(subject_kind=kind_of(subject), subject_pk=subject.pk)
    return list(events.order_by("-at", "-id")[:limit])


def first_since(verb: str, subject: models.Model, since: datetime) -> datetime | None:
    """When this first happened to the thing at or after an instant; None if it has not. One query."""
    events = AuditEvent.objects.filter(subject_kind=kind_of(subject), subject_pk=subject.pk, verb=verb, at__gte=since)
    return events.order_by("at").values_list("at", flat=True).first()
