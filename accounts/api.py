"""What every API of this cloud shares: keys, the gate, who am I."""

import base64
import binascii
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.throttling import BaseThrottle

from accounts import access
from accounts.access import VIEW, Level, holder, require
from accounts.api_keys import actions as api_keys
from accounts.api_keys import limits
from accounts.api_keys.models import ApiKey
from core import api
from core.api import Body, Reply
from core.api.body import MISSING
from core.errors import Forbidden, Refused

LABELS = ("name", "description", "tags")
PERMISSIONS = {Level.VIEW: "view", Level.POWER: "power", Level.ARRANGE: "arrange", Level.CREATE: "create"}


class KeyAuthentication(BaseAuthentication):
    """HTTP Basic with a key: the access token as user, its secret as password. A session counts for nothing."""

    def authenticate(self, request: Any) -> tuple[AnonymousUser, ApiKey] | None:
        """The key, or None without one. Sets `request.actor` and `request.project`. Raises AuthenticationFailed."""
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        token, secret = decoded(credentials)
        key = api_keys.authenticate(token, secret, request.now)
        if key is None:
            raise AuthenticationFailed
        inner = request._request
        inner.actor, inner.project = holder(key, address=request.META.get("REMOTE_ADDR", "")), key.project
        return AnonymousUser(), key

    def authenticate_header(self, request: Any) -> str:
        return "Basic"


def decoded(credentials: str) -> tuple[str, str]:
    """User and password of a Basic header. Raises AuthenticationFailed."""
    try:
        user, _colon, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise AuthenticationFailed from error
    return user, password


class TenASecond(BaseThrottle):
    """The limit of requests per key."""

    def allow_request(self, request: Any, view: Any) -> bool:
        return request.auth is None or not limits.exceeded(request.auth, request.now)

    def wait(self) -> float:
        return 1.0


class Endpoint(api.Endpoint):
    """An address for keys."""

    authentication_classes = (KeyAuthentication,)
    throttle_classes = (TenASecond,)


class PanelEndpoint(Endpoint):
    """An address of the panel's own API: searches are ordinary query strings, and it is described by OpenAPI."""

    schema = api.CollectionSchema()

    @staticmethod
    def find(request: Any) -> api.Find:
        return api.Find.of_parameters(request.META.get("QUERY_STRING", ""))


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes keys."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic", "description": "Access token and secret of an API key"}


class Collection(api.Collection):
    """Rows every key may read, e.g. a catalogue."""

    endpoint = Endpoint


class Resources(Collection):
    """Rows that live in projects, behind the one gate of `accounts.access`."""

    def visible(self, request: Any) -> QuerySet[Any, Any]:
        return self.rows(request).visible_to(request.actor).alive()  # type: ignore[attr-defined, no-any-return]

    def admit(self, request: Any, level: int) -> None:
        require(request.actor, request.project.pk, level)

    def subject(self, request: Any, key: str, level: int) -> Any:
        try:
            return access.visible(request, self.rows(request).select_related("project"), self.id_of(key), level)
        except access.Moved as moved:
            raise Http404 from moved


def labels(body: Body, at: str, current: access.Resource | None = None) -> dict[str, Any]:
    """Name, description and tags that were sent for a resource; what an update leaves out stays as it is.

    at: the resource's name in the body, e.g. "Server". Raises BadQuery.
    """
    kept = {column: getattr(current, column) for column in LABELS} if current else {"description": "", "tags": []}
    return {
        column: body.like(access.Resource, column, f"{at}.{column.title()}", kept.get(column, MISSING))
        for column in LABELS
    }


def referred(request: Any, rows: QuerySet[Any, Any], body: Body, path: str, level: int = VIEW) -> Any:
    """The thing whose number the body names, behind the gate; None when it names none. Raises Refused (404)."""
    number = body.whole(path, None)
    if number is None:
        return None
    try:
        return access.visible(request, rows, number, level)
    except (Http404, access.Moved) as error:
        text = _("“%(field)s” names something that doesn't exist here, or not any more.")
        raise Refused(text % {"field": path}, code="not_found", field=path, status=404) from error


def of_bills(request: Any) -> int:
    """The organisation (primary key) whose money the key may look at. Raises Forbidden without the right to bills."""
    organisation: int = request.project.organisation_id
    if not request.actor.seat_in(organisation).bill:
        raise Forbidden(_("This key may not see bills. Make one that may."))
    return organisation


def auth_status(request: Any) -> Reply:
    """Who the key is and what it may do. These fields are not wrapped."""
    key, project = request.auth, request.project
    external = [name for name, may in (("bill", key.may_bill), ("eventlog", key.may_eventlog)) if may]
    number = api.number_of(request)
    value = {
        "Account": {
            "ID": number(project.number),
            "Class": "account",
            "Code": str(project.number),
            "Name": project.name,
        },
        "Member": {"Class": "member", "Code": str(project.organisation.number)},
        "AuthClass": "account",
        "AuthMethod": "apikey",
        "ExternalPermission": "+".join(external),
        "IsAPIKey": True,
        "OperationPenalty": "none",
        "Permission": PERMISSIONS[Level(key.level)],
    }
    return Reply(value, success=None)


def auth_context(request: Any) -> Reply:
    """Who the key is, as the newer tools ask before they read bills."""
    value = {
        "auth_type": "apikey",
        "organization_id": request.project.organisation.number,
        "project_id": request.project.number,
        "limited_to": "project",
    }
    return Reply(value, success=None)


cloud = [path("auth-status", Endpoint.serving({"GET": auth_status}))]
iam = [path("auth/context", Endpoint.serving({"GET": auth_context}))]
