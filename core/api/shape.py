"""Fields that hold fields (objects, related objects, lists), and a search over them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any, Self

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.api.fields import NOTHING, Field, Number, Row
from core.api.find import Find
from core.api.wire import BadQuery

Tree = Mapping[str, "Field | Tree"]


class Part(Field):
    """An object of fields, written in their order. extra: only when `Include` names it (or a field of it)."""

    def __init__(self, tree: Tree, *, extra: bool = False) -> None:
        self.tree: Mapping[str, Field] = {
            name: field if isinstance(field, Field) else Part(field) for name, field in tree.items()
        }
        self.extra = extra
        parts = [field for field in self.tree.values() if isinstance(field, Part)]
        self.holds_extras: bool = any(part.extra or part.holds_extras for part in parts)

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(dict.fromkeys(column for field in self.tree.values() for column in field.columns))

    def under(self, relation: str) -> Self:
        return self._with({name: field.under(relation) for name, field in self.tree.items()})

    def at(self, path: list[str]) -> Field:
        return self.tree[path[0]].at(path[1:]) if path else self

    def write(self, row: Row, number: Number) -> Any:
        return {name: field.write(row, number) for name, field in self.tree.items()}

    def picked(self, find: Find, path: str = "", *, extra: bool = False) -> Self:
        """Only the fields that `Include` and `Exclude` leave."""
        if not (find.include or find.exclude or self.holds_extras or extra):
            return self
        tree: dict[str, Field] = {}
        for name, field in self.tree.items():
            if isinstance(field, Part):
                inner = field.picked(find, f"{path}{name}.", extra=extra or field.extra)
                tree |= {name: inner} if inner.tree else {}
            elif _wanted(f"{path}{name}", find, extra=extra):
                tree[name] = field
        return self._with(tree)

    def lists(self) -> Iterator["Many"]:
        """The lists anywhere inside."""
        for field in self.tree.values():
            if isinstance(field, Part):
                yield from field.lists()
            elif isinstance(field, Many):
                yield field

    def _with(self, tree: Mapping[str, Field]) -> Self:
        made = copy(self)
        made.tree = tree
        return made


class Link(Part):
    """The object at the other end of a relation, or null. relation: a lookup path to a foreign key."""

    def __init__(self, relation: str, part: Tree | Part, *, extra: bool = False) -> None:
        super().__init__(part.tree if isinstance(part, Part) else part, extra=extra)
        self.tree = super().under(relation).tree
        self.relation = relation

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.relation, *super().columns)

    def under(self, relation: str) -> Self:
        made = super().under(relation)
        made.relation = f"{relation}__{self.relation}"
        return made

    def write(self, row: Row, number: Number) -> Any:
        return None if row[self.relation] is None else super().write(row, number)


class Many(Field):
    """A list of other rows that point here; one query for a whole page. by: their foreign key to this row.

    rows: a function, so that nothing is asked of the database when the module is imported.
    """

    def __init__(self, rows: Callable[[], QuerySet[Any, Any]], *, by: str, fields: Tree | Part) -> None:
        self.rows, self.by = rows, by
        self.fields = fields if isinstance(fields, Part) else Part(fields)

    def under(self, relation: str) -> Self:
        raise TypeError("a list can't be reached through a relation")

    def load(self, rows: list[dict[Any, Any]], number: Number) -> None:
        """Put each row's list into the row, under this field itself."""
        found = defaultdict(list)
        theirs = self.rows().filter(**{f"{self.by}__in": [row["pk"] for row in rows]})
        for row, value in _written(theirs, self.fields, number, self.by):
            found[row[self.by]].append(value)
        for row in rows:
            row[self] = found.get(row["pk"], [])

    def write(self, row: Row, number: Number) -> Any:
        return row[self]


def _wanted(path: str, find: Find, *, extra: bool) -> bool:
    if any(_covers(name, path) for name in find.exclude):
        return False
    usual = not extra and (not find.include or "*" in find.include)
    return usual or any(_covers(name, path) for name in find.include)


def _covers(name: str, path: str) -> bool:
    return path == name or path.startswith(f"{name}.")


def _written(rows: QuerySet[Any, Any], part: Part, number: Number, *also: str) -> Iterator[tuple[Row, Any]]:
    """Each row's columns and JSON value."""
    fetched = list(rows.values("pk", *also, *part.columns))
    if fetched:
        for many in part.lists():
            many.load(fetched, number)
    return ((row, part.write(row, number)) for row in fetched)


def written(rows: QuerySet[Any, Any], part: Part, number: Number) -> list[Any]:
    """The rows as JSON values; one query, and one more for each list inside."""
    return [value for _row, value in _written(rows, part, number)]


def written_by(key: str, rows: QuerySet[Any, Any], part: Part, number: Number) -> dict[Any, Any]:
    """The same by what a column holds, e.g. the rows' ids."""
    return {row[key]: value for row, value in _written(rows, part, number, key)}


def narrowed(rows: QuerySet[Any, Any], part: Part, find: Find) -> QuerySet[Any, Any]:
    """The rows a search asks for, in its order. Raises BadQuery for names that aren't declared."""
    for name, operator, operand in find.filters:
        rows = rows.filter(_named(part, name).where(operator, operand))
    if not find.sort:
        return rows if rows.ordered else rows.order_by("pk")
    return rows.order_by(*orders(part, find), "pk")


def orders(part: Part, find: Find) -> list[str]:
    """What `order_by()` takes for the order a search asks for. Raises BadQuery for names that can't be sorted by."""
    return [_order(part, name) for name in find.sort]


def may_match(part: Part, find: Find) -> bool:
    """Whether rows of these fields can match a search: not when a filter names what they lack, or another class."""
    try:
        return NOTHING not in [part.at(name.split(".")).where(how, operand) for name, how, operand in find.filters]
    except KeyError:
        return False


def _order(part: Part, name: str) -> str:
    field = _named(part, name.removeprefix("-"))
    if not field.order:
        raise BadQuery(_("Lists can't be sorted by “%(name)s”.") % {"name": name[:40]}, field="Sort")
    return f"-{field.order}" if name.startswith("-") else field.order


def _named(part: Part, name: str) -> Field:
    try:
        return part.at(name.split("."))
    except KeyError as error:
        raise BadQuery(_("There is no field “%(name)s” here.") % {"name": name[:40]}) from error
