"""What comes over the wire as JSON: the query of a search and the body of a request, read once and kept harmless.

After this module every value is a bool, None, a number that fits 64 bits, or text that PostgreSQL can store.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import orjson
from django.utils.translation import gettext as _

from core.errors import Refused, Text

MAX_DEPTH = 16
MAX_TEXT = 1_000_000
BIGGEST = 2**63 - 1
# What Go's clients send for "not set".
ZERO_TIME = "0001-01-01T00:00:00Z"


class BadQuery(Refused):
    """What was sent can't be read (400). Nothing was changed."""

    def __init__(self, text: Text, *, field: str = "") -> None:
        super().__init__(text, code="bad_request", field=field, status=400)


def read_query(raw: str) -> dict[str, Any]:
    """The JSON object that is a whole query string; {} when there is none. Raises BadQuery.

    Clients send it in two ways: as raw JSON whose texts are percent-encoded one by one, or percent-encoded as a whole.
    raw: as WSGI gives it, that is UTF-8 bytes read as Latin-1.
    """
    try:
        sent = raw.encode("latin-1").decode()
        if sent.lstrip()[:1] in ("{", "["):
            return _object(sent.encode(), unescaped)
        return _object(unescaped(sent).encode(), str)
    except (UnicodeError, orjson.JSONDecodeError) as error:
        raise BadQuery(_("The query string isn't valid JSON. Nothing was searched.")) from error


def read_body(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request's body, whatever its content type; {} when it is empty or null. Raises BadQuery.

    What clients send for "not set" is left out: ID 0, zero times; an object that holds nothing else is None.
    """
    try:
        return {key: settled(value) for key, value in _object(raw, str).items()}
    except orjson.JSONDecodeError as error:
        raise BadQuery(_("The request's body isn't valid JSON. Nothing was changed.")) from error


def unescaped(text: str) -> str:
    """Percent-decoded text. Raises UnicodeDecodeError for what isn't UTF-8."""
    return unquote(text, errors="strict")


def _object(raw: bytes, read: Callable[[str], str]) -> dict[str, Any]:
    if not raw.strip():
        return {}
    value = _checked(orjson.loads(raw), read, MAX_DEPTH)
    if value is None or value == []:
        return {}
    if not isinstance(value, dict):
        raise BadQuery(_("A JSON object was expected, something like {“Name”: “…”}."))
    return value


def _checked(value: Any, read: Callable[[str], str], depth: int) -> Any:
    """The value with its texts read, refused when it is too deep, too long, or holds a NUL byte."""
    match value:
        case bool() | None:
            return value
        case str():
            return _text(read(value))
        case int() | float():
            if not -BIGGEST <= value <= BIGGEST:
                raise BadQuery(_("A number is too long."))
            return value
    if depth == 0:
        raise BadQuery(_("The JSON is nested too deeply."))
    if isinstance(value, list):
        return [_checked(item, read, depth - 1) for item in value]
    return {_text(read(key)): _checked(item, read, depth - 1) for key, item in value.items()}


def _text(text: str) -> str:
    if "\0" in text:
        raise BadQuery(_("A text holds a NUL byte, which can't be stored."))
    if len(text) > MAX_TEXT:
        raise BadQuery(_("A text is too long."))
    return text


def settled(value: Any) -> Any:
    """The value without what means "not set": {"ID": 0, "URL": ""} is None, {"ID": 0, "CPU": 1} is {"CPU": 1}."""
    if isinstance(value, list):
        return [settled(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: settled(item) for key, item in value.items() if item != ZERO_TIME and not _no_id(key, item)}
    return kept if any(item not in (None, "", 0, [], {}) for item in kept.values()) or _meant(value) else None


def _no_id(key: str, item: Any) -> bool:
    return key == "ID" and item in (0, "0", "", None)


def _meant(value: dict[str, Any]) -> bool:
    """Whether an object of empty values says something: {"Name": ""} does, {"ID": 0, "Name": ""} doesn't."""
    return bool(value) and "ID" not in value
