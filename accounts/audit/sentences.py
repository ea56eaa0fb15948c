"""Human sentences for events and deadlines. Each app exports `SENTENCES = {key: text}` (settings.SENTENCES).

A text may use %(name)s, the subject's name at that time, and whatever the event's data holds.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@cache
def book() -> dict[str, Promise]:
    """All sentences of all apps by key: "server.stopped"."""
    merged: dict[str, Promise] = {}
    for path in settings.SENTENCES:
        merged |= import_string(path)
    return merged


def sentence(key: str, values: Mapping[str, Any]) -> str:
    """The sentence in the active language; the key itself when no app has words for it."""
    text = book().get(key)
    return str(text) % defaultdict(str, values) if text is not None else key


def keys_containing(words: str) -> list[str]:
    """Keys whose sentence, in the active language, contains the words: so people can search by what they read."""
    return [key for key, text in book().items() if words.casefold() in str(text).casefold()]
