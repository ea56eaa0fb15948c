"""One address of the API: who may call it, what it is sent, what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from core.api.body import Body
from core.api.errors import answer_to, json_answer
from core.api.fields import Number
from core.api.find import Find
from core.api.wire import read_body

METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Reply:
    """What a handler answers. value: keys of the envelope; success: its `Success`, None to leave it out.

    subject: a row of the collection, written under its singular name.
    """

    value: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    success: bool | str | None = True
    subject: Any = None


def accepted(subject: Any = None, **value: Any) -> Reply:
    """The reply to what goes on after the answer: 202, `Success` is "Accepted"."""
    return Reply(value, status=202, success="Accepted", subject=subject)


Handler = Callable[..., Reply]


class AnyJSON(BaseParser):
    """A JSON body, whatever its content type says."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Body:
        # Not the stream: `body` keeps to DATA_UPLOAD_MAX_MEMORY_SIZE.
        return Body(read_body(parser_context["request"]._request.body))


class TakeAsTheyCome(BaseContentNegotiation):
    """One parser and one renderer, whatever the headers ask for."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """Answers in the envelope, errors included. public: whether it may be called without a key."""

    gate = "api key"
    public: ClassVar[bool] = False
    handlers: ClassVar[Mapping[str, Handler]] = {}
    parser_classes = (AnyJSON,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = TakeAsTheyCome
    http_method_names: ClassVar[list[str]] = [*(method.lower() for method in METHODS), "head"]  # type: ignore[misc]

    @staticmethod
    def find(request: Any) -> Find:
        """The search of the query string. Raises BadQuery."""
        return Find.of_json(request.META.get("QUERY_STRING", ""))

    @classmethod
    def serving(cls, handlers: Mapping[str, Handler], **also: Any) -> Callable[..., HttpResponse]:
        """The view that answers each method by its handler."""
        methods = {method.lower(): _method(handler) for method, handler in handlers.items()}
        return type(cls.__name__, (cls,), {**methods, **also, "handlers": handlers}).as_view()  # type: ignore[attr-defined, no-any-return]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # saklient sends every change as POST and says in a header what it means.
        meant = request.headers.get("X-Sakura-HTTP-Method", "").upper()
        if request.method == "POST" and meant:
            request.method = meant
        request.zone = kwargs.pop("zone", "")
        return super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Any) -> None:
        super().perform_authentication(request)
        if request.auth is None and not self.public:
            raise exceptions.NotAuthenticated

    def get_exception_handler(self) -> Callable[..., HttpResponse]:
        return lambda error, context: answer_to(context["request"], error)


def _method(handler: Handler) -> Callable[..., HttpResponse]:
    def method(self: Endpoint, request: Any, **kwargs: Any) -> HttpResponse:
        reply = handler(request, **kwargs)
        success = {} if reply.success is None else {"Success": reply.success}
        return json_answer({**reply.value, **success, "is_ok": True}, reply.status)

    return method


def body_of(request: Any) -> Body:
    """What the request was sent; empty when it has no body. Raises BadQuery."""
    return request.data if isinstance(request.data, Body) else Body({})


def number_of(request: Any) -> Number:
    """How this client wants public numbers: as JSON numbers when it says so, else as texts."""
    return int if request.headers.get("X-Sakura-Bigint-As-Int") == "1" else str


class NotFound(Endpoint):
    """Any address the API doesn't have."""

    public = True
    gate = "public"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return answer_to(request, Http404())
