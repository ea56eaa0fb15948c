"""What every page request shares: the clock, the request id, gates, fragments, refusals and error pages."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.errors import Forbidden, Refused

F = TypeVar("F", bound=Callable[..., Any])
# The APIs have their own parser, error envelope and gate (core.api).
API = ("/cloud/", "/api/", "/iam/")
# Routes of libraries that bring their own gates.
FOREIGN = ("allauth.", "django.contrib.admin", "django.contrib.staticfiles", "drf_spectacular.", "django.views.i18n")


def gated(view: F, name: str) -> F:
    """Mark a view as having a gate; `RequestMiddleware` answers 404 for views without one."""
    view.gate = name  # type: ignore[attr-defined]
    return view


def gate_of(view: Any) -> str:
    """The name of our gate that a resolved view has, or ""."""
    return str(getattr(view, "gate", ""))


def has_gate(view: Any) -> bool:
    """Whether a resolved view has a gate of ours or belongs to a library that has its own."""
    inner = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    of_admin = hasattr(view, "model_admin") or hasattr(view, "admin_site")
    foreign = of_admin or getattr(inner, "__module__", "").startswith(FOREIGN)
    return bool(gate_of(view) or gate_of(inner) or foreign)


class RequestMiddleware:
    """Sets `request.now` (receive time, aware UTC) and `request.request_id`; refuses NUL bytes and missing gates."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.now = datetime.now(UTC)
        request.request_id = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        tidy = re.sub("/{2,}", "/", request.path_info)
        if f"{tidy}/".startswith(API):
            request.path = request.path_info = tidy.rstrip("/")
            response = self.get_response(request)
        elif "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            response = bad_request(request)
        else:
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        if not has_gate(view):
            raise Http404
        if f"{request.path}/".startswith(API):
            return
        if request.method == "POST" and any("\0" in value for values in request.POST.lists() for value in values[1]):
            raise BadRequest


class RefusalMiddleware:
    """Turns `Refused` into a toast where the person came from, 403 and former numbers likewise, once for all pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        if f"{request.path}/".startswith(API):
            return None
        if isinstance(error, Forbidden):
            return error_page(request, 403, text=str(error), hints=error.hints, clause=error.clause)
        if isinstance(error, Refused):
            return refused(request, error)
        subject = getattr(error, "subject", None)
        if subject is not None and hasattr(subject, "get_absolute_url"):
            return redirect(subject, permanent=False)
        return None


def refused(request: Any, error: Refused) -> HttpResponse:
    """The refusal as a toast: at once for htmx, else on the page the person came from."""
    if request.headers.get("HX-Request"):
        context = {"tone": "bad", "text": error.text, "clause": error.clause, "hints": error.hints}
        answer = render(request, "components/toast.html", context, status=409)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "beforeend"
        return answer
    messages.error(request, str(error), extra_tags=f"clause:{error.clause}" if error.clause else "")
    return back(request)


def back(request: Any, fallback: str = "/") -> HttpResponse:
    """The page the person came from (this host only), as a whole page for htmx requests."""
    url = request.headers.get("HX-Current-URL") or request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    if not ours or urlsplit(url).path == request.path:  # a question asked on a page of its own is answered now
        url = fallback
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[0])


def address(name: str, number: int) -> str:
    """The address of a thing by its number: what `reverse` says, resolved once per name."""
    return _pattern(name).replace("0", str(number), 1)


def fragment(request: Any, template: str, **context: Any) -> HttpResponse:
    """The named part of a page for htmx ("page.html#part"); without htmx, back to the page itself."""
    if not request.htmx:
        subject = next((value for value in context.values() if hasattr(value, "get_absolute_url")), None)
        return redirect(subject) if subject is not None else back(request)
    return render(request, template, context)


def error_page(request: Any, status: int, *, text: str = "", hints: Any = (), clause: str = "") -> HttpResponse:
    """An error in plain words: what, why, what now, and the request id; in the API as its error envelope."""
    if f"{request.path}/".startswith(API):
        from core.api.errors import error_answer  # commands import this module, few need the API

        return error_answer(request, status, text=text)
    context = {"text": text, "hints": hints, "clause": clause, "request_id": getattr(request, "request_id", "")}
    return render(request, f"{status}.html", context, status=status)


def bad_request(request: Any, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return error_page(request, 400)


def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what doesn't exist and what belongs to somebody else."""
    return error_page(request, 404)


def permission_denied(request: Any, exception: PermissionDenied | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def server_error(request: Any) -> HttpResponse:
    """500. Its page is made without the request: whatever broke, no session and no database is asked."""
    if f"{request.path}/".startswith(API):
        from core.api.errors import error_answer  # commands import this module, few need the API

        return error_answer(request, 500)
    page = render_to_string("500.html", {"request_id": getattr(request, "request_id", "")})
    return HttpResponse(page, status=500)


def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """A form without its token: the page was open too long, or the form came from elsewhere."""
    return error_page(request, 403, text=_("This form has expired. Go back, reload the page and send it again."))
