"""What a person may change about themselves; passwords, addresses and second factors are allauth's."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.users.models import User
from core.errors import Refused

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


@transaction.atomic
def set_active(user: User, *, active: bool, by: "Actor", at: datetime) -> None:
    """Lock a person out (all sessions end at once) or let them in again. Raises Refused when nothing would change."""
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise Refused(_("Nothing to change."))
    user.is_active = active
    audit.record("user.let_in" if active else "user.locked_out", user, by=by, at=at)
