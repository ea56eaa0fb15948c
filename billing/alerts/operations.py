"""Posting alerts to webhooks: signed JSON, Slack, Discord."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from billing.alerts.models import AlertFiring, PriceAlert
from core import secrets
from core.fetch import Unfetchable, Unreachable, fetch
from core.money import yen
from core.operations import Rejected, Retryable
from core.operations.models import Operation
from core.operations.performing import Performer


def post(operation: Operation, at: datetime) -> None:
    """Post to the alert's webhook, with the same id each time. A receiver that says no for good isn't asked again."""
    firing = AlertFiring.objects.select_related("alert__organisation").get(pk=operation.subject_pk)
    alert = firing.alert
    if not alert.format:
        return  # removed meanwhile
    assert alert.url is not None
    body = json.dumps(message(firing), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **signature(alert, operation, body, at)}
    try:
        answer = fetch(
            secrets.unseal(bytes(alert.url), alert.binding).decode(), method="POST", body=body, headers=headers
        )
    except Unfetchable as error:
        raise Rejected(str(error)) from error
    except Unreachable as error:
        raise Retryable(str(error)) from error
    if not answer.is_ok:
        trouble = Rejected if 400 <= answer.status < 500 and answer.status not in (408, 425, 429) else Retryable
        raise trouble(f"HTTP {answer.status}")


def message(firing: AlertFiring) -> dict[str, object]:
    """What is posted, in the form the receiver expects."""
    alert, month = firing.alert, f"{firing.day:%Y-%m}"
    with translation.override(alert.organisation.language):
        text = _("Engawa: %(organisation)s has reached %(total)s in %(month)s (alert at %(threshold)s).")
        said = text % {
            "organisation": alert.organisation.name, "month": month, "total": yen(firing.total),
            "threshold": yen(alert.threshold),
        }  # fmt: skip
    match alert.format:
        case PriceAlert.Format.SLACK:
            return {"text": f"{said}\n{settings.BASE_URL}/charges"}
        case PriceAlert.Format.DISCORD:
            return {"content": f"{said}\n{settings.BASE_URL}/charges", "allowed_mentions": {"parse": []}}
        case _standard:
            data = {
                "month": month,
                "total": firing.total,
                "threshold": alert.threshold,
                "currency": "JPY",
                "text": said,
            }
            return {"type": "price_alert.exceeded", "timestamp": firing.at.isoformat(), "data": data}


def signature(alert: PriceAlert, operation: Operation, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; none for chats, which know their own addresses."""
    if alert.secret is None:
        return {}
    secret = secrets.unseal(bytes(alert.secret), alert.binding).decode()
    name = f"msg_{operation.uuid.hex}"
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at.astimezone(UTC), body.decode()),
    }


PERFORMERS = {"alert.webhook": Performer(post)}
