"""Webhooks of customers: signed JSON (Standard Webhooks), posted by the one safe way, with the same id each time.

post(url, {"type": "notice", ...}, key=operation.uuid, secret="whsec_...", at=at)
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from core.errors import Refused
from core.fetch import Unfetchable, Unreachable, checked, fetch
from core.operations import Rejected, Retryable

# Answers of 4xx that may be others next time: a slow receiver, one too early, one that is asked too often.
PASSING = (408, 425, 429)


def new_secret() -> str:
    """A secret to sign with; the customer sees it once."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def host_of(url: str) -> str:
    """The host of a webhook's address. Raises Refused for an address that is none, or isn't public HTTPS."""
    try:
        parts = checked(url)
    except Unfetchable as error:
        raise Refused(str(error), field="url", code="bad_address", status=400) from error
    if parts.scheme != "https":
        raise Refused(_("The address must begin with https://."), field="url", code="bad_address", status=400)
    return parts.hostname or ""


def post(url: str, said: Mapping[str, Any], *, key: UUID, secret: str = "", at: datetime) -> int:
    """Post once; returns the status of the answer. secret: "" for chats, which know their own addresses.

    Raises Rejected when the receiver says no for good or may not be asked, Retryable for anything that may pass.
    """
    body = json.dumps(said, ensure_ascii=False)
    headers = {"Content-Type": "application/json"}
    if secret:
        name = f"msg_{key.hex}"
        headers |= {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, at.astimezone(UTC), body),
        }
    try:
        answer = fetch(url, method="POST", body=body.encode(), headers=headers)
    except Unfetchable as error:
        raise Rejected(str(error)) from error
    except Unreachable as error:
        raise Retryable(str(error)) from error
    if not answer.is_ok:
        trouble = Rejected if 400 <= answer.status < 500 and answer.status not in PASSING else Retryable
        raise trouble(f"HTTP {answer.status}")
    return answer.status
