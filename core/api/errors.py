"""Every refusal and every fault as the one error envelope; the only place that chooses a status code."""

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from core.errors import Refused, Text

log = structlog.get_logger(__name__)
JSON = "application/json; charset=UTF-8"
# Seconds after which a client should try again.
LATER = {429: 1, 503: 5}
# What is said when nobody has said it better: code and text. Clients retry 423 and 503 and nothing else.
PLAIN: dict[int, tuple[str, Text]] = {
    400: ("bad_request", _("The request can't be read. Nothing was changed.")),
    401: ("unauthorized", _("The access token or its secret is missing or wrong, or the key was revoked.")),
    403: ("forbidden", _("You may not do this.")),
    404: ("not_found", _("There is no such thing, or not any more.")),
    405: ("method_not_allowed", _("This address doesn't know this method.")),
    413: ("request_entity_too_large", _("The request is too large.")),
    429: ("too_many_request", _("Too many requests. Please wait a moment and try again.")),
    500: ("internal_server_error", _("Something went wrong on our side. If it stays, please send us the serial.")),
    503: ("service_unavailable", _("This can't be done at the moment. Nothing was changed; please try again soon.")),
}  # fmt: skip


def json_answer(value: Any, status: int = 200) -> HttpResponse:
    """A value as a JSON answer."""
    return HttpResponse(orjson.dumps(value, default=str), status=status, content_type=JSON)


def error_answer(request: Any, status: int, code: str = "", text: Text = "", **more: Any) -> HttpResponse:
    """The error envelope. more: `clause`, `field` and `hints`, left out when empty."""
    plain_code, plain_text = PLAIN.get(status, ("", ""))
    value = {
        "is_fatal": True,
        "serial": getattr(request, "request_id", ""),
        "status": f"{status} {HTTPStatus(status).phrase}",
        "error_code": code or plain_code,
        "error_msg": str(text or plain_text),
        **{name: item for name, item in more.items() if item},
    }
    answer = json_answer(value, status)
    if status in LATER:
        answer["Retry-After"] = str(LATER[status])
    # Programs that would rather not see a sign-in window say so in a header.
    if status == 401 and not request.headers.get("X-Sakura-No-Authenticate-Header"):
        answer["WWW-Authenticate"] = 'Basic realm="API", charset="UTF-8"'
    return answer


def answer_to(request: Any, error: Exception) -> HttpResponse:
    """The answer to a request that ended with this error."""
    match error:
        case Refused():
            hints = [{"label": str(hint.label), "url": hint.url} for hint in error.hints]
            more = {"clause": error.clause, "field": error.field, "hints": hints}
            return error_answer(request, error.status, error.code, error.text, **more)
        case ValidationError():
            return error_answer(request, 400, text=error.messages[0])
        case exceptions.APIException():
            return error_answer(request, error.status_code)
        case Http404():
            return error_answer(request, 404)
        case RequestDataTooBig():
            return error_answer(request, 413)
        case SuspiciousOperation() | UnreadablePostError() | DataError():
            log.warning("unreadable request", error=type(error).__name__)
            return error_answer(request, 400)
        case OperationalError():
            log.error("database unavailable", exc_info=error)
            return error_answer(request, 503)
    log.error("unexpected error", exc_info=error)
    return error_answer(request, 500)
