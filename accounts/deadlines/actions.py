"""Setting and clearing deadlines, and the secret address of a calendar feed."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from accounts import audit
from accounts.audit.recording import place_of
from accounts.deadlines.models import Deadline, Feed
from accounts.users.models import User
from core.ids import kind_of

if TYPE_CHECKING:
    from accounts.access import Actor
    from accounts.organisations.models import Organisation


def put(
    kind: str, subject: models.Model, *, occasion: str = "", due_at: datetime, act_url: str, at: datetime, **data: Any
) -> None:
    """Set a deadline, or move it when it is set already. kind: key of its sentence, "deadline.pause_limit".

    due_at: the instant until which acting counts; for a whole day the first instant after it. act_url: the page where
    to act. data: JSON for the sentence beside %(name)s. The subject says which organisation and project
    it is of; raises TypeError when it is of none.
    """
    organisation_pk, project_pk = place_of(subject)
    if organisation_pk is None:
        raise TypeError(f"{kind_of(subject)} belongs to no organisation")
    values = {
        "due_at": due_at,
        "act_url": act_url,
        "data": {"name": str(subject), **data},
        "set_at": at,
        "done_at": None,
    }
    Deadline.objects.update_or_create(
        kind=kind,
        subject_kind=kind_of(subject),
        subject_pk=subject.pk,
        occasion=occasion,
        defaults={**values, "organisation_id": organisation_pk, "project_id": project_pk},
    )


def clear(subject: models.Model, kind: str = "", *, occasion: str = "", at: datetime) -> int:
    """What was due is done, or no longer matters: all of the subject, or one kind or occasion. Returns how many."""
    rows = Deadline.objects.filter(subject_kind=kind_of(subject), subject_pk=subject.pk, done_at=None)
    named = {name: value for name, value in (("kind", kind), ("occasion", occasion)) if value}
    return rows.filter(**named).update(done_at=at)


@transaction.atomic
def open_feed(user: User, organisation: "Organisation", *, by: "Actor", at: datetime) -> str:
    """A new secret for the person's calendar feed; the former address stops working. Returns the secret, shown once."""
    token = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(
        user=user, organisation=organisation, defaults={"token_hash": hash_of(token), "created_at": at}
    )
    audit.record("feed.opened", organisation, by=by, at=at)
    return token


def find_feed(token: str) -> Feed | None:
    """The feed of a secret, of a person who is still active; or None."""
    feeds = Feed.objects.select_related("user", "organisation").filter(user__is_active=True)
    return feeds.filter(token_hash=hash_of(token)).first()


def hash_of(token: str) -> bytes:
    """What the database keeps of a feed's secret."""
    return hashlib.sha256(token.encode()).digest()
