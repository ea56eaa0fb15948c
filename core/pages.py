"""The one list engine: search, filters and sort in the URL, keyset pages, CSV of the filtered set.

A slice declares a `Listing`; its view calls `listing.page(request, rows)` and its template shows `page`. Cells are
prepared here, row by row, without a template per row; a page costs one query for its rows and one for its count.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import tables
from core.errors import Text
from core.sheets import csv_response, plain
from core.verbs import Verb

PAGE_SIZE = 50
COUNT_LIMIT = 10_000
SEARCH_MINIMUM = 3
Cell = Callable[[Any], str | SafeString]


@dataclass(frozen=True)
class Column:
    """One column. cell: the HTML (or plain text) of a row's cell. sort: an indexed, never-null field to sort by.

    text: the value for CSV (default: the words of the cell). look: "num", "wide", "corner" or "" (see the style guide).
    The first column is the row's heading; one without a title holds buttons and is left out of CSV.
    """

    title: Text
    cell: Cell
    sort: str = ""
    text: Cell | None = None
    look: str = ""


@dataclass(frozen=True)
class Filter:
    """A choice that narrows the list. choices(rows-independent): (value, label); apply: rows, value -> rows."""

    name: str
    label: Text
    choices: Callable[[], Iterable[tuple[str, Text]]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]


def by_field(name: str, label: Text, choices: Callable[[], Iterable[tuple[str, Text]]], field: str = "") -> Filter:
    """A filter on equality of one field."""
    return Filter(name, label, choices, lambda rows, value: rows.filter(**{field or name: value}))


@dataclass(frozen=True)
class Picking:
    """That rows can be picked by their `number`. url: where the form goes; name: of the list; verbs: its buttons.

    The `url` of each verb is the value of its button.
    """

    url: str
    name: str
    verbs: Sequence[Verb]


@dataclass(frozen=True)
class Listing:
    """How rows of one kind are listed.

    search: text fields with a trigram index; number: a field found by its exact digits; hint: what can be searched.
    sort: the order when none is asked for. dress(rows, at): gives the rows of a page what their cells need beyond their
    own columns, in one query for all. find(rows, words): a search of the slice's own, in place of `search`.
    """

    columns: Sequence[Column]
    search: Sequence[str] = ()
    number: str = ""
    filters: Sequence[Filter] = ()
    sort: str = "name"
    hint: Text = ""
    filename: str = "list"
    size: int = PAGE_SIZE
    dress: Callable[[Sequence[Any], datetime], None] | None = None
    find: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None

    def page(self, request: HttpRequest, rows: QuerySet[Any]) -> "Page":
        """The page that the request's query asks for. Unknown or broken parameters are as if they were absent."""
        return Page(self, request, rows)

    def answer(self, request: HttpRequest, rows: QuerySet[Any], template: str, **context: Any) -> HttpResponseBase:
        """The template with the `page` asked for; the CSV for ?format=csv. With a `picking`, rows can be picked."""
        if request.GET.get("format") == "csv":
            return self.csv(request, rows)
        page = Page(self, request, rows, picking=context.get("picking"))
        return render(request, template, {"page": page, **context})

    def csv(self, request: HttpRequest, rows: QuerySet[Any]) -> StreamingHttpResponse:
        """The whole filtered set as CSV (UTF-8 with BOM, so that spreadsheets read Japanese), streamed."""
        page = Page(self, request, rows, fetch=False)
        ordered = page.narrowed.order_by(*order(page.sort))
        return csv_response(
            self.filename,
            [str(column.title) for column in self.columns if column.title],
            (
                [c.text(row) if c.text else plain(c.cell(row)) for c in self.columns if c.title]
                for row in self._dressed(ordered, request)
            ),
        )

    def _dressed(self, rows: QuerySet[Any], request: Any) -> Iterator[Any]:
        for chunk in chunked(rows.iterator(1000), 1000):
            if self.dress:
                self.dress(chunk, request.now)
            yield from chunk

    def sortable(self) -> set[str]:
        return {column.sort for column in self.columns if column.sort} | {self.sort.lstrip("-")}


class Page:
    """One page of a list, ready for `components/toolbar.html`, `components/pager.html` and the `th` tag."""

    def __init__(
        self,
        listing: Listing,
        request: HttpRequest,
        rows: QuerySet[Any],
        *,
        query: QueryDict | None = None,
        picking: Picking | None = None,
        fetch: bool = True,
    ) -> None:
        self.listing, self.path, self.query = listing, request.path, request.GET if query is None else query
        self.picking = picking
        self.search = self.query.get("q", "").strip()[:100]
        self.search_hint = str(listing.hint)
        self.too_short = False
        sort = self.query.get("sort", listing.sort)
        self.sort = sort if sort.lstrip("-") in listing.sortable() and sort.count("-") <= 1 else listing.sort
        self.chosen = self._chosen()
        self.narrowed = self._narrow(rows)
        if fetch:
            self._fetch()
            if listing.dress:
                listing.dress(self.rows, request.now)  # type: ignore[attr-defined]

    # -- narrowing ---------------------------------------------------------------------------------------------
    def _chosen(self) -> dict[str, str]:
        chosen = {}
        for one in self.listing.filters:
            value = self.query.get(one.name, "")
            if value and value in {str(v) for v, _label in one.choices()}:
                chosen[one.name] = value
        return chosen

    def _narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for one in self.listing.filters:
            if one.name in self.chosen:
                rows = one.apply(rows, self.chosen[one.name])
        if not self.search:
            return rows
        if self.listing.number and self.search.isascii() and self.search.isdigit() and len(self.search) == 12:
            return rows.filter(**{self.listing.number: int(self.search)})
        if len(self.search) < SEARCH_MINIMUM:
            self.too_short = True
            return rows
        if self.listing.find:
            return self.listing.find(rows, self.search)
        found = Q()
        for field in self.listing.search:
            found |= Q(**{f"{field}__icontains": self.search})
        return rows.filter(found)

    # -- one page by keyset ------------------------------------------------------------------------------------
    def _fetch(self) -> None:
        size, field = self.listing.size, self.sort.lstrip("-")
        after, before = self._cursor("after"), self._cursor("before")
        backwards = before is not None
        wanted = reversed_sort(self.sort) if backwards else self.sort
        rows = self.narrowed.order_by(*order(wanted))
        cursor = before if backwards else after
        if cursor is not None:
            rows = rows.filter(beyond(wanted, cursor))
        found = list(rows[: size + 1])
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        self.rows = found
        has_next = bool(found) and (backwards or more)
        has_previous = bool(found) and (more if backwards else after is not None)
        self.next_url = self._url(after=encode(found[-1], field)) if has_next else ""
        self.previous_url = self._url(before=encode(found[0], field)) if has_previous else ""
        if not found and cursor is not None:
            self.previous_url = self._url()

    def _cursor(self, name: str) -> tuple[Any, int] | None:
        """The decoded cursor, its value cleaned by the model's field; None when absent or broken."""
        try:
            value, key = json.loads(base64.urlsafe_b64decode(self.query.get(name, "") + "=="))
            column = self.narrowed.model._meta.get_field(self.sort.lstrip("-"))
            if type(key) is not int or not 0 <= key < 2**63:
                return None
            return column.to_python(value), key
        except (ValueError, TypeError, ValidationError, RecursionError):
            return None

    # -- addresses ---------------------------------------------------------------------------------------------
    def _parameters(self, **changes: str) -> dict[str, str]:
        kept = {"q": self.search, **self.chosen, "sort": self.sort if self.sort != self.listing.sort else ""}
        return {key: value for key, value in {**kept, **changes}.items() if value}

    def _url(self, **changes: str) -> str:
        parameters = self._parameters(**changes)
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path

    def sort_url(self, field: str) -> str:
        """The address that sorts by a field; once more reverses it."""
        return self._url(sort=reversed_sort(field) if self.sort == field else field)

    @property
    def csv_url(self) -> str:
        return self._url(format="csv")

    @property
    def searchable(self) -> bool:
        """Whether there is anything to search in, so that the box is shown."""
        return bool(self.listing.search or self.listing.number or self.listing.find)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Parameters that the search form must keep."""
        return [(k, v) for k, v in self._parameters(q="").items() if k not in self.chosen]

    @property
    def narrowing(self) -> list[tuple[str, str]]:
        """Parameters that say which rows these are, for the form of picked rows."""
        return list(self._parameters().items())

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The filters with their options, for the toolbar."""
        return [
            {
                "name": one.name,
                "label": one.label,
                "options": [
                    {"value": "", "label": _("All"), "selected": one.name not in self.chosen},
                    *(
                        {"value": v, "label": label, "selected": self.chosen.get(one.name) == str(v)}
                        for v, label in one.choices()
                    ),
                ],
            }
            for one in self.listing.filters
        ]

    # -- what the template shows -------------------------------------------------------------------------------
    @property
    def narrowed_by(self) -> bool:
        """Whether a search or filter is on (an empty list then says so instead of teaching)."""
        return bool(self.chosen or (self.search and not self.too_short))

    def live(self) -> bool:
        """Whether something on the page is in transition: the list then refreshes itself."""
        return any(getattr(row, "is_busy", False) for row in self.rows)

    @cached_property
    def count_label(self) -> str:
        """ "12 items", exact up to 10,000. One query, only when shown."""
        count = self.narrowed.order_by().values("pk")[: COUNT_LIMIT + 1].count()
        if count > COUNT_LIMIT:
            return _("%(count)s+ items") % {"count": f"{COUNT_LIMIT:,}"}
        return ngettext("%(count)s item", "%(count)s items", count) % {"count": f"{count:,}"}

    @property
    def table(self) -> SafeString:
        """The table's head and body as HTML."""
        return tables.table(self)


def order(sort: str) -> tuple[str, str]:
    """The full order of a sort: the field, then the key in the same direction."""
    return (sort, "-pk" if sort.startswith("-") else "pk")


def reversed_sort(sort: str) -> str:
    return sort[1:] if sort.startswith("-") else f"-{sort}"


def beyond(sort: str, cursor: tuple[Any, int]) -> Q:
    """Rows after the cursor in the given order."""
    value, key = cursor
    field, way = (sort[1:], "lt") if sort.startswith("-") else (sort, "gt")
    return Q(**{f"{field}__{way}": value}) | Q(**{field: value, f"pk__{way}": key})


def encode(row: Any, field: str) -> str:
    """The cursor of a row."""
    value = row._meta.get_field(field).value_to_string(row)
    return base64.urlsafe_b64encode(json.dumps([value, row.pk]).encode()).decode().rstrip("=")


def chunked(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The rows in lists of at most `size`."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk
