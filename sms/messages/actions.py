"""Accepting a text for sending, stopping it, looking at its number."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from core import operations, secrets
from core.calendar import jst_date, midnight
from core.errors import Refused
from sms import numbers, segments
from sms.audience import actions as audience
from sms.drivers import supplier
from sms.messages.models import EarlyReceipt, Message, binding
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind, Subscription

LONGEST = 660
FARTHEST = timedelta(days=60)
PUMP = "sms.pump"


@dataclass(frozen=True)
class Text:
    """What is to be sent to whom. destination: digits of a checked number. reference: unique in the project, or ""."""

    destination: str
    body: str
    sender: str = ""
    reference: str = ""
    due_at: datetime | None = None
    expires_at: datetime | None = None
    urgent: bool = False
    row: int | None = None


def check_body(body: str) -> segments.Measure:
    """How long the text is. Raises Refused for an empty one or one too long."""
    if not body.strip():
        raise Refused(_("The text is empty."), code="invalid_text", field="body", status=400)
    measured = segments.measure(body)
    if len(body) > LONGEST or measured.segments > segments.MAX_SEGMENTS:
        text = _("The text is too long: %(segments)s parts; at most %(most)s parts and %(longest)s characters.")
        words = {"segments": measured.segments, "most": segments.MAX_SEGMENTS, "longest": LONGEST}
        raise Refused(text % words, code="invalid_text", field="body", status=400)
    return measured


def check_due(subscription: Subscription, due_at: datetime | None, *, bulk: bool = False, at: datetime) -> None:
    """Raise Refused for a time in the past, too far away, or after the contract's last day (74-1)."""
    if due_at is None:
        return
    if not at <= due_at <= at + FARTHEST:
        text = _("Choose a time within the next %(days)s days.") % {"days": FARTHEST.days}
        raise Refused(text, field="due_at", code="invalid_time", status=400)
    if subscription.contract.ends_on:
        subscriptions.check(subscription, bulk=bulk, at=due_at)


def drawn_up(subscription: Subscription, text: Text, *, state: str = "WAITING", by: Actor, at: datetime) -> Message:
    """The row of a text, its body sealed, not saved yet."""
    measured = segments.measure(text.body)
    return Message(
        uuid=uuid.uuid4(),
        project_id=subscription.project_id,
        subscription=subscription,
        row=text.row,
        destination=text.destination,
        sender=text.sender,
        body=secrets.seal(text.body.encode(), binding(subscription.project_id)),
        characters=len(text.body),
        segments=measured.segments,
        reference=text.reference,
        urgent=text.urgent,
        state=state,
        state_changed_at=at,
        created_at=at,
        created_by=by.label[:64],
        due_at=text.due_at or at,
        expires_at=text.expires_at,
    )


@transaction.atomic
def send(subscription: Subscription, text: Text, *, by: Actor, at: datetime) -> Message:
    """Accept one text; it is charged when it is handed over, delivered or not (70-1).

    The same reference again gives the same message. Raises Refused for a bad text or sender, a number that opted out,
    over the day's limit, or while the subscription may not send.
    """
    if before := sent_before(subscription, text.reference):
        return before
    subscriptions.check(subscription, at=at)
    check_due(subscription, text.due_at, at=at)
    check_body(text.body)
    audience.check_sender(subscription.project, text.sender)
    if subscription.kind == Kind.A2P:
        audience.check_opted_in(subscription.project, text.destination)
    check_day(subscription, 1, at=at)
    message = drawn_up(subscription, text, by=by, at=at)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        before = sent_before(subscription, text.reference)
        if before is None:
            raise
        return before
    wake(subscription, by=by, at=at)
    return message


def sent_before(subscription: Subscription, reference: str) -> Message | None:
    """The message that was accepted under this reference, if any."""
    if not reference:
        return None
    return Message.objects.filter(project=subscription.project_id, reference=reference).first()


def check_day(subscription: Subscription, more: int, *, at: datetime) -> None:
    """Raise Refused when so many more would be above the day's limit."""
    today = Message.objects.filter(subscription=subscription, created_at__gte=midnight(jst_date(at)))
    used = today.alive().exclude(state__in=("SKIPPED", "STOPPED")).count()
    if used + more > subscription.daily_limit:
        text = _("At most %(limit)s messages a day; %(used)s were accepted today. Ask us to raise the limit.")
        words = {"limit": f"{subscription.daily_limit:,}", "used": f"{used:,}"}
        raise Refused(text % words, code="limit_count_in_day", status=429)


def wake(subscription: Subscription, *, by: Actor, at: datetime) -> None:
    """Have a worker look, unless one is about to: one row of the outbox for any number of messages.

    A daemon of the supplier's looks by itself."""
    if not supplier().has_daemon and operations.pending(subscription) is None:
        operations.ask(PUMP, subscription, by=by, at=at)


@transaction.atomic
def stop(message: Message, *, by: Actor, at: datetime) -> None:
    """Don't send a message that still waits. Raises Refused when it is on its way already."""
    moved = message.move("stop", done_at=at, at=at)
    audit.record("sms.stopped", message, moved, by=by, at=at)


@transaction.atomic
def reveal(message: Message, *, by: Actor, at: datetime) -> tuple[str, str]:
    """The whole number, and the text while it is kept; who looked is written down."""
    audit.record("sms.revealed", message, by=by, at=at, number=numbers.masked(message.destination))
    return numbers.spoken(message.destination), message.text


def forget_codes(at: datetime) -> int:
    """Empty the texts of codes that nobody can use any more; returns how many. What waits is dropped unsent first."""
    useless = Message.objects.exclude(body=None).filter(expires_at__lte=at)
    return useless.exclude(state__in=("WAITING", "SENDING")).update(body=None)


def forget(at: datetime, *, days: int, batch: int = 5000) -> int:
    """Empty the texts whose retention is over; returns how many. The log keeps counts and results."""
    EarlyReceipt.objects.filter(at__lt=at - timedelta(days=days)).delete()
    old = Message.objects.exclude(body=None).filter(created_at__lt=at - timedelta(days=days))
    old = old.exclude(state__in=("DRAFT", "WAITING", "SENDING"))
    return Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:batch])).update(body=None)
