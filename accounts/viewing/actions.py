"""Staff look at the panel as a customer sees it: read-only, for half an hour, and the customer can see that."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts import audit
from accounts.organisations.models import Organisation

if TYPE_CHECKING:
    from accounts.access import Actor

SESSION_KEY = "view_as"
LASTS = timedelta(minutes=30)


def start(session: Any, organisation: Organisation, *, reason: str, by: "Actor", at: datetime) -> None:
    """Begin looking. The reason and the name stand in the customer's event log."""
    audit.record("organisation.viewed", organisation, by=by, at=at, reason=reason)
    session[SESSION_KEY] = {"organisation": organisation.pk, "until": (at + LASTS).isoformat()}


def stop(session: Any) -> None:
    """Stop looking."""
    session.pop(SESSION_KEY, None)


def viewed(session: Any, at: datetime) -> int | None:
    """The primary key of the organisation that is looked at now, or None."""
    kept = session.get(SESSION_KEY)
    if kept is None or datetime.fromisoformat(kept["until"]) <= at:
        return None
    return int(kept["organisation"])
