"""What customers call things, and whether they protect them: one verb each for all that have these."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.access import Actor
from billing import contracts


@transaction.atomic
def edit(thing: Any, verb: str, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change name, description, tags or another note of the customer's; invoices use the new name.

    verb: of the event, e.g. "switch.edited".
    """
    type(thing)._base_manager.filter(pk=thing.pk).update(**values)
    for field, value in values.items():
        setattr(thing, field, value)
    if getattr(thing, "contract", None) is not None:
        contracts.rename(thing.contract, thing.name)
    audit.record(verb, thing, by=by, at=at)


def protect(thing: Any, kind: str, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock something against deletion, or unlock it. kind: the first word of its events."""
    edit(thing, f"{kind}.protected" if protected else f"{kind}.unprotected", protected=protected, by=by, at=at)
