"""The body of a request: values by their dotted names, or a clear 400 that names what is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from core.api.wire import BadQuery

MISSING: Any = object()


class Body(Mapping[str, Any]):
    """What a client sent, read by dotted names such as "Disk.Plan.ID" or "SSHKeys.0.ID".

    Every reader raises BadQuery, naming the field. Without a default the value is required; null is like missing.
    """

    def __init__(self, sent: Mapping[str, Any]) -> None:
        self.sent = sent

    def __getitem__(self, name: str) -> Any:
        return self.sent[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sent)

    def __len__(self) -> int:
        return len(self.sent)

    def value(self, path: str, default: Any = MISSING) -> Any:
        """The value as it was sent."""
        found: Any = self.sent
        for name in path.split("."):
            found = step(found, name)
        if found is not None:
            return found
        if default is MISSING:
            raise BadQuery(_("“%(field)s” is required.") % {"field": path}, field=path)
        return default

    def sends(self, path: str) -> bool:
        """Whether there is anything at this name."""
        return self.value(path, None) is not None

    def text(self, path: str, default: Any = MISSING) -> Any:
        """A text; numbers are taken as text."""
        found = self.value(path, default)
        if found is default or isinstance(found, str):
            return found
        return str(found) if isinstance(found, int) else self._unlike(path, _("a text"))

    def whole(self, path: str, default: Any = MISSING) -> Any:
        """A whole number; a text of digits counts as one. Public numbers are read with this, too."""
        found = self.value(path, default)
        if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 19:
            return int(found)
        if found is default or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        return self._unlike(path, _("a whole number"))

    def flag(self, path: str, *, default: bool = False) -> bool:
        """True or false."""
        found = self.value(path, default)
        return found if isinstance(found, bool) else bool(self._unlike(path, _("true or false")))

    def items(self, path: str) -> list[Any]:  # type: ignore[override]
        """A list; empty when it is missing."""
        found = self.value(path, [])
        return found if isinstance(found, list) else list(self._unlike(path, _("a list")))

    def wholes(self, path: str) -> list[int]:
        """A list of whole numbers; empty when it is missing."""
        return [self.whole(f"{path}.{index}") for index in range(len(self.items(path)))]

    def lacks(self, *paths: str) -> None:
        """Refuse what can't be chosen here, so that nothing asked for is silently left out."""
        for path in paths:
            if self.value(path, None):
                raise BadQuery(_("“%(field)s” can't be chosen here.") % {"field": path}, field=path)

    def like(self, model: type[Model], column: str, path: str, default: Any = MISSING) -> Any:
        """A value that a column of a model takes, by the column's own rules (length, range, choices)."""
        found = self.value(path, default)
        if found is default:
            return found
        rules: Any = model._meta.get_field(column)
        wants_list = isinstance(rules, ArrayField)
        if wants_list != isinstance(found, list) or not all(map(plain, found if wants_list else [found])):
            return self._unlike(path, _("a list of texts") if wants_list else _("a text or a number"))
        try:
            return rules.clean(found, None)
        except ValidationError as error:
            raise BadQuery(f"{path}: {error.messages[0]}", field=path) from error

    def _unlike(self, path: str, expected: str) -> Any:
        text = _("“%(field)s” must be %(expected)s.")
        raise BadQuery(text % {"field": path, "expected": expected}, field=path)


def step(value: Any, name: str) -> Any:
    """What an object holds under a name or a list at an index; None when there is nothing."""
    if isinstance(value, list) and name.isdigit():
        return value[int(name)] if int(name) < len(value) else None
    return value.get(name) if isinstance(value, Mapping) else None


def plain(value: Any) -> bool:
    """Whether a JSON value is neither an object nor a list nor null."""
    return isinstance(value, (str, int, float))
