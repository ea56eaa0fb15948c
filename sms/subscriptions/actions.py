"""Ordering a kind of SMS, giving notice, its end, its limits."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, Actor
from accounts.notices import Topic
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import Service
from core import ids
from core.calendar import Month, end_of_day, jst_date
from core.errors import Refused
from sms import services
from sms.messages import sending
from sms.messages.models import Message
from sms.subscriptions.models import Kind, Scope, Subscription

SERVICES: dict[str, Service] = {Kind.TWO_FACTOR: services.TWO_FACTOR, Kind.A2P: services.A2P}
TWENTIETH = 20


@transaction.atomic
def order(
    project: Project, kind: str, *, name: str = "", accepted: tuple[str, ...] = (), by: Actor, at: datetime,
    **labels: Any,
) -> Subscription:  # fmt: skip
    """Order one of the two kinds for the project: a contract of its own, charged per message (67-2, 68-1).

    Raises Refused when the project has this kind already, or when the customer may not order now.
    """
    if Subscription.objects.filter(project=project, kind=kind, state="ACTIVE").exists():
        raise already(kind)
    subscription = Subscription(
        project=project, kind=kind, name=name or str(Kind(kind).label), created_at=at, state_changed_at=at, **labels
    )
    ids.reserve(subscription)
    subscription.contract = contracts.open(
        SERVICES[kind], subscription, project=project, accepted=accepted, by=by, at=at
    )
    try:
        with transaction.atomic():
            subscription.save(force_insert=True)
    except IntegrityError as error:
        raise already(kind) from error
    audit.record("sms.ordered", subscription, by=by, at=at)
    notices.send(
        "sms.ordered", subscription, to=project, topic=Topic.SERVICE, occasion="ordered",
        act_url=subscription.get_absolute_url(), at=at,
    )  # fmt: skip
    return subscription


def already(kind: str) -> Refused:
    text = _("This project has “%(kind)s” already.")
    return Refused(text % {"kind": Kind(kind).label}, clause="68-1", field="kind")


@transaction.atomic
def cancel(subscription: Subscription, *, by: Actor, at: datetime) -> None:
    """Receive the notice: by the 20th it ends this month's end, later the next month's; until then all goes on (74-1).

    Raises Refused when notice was given before.
    """
    if subscription.contract.refreshed().state == "ENDING" and subscription.contract.ends_on:
        day = date_format(subscription.contract.ends_on)
        raise Refused(_("This was cancelled already; it ends on %(day)s.") % {"day": day}, clause="74-1")
    ending = contracts.close(subscription.contract, reason="cancelled", by=by, at=at)
    deadlines.clear(subscription, at=at)
    audit.record("sms.cancelled", subscription, by=by, at=at, day=ending.ends_on.isoformat())
    notices.send(
        "sms.cancelled", subscription, to=subscription.project, occasion="cancelled",
        act_url=subscription.get_absolute_url(), at=at, ends_on=ending.ends_on,
    )  # fmt: skip


@transaction.atomic
def end(subscription: Subscription, *, at: datetime) -> None:
    """Its contract has ended: nothing is sent any more (74-1)."""
    moved = subscription.move("end", at=at)
    sending.skip(Message.objects.filter(subscription=subscription), gettext_noop("The contract has ended."), at=at)
    deadlines.clear(subscription, at=at)
    audit.record("sms.ended", subscription, moved, by=SYSTEM, at=at)


def remind(subscription: Subscription, *, at: datetime) -> None:
    """Put "cancel by the 20th to end this month" on the list of deadlines (74-1)."""
    month = Month.of(at)
    deadlines.put(
        "deadline.sms_twentieth",
        subscription,
        occasion=str(month),
        due_at=end_of_day(month.day(TWENTIETH)),
        act_url=subscription.get_absolute_url(),
        at=at,
        day=month.last_day.isoformat(),
    )


@transaction.atomic
def survive(subscription: Subscription, *, at: datetime) -> None:
    """Say once that SMS goes on and is charged although all base services of the project have ended (74-2)."""
    notices.send(
        "sms.survives", subscription, to=subscription.project, occasion=jst_date(at).isoformat(),
        act_url=subscription.get_absolute_url(), at=at,
    )  # fmt: skip


@transaction.atomic
def edit(subscription: Subscription, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    changed = {"name": name, "description": description, "tags": tags}
    Subscription.objects.filter(pk=subscription.pk).update(**changed)
    for field, value in changed.items():
        setattr(subscription, field, value)
    contracts.rename(subscription.contract, name)
    audit.record("sms.edited", subscription, by=by, at=at)


@transaction.atomic
def limit(subscription: Subscription, *, daily: int, by: Actor, at: datetime) -> None:
    """Staff set how many messages a day may be accepted."""
    Subscription.objects.filter(pk=subscription.pk).update(daily_limit=daily)
    audit.record("sms.limited", subscription, by=by, at=at, was=subscription.daily_limit, limit=daily)
    subscription.daily_limit = daily


@transaction.atomic
def restrict(subscription: Subscription, scope: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Restrict all or part of the use because of spam, telling why and how to object (72-1)."""
    if scope == Scope.NONE:
        raise Refused(_("Choose what is restricted."))
    Subscription.objects.filter(pk=subscription.pk).update(restriction=scope, restricted_because=reason[:200])
    subscription.restriction, subscription.restricted_because = scope, reason[:200]
    audit.record("sms.restricted", subscription, by=by, at=at, reason=reason)
    notices.send(
        "sms.restricted", subscription, to=subscription.project, occasion=at.isoformat(),
        act_url=f"{reverse('case_new')}?topic=APPEAL", at=at, reason=reason, scope=Scope(scope).label,
    )  # fmt: skip


@transaction.atomic
def unrestrict(subscription: Subscription, *, by: Actor, at: datetime) -> None:
    """Lift the restriction (72-1)."""
    lifted = {"restriction": Scope.NONE, "restricted_because": ""}
    if not Subscription.objects.filter(pk=subscription.pk).exclude(restriction=Scope.NONE).update(**lifted):
        raise Refused(_("Nothing is restricted."))
    subscription.restriction, subscription.restricted_because = Scope.NONE, ""
    audit.record("sms.unrestricted", subscription, by=by, at=at)
    notices.send(
        "sms.unrestricted", subscription, to=subscription.project, occasion=at.isoformat(),
        act_url=subscription.get_absolute_url(), at=at,
    )  # fmt: skip


def check(subscription: Subscription, *, bulk: bool = False, at: datetime) -> None:
    """Raise Refused unless the subscription may send now (72-1, 74-1)."""
    contract = subscription.contract
    if subscription.state != "ACTIVE" or not contract.is_running:
        raise Refused(_("This contract has ended, so nothing can be sent."), clause="74-1", code="not_running")
    if contract.ends_on is not None and contract.ends_on < jst_date(at):
        raise Refused(_("This contract has ended, so nothing can be sent."), clause="74-1", code="not_running")
    if subscription.restriction == Scope.ALL or (bulk and subscription.restriction == Scope.BULK):
        text = _("Sending is restricted: %(reason)s You can object to this.")
        raise Refused(text % {"reason": subscription.restricted_because}, clause="72-1", code="restricted", status=403)
