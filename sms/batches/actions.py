"""A bulk sending: previewed as drafts, released once, stopped while something waits."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit
from accounts.access import Actor
from core.errors import Refused
from sms.audience import actions as audience
from sms.audience.models import OptOut
from sms.batches import reading
from sms.batches.models import Batch
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.messages.models import Message
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Subscription


@transaction.atomic
def prepare(
    subscription: Subscription, *, name: str, content: bytes, template: str, sender: str = "", by: Actor, at: datetime
) -> Batch:
    """Read the CSV and write every text as a draft: nothing is sent, nothing charged (a dry run)."""
    subscriptions.check(subscription, bulk=True, at=at)
    audience.check_sender(subscription.project, sender)
    table = reading.read(content)
    opted_out = set(OptOut.objects.filter(project=subscription.project).values_list("destination", flat=True))
    batch = Batch.objects.create(
        project=subscription.project, subscription=subscription, name=name, sender=sender, state_changed_at=at,
        created_at=at, created_by=by.label[:64],
    )  # fmt: skip
    drafts = []
    for row in reading.rows(table, template, opted_out):
        text = Text(row.destination, row.body[: messages.LONGEST], sender, row=row.line)
        draft = messages.drawn_up(subscription, text, state="INVALID" if row.problem else "DRAFT", by=by, at=at)
        draft.batch, draft.error = batch, row.problem[:200]
        drafts.append(draft)
    Message.objects.bulk_create(drafts, batch_size=1000)
    audit.record("sms.batch_prepared", batch, by=by, at=at, rows=len(drafts))
    return batch


@transaction.atomic
def release(batch: Batch, *, due_at: datetime | None = None, by: Actor, at: datetime) -> int:
    """Send what was previewed, at once or at a time; each message is charged when it is handed over (70-1).

    Raises Refused for a time in the past or too far away, over the day's limit, or while sending is restricted.
    """
    subscription = batch.subscription
    subscriptions.check(subscription, bulk=True, at=at)
    messages.check_due(subscription, due_at, bulk=True, at=at)
    audience.check_sender(batch.project, batch.sender)
    drop_opted_out(batch, at=at)
    drafts = Message.objects.filter(batch=batch, state="DRAFT")
    count = drafts.count()
    if not count:
        raise Refused(_("There is nothing to send."))
    messages.check_day(subscription, count, at=at)
    moved = batch.move("release", due_at=due_at or at, at=at)
    drafts.update(state="WAITING", state_changed_at=at, created_at=at, due_at=due_at or at)
    messages.wake(subscription, by=by, at=at)
    audit.record("sms.batch_released", batch, moved, by=by, at=at, count=count)
    return count


def drop_opted_out(batch: Batch, *, at: datetime) -> None:
    """Take out the numbers that opted out since the preview."""
    numbers = OptOut.objects.filter(project=batch.project_id).values("destination")
    late = Message.objects.filter(batch=batch, state="DRAFT", destination__in=numbers)
    late.update(state="INVALID", state_changed_at=at, error=gettext_noop("The number opted out."))


@transaction.atomic
def stop(batch: Batch, *, by: Actor, at: datetime) -> int:
    """Send no more of it; what is on its way already goes on. Returns how many were held back."""
    moved = batch.move("stop", at=at)
    held = Message.objects.filter(batch=batch, state="WAITING").update(state="STOPPED", state_changed_at=at, done_at=at)
    audit.record("sms.batch_stopped", batch, moved, by=by, at=at, count=held)
    return held


@transaction.atomic
def discard(batch: Batch, *, by: Actor, at: datetime) -> None:
    """Throw a preview away, with its texts."""
    moved = batch.move("discard", at=at)
    Message.objects.filter(batch=batch, state__in=("DRAFT", "INVALID")).delete()
    audit.record("sms.batch_discarded", batch, moved, by=by, at=at)
