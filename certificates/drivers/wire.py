"""How ACME is spoken: patience with rejected nonces, answers bounded in size and time; and what an answer means."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from acme import client, errors, messages
from django.utils.translation import gettext as _
from josepy.errors import Error as JoseError
from josepy.jwa import ES256
from josepy.jwk import JWKEC
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from certificates.reasons import Reason, Trouble

NONCES, SECONDS, BYTES = 10, 20, 1_048_576
AGENT = "Engawa"
# What may become of an answer that is not as it should be: it can't be read, or lacks what is looked for.
UNREADABLE = (
    errors.Error, requests.RequestException, JoseError, ValueError, LookupError, TypeError, AttributeError,
)  # fmt: skip
# What an authority may say (RFC 8555, 6.7), and what it means here; the rest is that it is down.
REASONS = {
    "caa": Reason.CAA, "connection": Reason.INVALID, "dns": Reason.INVALID, "incorrectResponse": Reason.INVALID,
    "tls": Reason.INVALID, "unauthorized": Reason.INVALID, "rateLimited": Reason.LIMIT,
    "accountDoesNotExist": Reason.ACCOUNT, "externalAccountRequired": Reason.ACCOUNT,
    "userActionRequired": Reason.ACCOUNT, "invalidContact": Reason.ACCOUNT,
    "malformed": Reason.UNUSABLE, "badCSR": Reason.UNUSABLE, "badPublicKey": Reason.UNUSABLE,
    "orderNotReady": Reason.UNUSABLE,
    "rejectedIdentifier": Reason.REFUSED, "unsupportedIdentifier": Reason.REFUSED,
}  # fmt: skip
# After these an order is of no use any more: it isn't there, or belongs to an account that we don't have.
LOST = ("malformed", "unauthorized", "accountDoesNotExist")


class Bounded(HTTPAdapter):
    """Reads an answer to its end, unless that doesn't come."""

    def send(self, *values: Any, **options: Any) -> requests.Response:
        deadline = time.monotonic() + SECONDS
        answer = super().send(*values, **options | {"stream": True})
        content = b""
        try:
            while part := answer.raw.read1(65_536, decode_content=True):
                content += part
                if len(content) > BYTES or time.monotonic() > deadline:
                    raise requests.Timeout
        except (HTTPError, OSError) as error:
            answer.close()
            raise requests.Timeout from error
        answer._content, answer._content_consumed = content, True
        return answer


class Network(client.ClientNetwork):
    """The library's, with patience for rejected nonces, remembering its last answer; None when there was none."""

    last: requests.Response | None = None

    def __init__(self, key: JWKEC, *, trust: str) -> None:
        super().__init__(key, alg=ES256, verify_ssl=trust or True, user_agent=AGENT, timeout=SECONDS)  # type: ignore[arg-type]
        self.session.mount("https://", Bounded())
        self.session.mount("http://", Bounded())

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        for _attempt in range(NONCES - 1):
            try:
                return self._post_once(*args, **kwargs)
            except messages.Error as error:
                if kind_of(error) != "badNonce":
                    raise
        return self._post_once(*args, **kwargs)

    def _send_request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:
        self.last = None
        self.last = super()._send_request(method, url, *args, **kwargs)
        return self.last


def trouble(error: Exception, last: requests.Response | None) -> Trouble:
    """What an error means. last: the authority's last answer, None when it gave none."""
    status, seconds = (last.status_code, wait(last, 0)) if last is not None else (0, 0)
    if isinstance(error, messages.Error):
        kind = kind_of(error)
        # Said of a request, not of a name: it is about who asks.
        known = Reason.ACCOUNT if kind == "unauthorized" else REASONS.get(kind)
        reason = known or (Reason.LIMIT if status == 429 else Reason.DOWN)
        is_final = reason == Reason.REFUSED
        return Trouble(reason, said(error), seconds=seconds, starts_over=kind in LOST, is_final=is_final)
    if status >= 400:
        return Trouble(Reason.LIMIT if status == 429 else Reason.DOWN, f"HTTP {status}", seconds=seconds)
    if status:
        return Trouble(Reason.UNUSABLE, _("Its answer can't be read."), seconds=seconds)
    if isinstance(error, requests.Timeout):
        return Trouble(Reason.DOWN, _("No answer within %(n)s seconds.") % {"n": SECONDS})
    is_strange = isinstance(error, requests.exceptions.SSLError)
    return Trouble(Reason.DOWN, _("Its server can't be trusted (TLS).") if is_strange else _("No connection."))


def kind_of(error: Any) -> str:
    """The last part of an error's type: "badNonce"."""
    return str(getattr(error, "typ", "")).rpartition(":")[2]


def said(error: Any) -> str:
    """What an authority said, for people."""
    text = str(getattr(error, "detail", "") or kind_of(error))
    return "".join(char if char.isprintable() else " " for char in text[:300])


def wait(last: requests.Response | None, default: float) -> float:
    """Seconds that an answer asks to wait (Retry-After, a number or a date)."""
    return seconds_of(last.headers.get("Retry-After", ""), default) if last is not None else default


def seconds_of(header: str, default: float) -> float:
    """The seconds of a Retry-After header, at most a day; the default when there is none that can be read."""
    if header.isascii() and header.isdigit():
        return float(min(int(header[:9]), 86_400))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return default
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)  # noqa: TID251  the other side's clock
    return min(max(left.total_seconds(), 0.0), 86_400.0)
