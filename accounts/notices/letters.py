"""Mails with a secret link (sign-up, password, invitation): sealed in the database until a worker has sent them."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.notices import wording
from accounts.notices.models import Letter
from core import operations, secrets

PURPOSE = "letter"


@dataclass(frozen=True)
class Content:
    """What a letter says: text as in templates/notices, the path or address its button leads to, its language."""

    text: str
    act_url: str = ""
    language: str = "ja"


@transaction.atomic
def post(kind: str, to: str, *, act_url: str = "", by: object, at: datetime, **context: Any) -> Letter:
    """Write a letter in the active language and ask for it to be mailed. kind: templates/notices/<kind>.txt."""
    language = get_language() or "ja"
    text = wording.render(kind, language, {"act_url": act_url, "at": at, **context})
    content = Content(text, act_url, language)
    sealed = secrets.seal(json.dumps(asdict(content)).encode(), PURPOSE)
    letter = Letter.objects.create(to=to, kind=kind, sealed=sealed, created_at=at)
    operations.ask("letter.mail", letter, by=by, at=at)
    return letter


def content(letter: Letter) -> Content:
    """The opened letter."""
    return Content(**json.loads(secrets.unseal(bytes(letter.sealed), PURPOSE)))


def sent(letter: Letter, *, at: datetime) -> None:
    """Forget what it said, now that it is on its way."""
    Letter.objects.filter(pk=letter.pk).update(sent_at=at, sealed=b"")
