"""A collection of the API: a list, its items and their verbs, declared in a few lines.

things = Resources("thing", "Thing", "Things", rows=in_zone, fields=FIELDS)

@things.verb("PUT", "power", level=POWER)
def boot(request, thing, body):
    actions.start(thing, by=request.actor, at=request.now)
    return accepted()
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from core.api.endpoints import Endpoint, Handler, Reply, body_of, number_of
from core.api.find import Find
from core.api.shape import Part, Tree, narrowed, written
from core.api.wire import BadQuery

F = TypeVar("F", bound=Callable[..., Any])
Rows = Callable[[Any], QuerySet[Any, Any]]


class Collection:
    """Rows that every key may read. singular, plural: their names; key: the column of their ids, "" for none.

    rows: those of a request, e.g. of its zone. Handlers get (request, subject, body) and return None, the subject, or a
    `Reply`; they raise `Refused` and change nothing else but through actions.
    """

    endpoint: type[Endpoint] = Endpoint

    def __init__(
        self, at: str, singular: str, plural: str, *, rows: Rows, fields: Tree | Part, key: str = "number"
    ) -> None:
        self.at, self.singular, self.plural, self.rows, self.key = at, singular, plural, rows, key
        self.fields = fields if isinstance(fields, Part) else Part(fields)
        self.handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
        self.handlers[at]["GET"] = self.answer_list
        if key:
            self.handlers[f"{at}/<str:key>"]["GET"] = self.answer_item

    @property
    def urls(self) -> list[URLPattern]:
        """The addresses, without a prefix."""
        return [path(at, self.endpoint.serving(handlers, collection=self)) for at, handlers in self.handlers.items()]

    # -- what a slice declares ------------------------------------------------------------------------------------

    def creates(self, *, level: int) -> Callable[[F], F]:
        """POST to the collection: handler(request, body) returns the new subject or a Reply with it."""

        def register(handler: F) -> F:
            def post(request: Any) -> Reply:
                self.admit(request, level)
                return self.replied(request, handler(request, body_of(request)), status=201)

            self.handlers[self.at]["POST"] = documented(post, handler)
            return handler

        return register

    def changes(self, *, level: int) -> Callable[[F], F]:
        """PUT to an item."""
        return self.verb("PUT", "", level=level)

    def deletes(self, *, level: int) -> Callable[[F], F]:
        """DELETE of an item."""
        return self.verb("DELETE", "", level=level)

    def verb(self, method: str, name: str, *, level: int) -> Callable[[F], F]:
        """A method of something below an item, e.g. PUT {id}/power. name may hold parts: "to/server/<str:server>"."""

        def register(handler: F) -> F:
            def answer(request: Any, key: str, **parts: str) -> Reply:
                subject = self.subject(request, key, level)
                return self.replied(request, handler(request, subject, body_of(request), **parts))

            self.handlers[f"{self.at}/<str:key>{'/' if name else ''}{name}"][method] = documented(answer, handler)
            return handler

        return register

    def below(self, method: str, name: str) -> Callable[[F], F]:
        """The same where the id in the address may be of something else: handler(request, key, **parts) finds it."""

        def register(handler: F) -> F:
            def answer(request: Any, key: str, **parts: str) -> Reply:
                return self.replied(request, handler(request, key, **parts), anywhere=True)

            self.handlers[f"{self.at}/<str:key>/{name}"][method] = documented(answer, handler)
            return handler

        return register

    # -- who sees what; accounts.api puts its gate here ------------------------------------------------------------

    def visible(self, request: Any) -> QuerySet[Any, Any]:
        """The rows this request may read."""
        return self.rows(request)

    def admit(self, request: Any, level: int) -> None:
        """Raise Forbidden when the request may not add to the collection."""

    def subject(self, request: Any, key: str, level: int) -> Any:
        """The row with this id, when the request may do something of that level to it. Raises Http404, Forbidden."""
        subject = self.visible(request).filter(**{self.key: self.id_of(key)}).first()
        if subject is None:
            raise Http404
        return subject

    # -- what it answers ------------------------------------------------------------------------------------------

    def answer_list(self, request: Any) -> Reply:
        """GET of the collection: the rows a search asks for, and how many there are in all."""
        find = self.endpoint.find(request)
        rows = narrowed(self.visible(request), self.fields, find)
        page = written(rows[find.first : find.first + find.limit], self.fields.picked(find), number_of(request))
        return page_of(self.plural, find, page, rows)

    def answer_item(self, request: Any, key: str) -> Reply:
        """GET of an item."""
        rows = self.visible(request).filter(**{self.key: self.id_of(key)})
        return Reply({self.singular: self._one(request, rows)})

    def id_of(self, key: str) -> Any:
        """The id in an address. Raises Http404 for what can't be one, BadQuery for numbers that are too long."""
        if not (key.isascii() and key.isdigit()):
            raise Http404
        if len(key) > 18:
            raise BadQuery(_("The number in the address is too long."))
        return int(key)

    def _one(self, request: Any, rows: QuerySet[Any, Any]) -> Any:
        fields = self.fields.picked(self.endpoint.find(request)) if request.method == "GET" else self.fields
        found = written(rows, fields, number_of(request))
        if not found:
            raise Http404
        return found[0]

    def replied(self, request: Any, answer: Any, status: int = 200, *, anywhere: bool = False) -> Reply:
        """What a handler returned, as a reply: nothing, its subject, or what it says itself.

        anywhere: the subject may be outside the collection's rows, e.g. in another zone.
        """
        reply = answer if isinstance(answer, Reply) else Reply(status=status, subject=answer)
        if reply.subject is None:
            return reply
        rows = type(reply.subject)._default_manager.all() if anywhere else self.rows(request)
        subject = self._one(request, rows.filter(pk=reply.subject.pk))
        return Reply({self.singular: subject, **reply.value}, reply.status, reply.success)


def page_of(plural: str, find: Find, page: list[Any], rows: QuerySet[Any, Any]) -> Reply:
    """The envelope of a list: the page a search asks for, and how many rows there are in all."""
    is_last = len(page) < find.limit and (page or not find.first)
    total = find.first + len(page) if is_last else rows.count()
    value = {"From": find.first, "Count": len(page), "Total": total, plural: page}
    return Reply(value, success=None)


def documented(answer: Handler, handler: Callable[..., Any]) -> Handler:
    """The answer with the handler's words, for the OpenAPI document."""
    answer.__doc__ = handler.__doc__
    return answer
