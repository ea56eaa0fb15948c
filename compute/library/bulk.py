"""What can be done in bulk to all that customers keep: protect, unprotect, delete."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE, CREATE, Actor
from accounts.bulk import BulkVerb
from accounts.bulk.lists import Act
from core.errors import Text

GONE_FOR_GOOD: tuple[Text, str] = (_("Their contracts end today. This can't be undone."), "6-1")


def protection(protect: Callable[..., None]) -> list[BulkVerb]:
    """Locking against deletion, and unlocking. protect: the action, with `protected`."""

    def lock(row: Any, /, *, by: Actor, at: datetime) -> None:
        protect(row, protected=True, by=by, at=at)

    def unlock(row: Any, /, *, by: Actor, at: datetime) -> None:
        protect(row, protected=False, by=by, at=at)

    return [
        BulkVerb("protect", _("Protect against deletion"), lock, ARRANGE, "lock"),
        BulkVerb("unprotect", _("Remove protection"), unlock, ARRANGE, "lock"),
    ]


def deletion(delete: Act, *points: tuple[Text, str]) -> BulkVerb:
    """Deleting what is charged by contract. points: what else one should know first."""
    return BulkVerb("delete", _("Delete"), delete, CREATE, "trash", "bad", typed=True, points=[GONE_FOR_GOOD, *points])
