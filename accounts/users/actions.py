"""What a person may change about themselves; passwords, addresses and second factors are allauth's."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def update(user: User, *, name: str, language: str, by: "Actor", at: datetime) -> None:
    """Change name and language. language: "ja" or "en"."""
    if (user.name, user.language) == (name, language):
        return
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    audit.record("user.updated", user, by=by, at=at)
