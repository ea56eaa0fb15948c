"""The verbs of price alerts."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.alerts.models import AlertFiring, PriceAlert
from core import operations, secrets, webhooks
from core.calendar import jst_date
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor

MOST_ALERTS = 20
Format = PriceAlert.Format


@transaction.atomic
def add(
    organisation: Organisation, threshold: int, *, format: str = Format.NONE, url: str = "", by: "Actor", at: datetime
) -> tuple[PriceAlert, str]:
    """Watch the month's total; returns the alert and, for signed webhooks, its secret: shown once.

    threshold: yen with tax. Raises Refused, naming the field, for a threshold that is watched already, an address that
    is none, or when there are too many.
    """
    host = webhooks.host_of(url) if format else ""
    if PriceAlert.objects.filter(organisation=organisation, removed_at=None).count() >= MOST_ALERTS:
        raise Refused(_("You can have at most %(n)s price alerts. Remove one first.") % {"n": MOST_ALERTS})
    alert = PriceAlert(organisation=organisation, threshold=threshold, format=format, host=host, created_at=at)
    secret = ""
    if format:
        alert.url = secrets.seal(url.encode(), alert.binding)
    if format == Format.STANDARD:
        secret = webhooks.new_secret()
        alert.secret = secrets.seal(secret.encode(), alert.binding)
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError as error:
        text = _("There is an alert at %(yen)s already.") % {"yen": yen(threshold)}
        raise Refused(text, field="threshold", code="duplicate") from error
    audit.record("alert.added", alert, by=by, at=at)
    return alert, secret


@transaction.atomic
def remove(alert: PriceAlert, *, by: "Actor", at: datetime) -> None:
    """Stop watching; its webhook's address is forgotten. Raises Refused when it was removed already."""
    gone = {"removed_at": at, "format": Format.NONE, "url": None, "secret": None}
    if not PriceAlert.objects.filter(pk=alert.pk, removed_at=None).update(**gone):
        raise Refused(_("This alert was removed already."))
    audit.record("alert.removed", alert, by=by, at=at)


@transaction.atomic
def fire(alert: PriceAlert, total: int, *, at: datetime) -> None:
    """Tell the organisation that its month has reached the threshold, once a JST day. total: yen with tax."""
    day = jst_date(at)
    firing, is_new = AlertFiring.objects.get_or_create(alert=alert, day=day, defaults={"total": total, "at": at})
    if not is_new:
        return
    notices.send(
        "price_alert", alert, to=alert.organisation, occasion=day.isoformat(), topic=Topic.MONEY,
        act_url=reverse("charges"), at=at, total=total,
    )  # fmt: skip
    if alert.format:
        operations.ask("alert.webhook", firing, by=SYSTEM, at=at)
