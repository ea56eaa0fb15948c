"""A client of the API: keys, JSON, and the zone in front of every address."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.levels import Level
from accounts.projects.models import Project
from core.operations.draining import drain
from tests import make

CLOUD = "/cloud/zone/is1b/api/cloud/1.1"
ORDER: dict[str, Any] = {"Server": {"Name": "web-01", "ServerPlan": {"CPU": 1, "MemoryMB": 1024}, "Tags": ["web"]}}


@dataclass
class Answer:
    """What came back: the status, the JSON, the headers."""

    status: int
    json: Any
    headers: Any


@dataclass
class ApiClient:
    """Sends requests of one key. Addresses are below the cloud API of is1b unless they begin with a slash."""

    authorization: str = ""

    def __call__(
        self,
        method: str,
        at: str,
        body: Any = None,
        query: str = "",
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """One request; body: JSON, or bytes sent as they are."""
        url = at if at.startswith("/") else f"{CLOUD}/{at}"
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent: dict[str, Any] = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        if self.authorization:
            sent["HTTP_AUTHORIZATION"] = self.authorization
        browser = Client(raise_request_exception=False)
        answer = browser.generic(method, url, data, content_type, QUERY_STRING=query, **sent)
        return Answer(answer.status_code, json.loads(answer.content or b"null"), answer.headers)

    def get(self, at: str, query: Any = None, **headers: str) -> Answer:
        return self("GET", at, query="" if query is None else json.dumps(query), **headers)

    def post(self, at: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", at, body, **headers)

    def put(self, at: str, body: Any = None, **headers: str) -> Answer:
        return self("PUT", at, body, **headers)

    def delete(self, at: str, body: Any = None, **headers: str) -> Answer:
        return self("DELETE", at, body, **headers)


def basic(user: str, password: str) -> str:
    """The header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def client_of(project: Project, level: Level = Level.CREATE, **flags: Any) -> ApiClient:
    """A client with a fresh key of the project."""
    key, secret = make.api_key(project, level, **flags)
    return ApiClient(basic(str(key.token), secret))


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask more often than ten times a second."""
    monkeypatch.setattr("accounts.api_keys.limits.PER_SECOND", 1_000_000)


@pytest.fixture
def api(project: Project) -> ApiClient:
    """Alice's key: it may do everything in her project."""
    return client_of(project)


@pytest.fixture
def looking(project: Project) -> ApiClient:
    """A key of Alice's project that may only look."""
    return client_of(project, Level.VIEW)


@pytest.fixture
def stranger(elsewhere: Project) -> ApiClient:
    """Charlie's key, in another organisation."""
    return client_of(elsewhere)


@pytest.fixture
def nobody() -> ApiClient:
    """A client without a key."""
    return ApiClient()


def assert_refused(answer: Answer, status: int, code: str) -> None:
    """The error envelope, whole."""
    assert (answer.status, answer.json["error_code"]) == (status, code)
    assert answer.json["is_fatal"] is True
    assert answer.json["status"].startswith(f"{status} ")
    assert len(answer.json["serial"]) == 32
    assert answer.json["error_msg"]
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"


def work() -> None:
    """Let the workers do what was asked."""
    drain(at=datetime.now(UTC))


def ordered(api: ApiClient, **values: Any) -> str:
    """The number of a new server that is ready."""
    answer = api.post("server", {"Server": {**ORDER["Server"], **values}})
    assert answer.status == 201
    work()
    return str(answer.json["Server"]["ID"])
