"""One collection whose items belong to several apps: each app declares its own part of it, here they are served as one.

items = Together("Provider.Class", {"fridge": kitchen.items, "lamp": garden.items})

What a client sends to make something names the class at that place ("Provider.Class" of the item). Answers hold it
there, too, as `"Provider": {"Class": Fixed("fridge")}` of the part's own fields, so that a filter by class finds these.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from core.api.collections import Collection, documented, page_of
from core.api.endpoints import Handler, Reply, body_of, number_of
from core.api.find import Find
from core.api.shape import may_match, narrowed, orders, written_by
from core.api.wire import BadQuery


class Together:
    """Collections at one address with one pair of names, told apart by a class. Their ids come from one sequence.

    place: the dotted name of the class in an item. members: the class -> the collection of its items.
    """

    def __init__(self, place: str, members: Mapping[str, Collection]) -> None:
        [(self.at, self.singular, self.plural)] = {(one.at, one.singular, one.plural) for one in members.values()}
        self.place, self.members = place, members
        self.endpoint = next(iter(members.values())).endpoint

    @property
    def urls(self) -> list[URLPattern]:
        """The addresses of all members, without a prefix."""
        shared: dict[str, dict[str, list[Handler]]] = defaultdict(lambda: defaultdict(list))
        for member in self.members.values():
            for at, handlers in member.handlers.items():
                for method, handler in handlers.items():
                    shared[at][method].append(handler)
        served = {at: {method: first_of(of) for method, of in methods.items()} for at, methods in shared.items()}
        served[self.at] = {"GET": self.answer_list, "POST": self.create}
        return [path(at, self.endpoint.serving(handlers, collection=self)) for at, handlers in served.items()]

    def create(self, request: Any) -> Reply:
        """Make an item of the class that the body names. Raises BadQuery for a class that isn't sold here."""
        name = f"{self.singular}.{self.place}"
        wanted = body_of(request).text(name)
        member = self.members.get(wanted)
        if member is None or "POST" not in member.handlers[self.at]:
            text = _("“%(field)s” must be one of: %(choices)s.")
            raise BadQuery(text % {"field": name, "choices": ", ".join(sorted(self.members))}, field=name)
        return member.handlers[self.at]["POST"](request)

    def answer_list(self, request: Any) -> Reply:
        """GET of the collection: the items of all classes that a search can find, in one order."""
        find = self.endpoint.find(request)
        asked = {name: one for name, one in self.members.items() if may_match(one.fields, find)}
        if len(asked) < 2:
            [member] = asked.values() or list(self.members.values())[:1]
            return member.answer_list(request)
        keys = merged(
            {name: (one, narrowed(one.visible(request), one.fields, find)) for name, one in asked.items()}, find
        )
        page = self._written(request, find, list(keys[find.first : find.first + find.limit]))
        return page_of(self.plural, find, page, keys)

    def _written(self, request: Any, find: Find, keys: list[tuple[Any, ...]]) -> list[Any]:
        """The items with these (class, id), in this order: as many queries as there are classes among them."""
        found: dict[tuple[str, Any], Any] = {}
        for name, member in self.members.items():
            ids = [number for of, number, *_sorted_by in keys if of == name]
            rows = member.visible(request).filter(**{f"{member.key}__in": ids})
            answers = written_by(member.key, rows, member.fields.picked(find), number_of(request)) if ids else {}
            found |= {(name, number): answer for number, answer in answers.items()}
        return [found[name, number] for name, number, *_sorted_by in keys if (name, number) in found]


def merged(rows: Mapping[str, tuple[Collection, QuerySet[Any, Any]]], find: Find) -> QuerySet[Any, Any]:
    """(class, id, what is sorted by) of the rows of several tables, in the order a search asks for, else by id."""
    selected = []
    for name, (member, found) in rows.items():
        columns = [order.removeprefix("-") for order in orders(member.fields, find)]
        values = {f"sort_{place}": F(column) for place, column in enumerate(columns)}
        named = found.order_by().annotate(class_name=Value(name, CharField()), **values)
        selected.append(named.values_list("class_name", member.key, *values))
    first, *others = selected
    signs = ["-" if name.startswith("-") else "" for name in find.sort]
    key = next(iter(rows.values()))[0].key
    sorts = [f"{sign}sort_{place}" for place, sign in enumerate(signs)]
    union: QuerySet[Any, Any] = first.union(*others, all=True)
    return union.order_by(*sorts, key)


def first_of(handlers: list[Handler]) -> Handler:
    """The handler of whichever member has the item: the first that doesn't say "no such thing"."""
    if len(handlers) == 1:
        return handlers[0]

    def answer(request: Any, **parts: str) -> Reply:
        for handler in handlers[:-1]:
            try:
                return handler(request, **parts)
            except Http404:
                continue
        return handlers[-1](request, **parts)

    return documented(answer, handlers[0])
