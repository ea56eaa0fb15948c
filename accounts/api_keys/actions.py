"""Making, checking and revoking keys of the API."""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit
from accounts.api_keys.models import ApiKey
from accounts.levels import Level
from accounts.projects.models import Project
from core.calendar import jst_date
from core.errors import Forbidden, Refused

if TYPE_CHECKING:
    from accounts.access import Actor

# What an unknown token's secret is compared with, so that it takes as long as a known one's.
NO_HASH = bytes(32)


@transaction.atomic
def create(
    project: Project,
    *,
    name: str,
    level: Level,
    may_bill: bool = False,
    may_eventlog: bool = False,
    by: "Actor",
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key; returns it with its secret (64 characters), which is shown now and never again.

    Raises Forbidden when the key would be allowed more than its maker.
    """
    seat = by.seat_in(project.organisation_id)
    if level > by.level_in(project.pk) or (may_bill and not seat.bill) or (may_eventlog and not seat.eventlog):
        raise Forbidden(_("A key can't be allowed more than you are."))
    secret = secrets.token_urlsafe(48)
    key = ApiKey.objects.create(
        project=project,
        name=name,
        token=uuid.uuid4(),
        secret_hash=hash_of(secret),
        level=level,
        may_bill=may_bill,
        may_eventlog=may_eventlog,
        created_by=by.user,
        created_at=at,
    )
    audit.record(
        "api_key.created", key, by=by, at=at, level=Level(level).name, may_bill=may_bill, may_eventlog=may_eventlog
    )
    return key, secret


@transaction.atomic
def revoke(key: ApiKey, *, by: "Actor", at: datetime) -> None:
    """Make a key worthless at once. Raises Refused when it is revoked already."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        raise Refused(_("This key is revoked already."))
    key.revoked_at = at
    audit.record("api_key.revoked", key, by=by, at=at)


def authenticate(token: str, secret: str, at: datetime) -> ApiKey | None:
    """The key that token and secret prove, with its project and organisation; None for anything else. One query.

    Writes the day of use at most once a day. Keys of closed projects and closed organisations prove nothing.
    """
    key = find(token)
    proven = hmac.compare_digest(bytes(key.secret_hash) if key else NO_HASH, hash_of(secret))
    if key is None or not proven:
        return None
    today = jst_date(at)
    if key.last_used_on is None or key.last_used_on < today:
        ApiKey.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=today), pk=key.pk).update(last_used_on=today)
    return key


def find(token: str) -> ApiKey | None:
    """The living key with this token, or None."""
    try:
        parsed = uuid.UUID(token)
    except ValueError:
        return None
    rows = ApiKey.objects.select_related("project__organisation").filter(revoked_at=None, project__closed_at=None)
    return rows.filter(token=parsed).exclude(project__organisation__state="CLOSED").first()


def hash_of(secret: str) -> bytes:
    """What the database keeps of a secret. A fast hash will do: the secret is 48 random bytes."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
