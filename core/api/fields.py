"""The fields of an answer, declared once: where a value comes from, how it is written, filtered and sorted.

    FIELDS = Part({
        "ID": Id("number"),
        "Name": Text("name"),
        "Owner": Link("owner", OWNER),
        "Instance": {"Status": Choice("state", {"RUNNING": "up", "STOPPED": "down"})},
        "Parts": Many(parts, by="thing", fields=PART),
    })

Only what is declared here ever reaches `filter()`, `order_by()` and `values()`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.api.wire import BadQuery
from core.calendar import JST

Row = Mapping[Any, Any]
# Writes a public number: `int` or `str`, as the client asked.
Number = Callable[[int], int | str]
ANYTHING, NOTHING = Q(pk__isnull=False), Q(pk__in=())
LOOKUPS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


class Field:
    """One value of an answer. columns: what `values()` must fetch; order: what `order_by()` sorts by, "" if nothing."""

    columns: tuple[str, ...] = ()
    order: str = ""

    def under(self, relation: str) -> Self:
        """The same field reached through a relation."""
        return self

    def at(self, path: list[str]) -> "Field":
        """The field of a dotted name below this one. Raises KeyError."""
        if path:
            raise KeyError(path[0])
        return self

    def write(self, row: Row, number: Number) -> Any:
        """The JSON value of a row."""
        raise NotImplementedError

    def where(self, operator: str, operand: Any) -> Q:
        """The condition of a filter; operator is "" for "equal". Raises BadQuery."""
        raise BadQuery(_("This can't be used as a filter."))


@dataclass(frozen=True, eq=False)
class Fixed(Field):
    """The same value in every row."""

    value: Any

    def write(self, row: Row, number: Number) -> Any:
        return self.value

    def where(self, operator: str, operand: Any) -> Q:
        if operator:
            return super().where(operator, operand)
        return ANYTHING if word(self.value) in [word(item) for item in listed(operand)] else NOTHING


@dataclass(frozen=True, eq=False)
class Column(Field):
    """A value of one column, as it is. column: a lookup path, e.g. "zone__name". Filters by equality and order."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.column,)

    @property
    def order(self) -> str:  # type: ignore[override]
        return self.column

    def under(self, relation: str) -> Self:
        return replace(self, column=f"{relation}__{self.column}")

    def write(self, row: Row, number: Number) -> Any:
        return row[self.column]

    def read(self, operand: str) -> Any:
        """What the column holds for an operand of a filter. Raises ValueError when it can't hold such a thing."""
        return operand

    def where(self, operator: str, operand: Any) -> Q:
        if not operator:
            return Q(**{f"{self.column}__in": list(self._readable(listed(operand)))})
        try:
            return Q(**{f"{self.column}__{LOOKUPS[operator]}": self.read(word(operand))})
        except ValueError as error:
            raise BadQuery(_("“%(operand)s” can't be compared here.") % {"operand": word(operand)[:40]}) from error

    def _readable(self, operands: Iterable[Any]) -> Iterable[Any]:
        for operand in operands:
            try:
                yield self.read(word(operand))
            except ValueError:
                continue


@dataclass(frozen=True, eq=False)
class Text(Column):
    """A text. A list finds exactly these; a plain text finds its words: all of them, anywhere, in any case."""

    def where(self, operator: str, operand: Any) -> Q:
        if operator or isinstance(operand, list):
            return super().where(operator, operand)
        return all_of(Q(**{f"{self.column}__icontains": part}) for part in word(operand).split())


@dataclass(frozen=True, eq=False)
class Whole(Column):
    """A whole number. times: how much larger it is outside, e.g. 1024 for MB of a column in GB."""

    times: int = 1

    def write(self, row: Row, number: Number) -> Any:
        value = row[self.column]
        return None if value is None else value * self.times

    def read(self, operand: str) -> int:
        if len(operand) > 18 or int(operand) % self.times:
            raise ValueError(operand)
        return int(operand) // self.times


@dataclass(frozen=True, eq=False)
class Id(Whole):
    """A public number: text, or a JSON number for clients that ask for it."""

    def write(self, row: Row, number: Number) -> Any:
        value = row[self.column]
        return None if value is None else number(value)


@dataclass(frozen=True, eq=False)
class Flag(Column):
    """True or false; filters may write 1 and 0."""

    def read(self, operand: str) -> bool:
        try:
            return {"1": True, "true": True, "0": False, "false": False}[operand.lower()]
        except KeyError as error:
            raise ValueError(operand) from error


@dataclass(frozen=True, eq=False)
class Instant(Column):
    """A point in time, written in JST: 2026-10-01T00:00:00+09:00. A day in a filter means its first instant in JST."""

    def write(self, row: Row, number: Number) -> Any:
        return instant(row[self.column])

    def read(self, operand: str) -> datetime:
        at = parse_datetime(operand.replace(" ", "+"))
        if at is None:
            raise ValueError(operand)
        return at if at.tzinfo else at.replace(tzinfo=JST)


@dataclass(frozen=True, eq=False)
class Choice(Column):
    """A stored choice that has another name outside. words: stored value -> the API's word."""

    words: Mapping[Any, str]
    order = ""

    def write(self, row: Row, number: Number) -> Any:
        return self.words.get(row[self.column])

    def where(self, operator: str, operand: Any) -> Q:
        if operator:
            return Field.where(self, operator, operand)
        wanted = {word(item) for item in listed(operand)}
        return Q(**{f"{self.column}__in": [stored for stored, outside in self.words.items() if outside in wanted]})


@dataclass(frozen=True, eq=False)
class Presence(Column):
    """Whether a column holds anything, as one of two words."""

    present: str
    absent: str
    order = ""

    def write(self, row: Row, number: Number) -> Any:
        return self.absent if row[self.column] is None else self.present

    def where(self, operator: str, operand: Any) -> Q:
        if operator:
            return Field.where(self, operator, operand)
        wanted = {word(item) for item in listed(operand)}
        states = [null for null, name in ((True, self.absent), (False, self.present)) if name in wanted]
        return any_of(Q(**{f"{self.column}__isnull": null}) for null in states)


@dataclass(frozen=True, eq=False)
class Tags(Column):
    """A list of texts. [["a", "b"], "c"] finds rows with a and b, or with c; a plain text finds all of its words."""

    order = ""

    def at(self, path: list[str]) -> Field:
        return self if path in ([], ["Name"]) else super().at(path)

    def where(self, operator: str, operand: Any) -> Q:
        if operator:
            return Field.where(self, operator, operand)
        groups = operand if isinstance(operand, list) else [word(operand).split()]
        return any_of(self._all([word(tag) for tag in listed(group)]) for group in groups)

    def _all(self, tags: list[str]) -> Q:
        return Q(**{f"{self.column}__contains": tags}) if tags else ANYTHING


@dataclass(frozen=True, eq=False)
class Made(Field):
    """A value made of columns by a function of them. Neither filtered nor sorted."""

    make: Callable[..., Any]
    columns: tuple[str, ...]

    def __init__(self, make: Callable[..., Any], *columns: str) -> None:
        object.__setattr__(self, "make", make)
        object.__setattr__(self, "columns", columns)

    def under(self, relation: str) -> "Made":
        return Made(self.make, *(f"{relation}__{column}" for column in self.columns))

    def write(self, row: Row, number: Number) -> Any:
        return self.make(*(row[column] for column in self.columns))


def word(operand: Any) -> str:
    """One operand of a filter as text: true is "1". Raises BadQuery for lists, objects and null."""
    match operand:
        case bool():
            return str(int(operand))
        case str() | int() | float():
            return str(operand)
    raise BadQuery(_("A filter compares with a text, a number or a list of them."))


def listed(operand: Any) -> list[Any]:
    """The operands of a filter as a list."""
    return operand if isinstance(operand, list) else [operand]


def any_of(conditions: Iterable[Q]) -> Q:
    """Conditions joined by "or"; nothing matches when there are none."""
    found = NOTHING
    for condition in conditions:
        found |= condition
    return found


def all_of(conditions: Iterable[Q]) -> Q:
    """Conditions joined by "and"; everything matches when there are none."""
    found = Q()
    for condition in conditions:
        found &= condition
    return found


def instant(at: datetime | None) -> str | None:
    """A point in time as the API writes it, in JST."""
    return None if at is None else at.astimezone(JST).isoformat(timespec="seconds")
