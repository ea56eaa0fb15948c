"""A search as clients ask it: filter, sort, from, count, include and exclude."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.api.wire import BadQuery, read_query

# The longest list in one answer; `Total` tells whether there is more, `From` continues.
LONGEST = 10_000
# Longest first, so that "<=" is not read as "<".
OPERATORS = ("<=", ">=", "<", ">")


@dataclass(frozen=True)
class Find:
    """What to answer. first: rows to skip; count: rows wanted, 0 for all (at most `LONGEST`).

    filters: (dotted name, operator or "", operand). include and exclude: dotted names, "*" for everything usual.
    rest: what else the query holds, for verbs with questions of their own (Start and End of a monitor).
    """

    first: int = 0
    count: int = 0
    sort: tuple[str, ...] = ()
    filters: tuple[tuple[str, str, Any], ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_json(cls, raw: str) -> "Find":
        """The search in a query string that is JSON. Raises BadQuery."""
        query = read_query(raw)
        return cls(
            first=_whole(query, "From"),
            count=_whole(query, "Count"),
            sort=_texts(query, "Sort"),
            filters=tuple((*split_operator(name), operand) for name, operand in _filter(query).items()),
            include=_texts(query, "Include"),
            exclude=_texts(query, "Exclude"),
            rest={name: value for name, value in query.items() if name not in KNOWN},
        )

    @classmethod
    def of_parameters(cls, raw: str) -> "Find":
        """The search in an ordinary query string: From, Count, Sort, Include, Exclude, and filters. Raises BadQuery.

        A name given once is a partial match of its words, given several times an exact match of any.
        """
        sent = {name: values if len(values) > 1 else values[0] for name, values in _pairs(raw).lists()}
        known: dict[str, Any] = {name: sent.pop(name) for name in KNOWN & sent.keys()}
        lists = {name: _comma(known.get(name, [])) for name in ("Sort", "Include", "Exclude")}
        return cls(
            first=_whole(known, "From"),
            count=_whole(known, "Count"),
            sort=_texts(lists, "Sort"),
            filters=tuple((*split_operator(name), operand) for name, operand in sent.items()),
            include=_texts(lists, "Include"),
            exclude=_texts(lists, "Exclude"),
        )

    @property
    def limit(self) -> int:
        """Rows to fetch at most."""
        return min(self.count or LONGEST, LONGEST)


KNOWN = {"From", "Count", "Sort", "Filter", "Include", "Exclude"}


def split_operator(name: str) -> tuple[str, str]:
    """A filter's dotted name and its operator: "CreatedAt<=" is ("CreatedAt", "<=")."""
    for operator in OPERATORS:
        if name.endswith(operator):
            return name.removesuffix(operator), operator
    return name, ""


def _filter(query: Mapping[str, Any]) -> dict[str, Any]:
    value = query.get("Filter") or {}
    return value if isinstance(value, dict) else _refuse("Filter")


def _whole(query: Mapping[str, Any], name: str) -> int:
    value = query.get(name) or 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**9 else _refuse(name)


def _texts(query: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = query.get(name) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return _refuse(name)
    return tuple(value)


def _pairs(raw: str) -> QueryDict:
    try:
        pairs = QueryDict(raw.encode("latin-1"), encoding="utf-8")
    except (UnicodeError, ValueError) as error:
        raise BadQuery(_("The query string can't be read.")) from error
    if any("\0" in text or "\ufffd" in text for name, values in pairs.lists() for text in (name, *values)):
        raise BadQuery(_("The query string can't be read."))
    return pairs


def _comma(value: str | list[str]) -> list[str]:
    return [part for text in ([value] if isinstance(value, str) else value) for part in text.split(",") if part]


def _refuse(name: str) -> NoReturn:
    text = _("“%(name)s” of the query can't be read.")
    raise BadQuery(text % {"name": name}, field=name)
