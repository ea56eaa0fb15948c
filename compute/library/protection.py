"""The lock against deletion that customers put on what they can't afford to lose."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.access import Actor


@transaction.atomic
def protect(thing: Any, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock a resource against deletion, or unlock it."""
    type(thing)._base_manager.filter(pk=thing.pk).update(protected=protected)
    thing.protected = protected
    verb = "protected" if protected else "unprotected"
    audit.record(f"{thing._meta.model_name}.{verb}", thing, by=by, at=at)
