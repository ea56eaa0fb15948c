"""Posting alerts to webhooks: signed JSON, Slack, Discord."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from billing.alerts.models import AlertFiring, PriceAlert
from core import secrets, webhooks
from core.money import yen
from core.operations.models import Operation
from core.operations.performing import Performer


def post(operation: Operation, at: datetime) -> None:
    """Post to the alert's webhook, with the same id each time. A receiver that says no for good isn't asked again."""
    firing = AlertFiring.objects.select_related("alert__organisation").get(pk=operation.subject_pk)
    alert = firing.alert
    if not alert.format:
        return  # removed meanwhile
    assert alert.url is not None
    url, secret = (
        secrets.unseal(bytes(sealed), alert.binding).decode() if sealed else "" for sealed in (alert.url, alert.secret)
    )
    webhooks.post(url, message(firing), key=operation.uuid, secret=secret, at=at)


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


PERFORMERS = {"alert.webhook": Performer(post)}
