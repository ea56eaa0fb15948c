"""Sweeps of SMS: due and not yet done."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing.contracts import Contract
from core.calendar import Month, jst_date
from core.schedule import Daily, Every, each, sweep
from sms.batches import actions as batches
from sms.batches.models import Batch
from sms.drivers import supplier
from sms.messages import actions as messages
from sms.messages import operations, sending
from sms.resale import actions as resale
from sms.resale.models import Resale
from sms.reviews import actions as reviews
from sms.reviews import scoring
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Subscription


def over() -> bool:
    ended = Resale.objects.filter(state="APPROVED", contract__state="ENDED")
    return Subscription.objects.over().exists() or ended.exists()


def next_over(at: datetime) -> datetime | None:
    return at if over() else None


@sweep(Every(minutes=5), next_due=next_over)
def end_subscriptions(at: datetime) -> None:
    """Stop sending for contracts that have ended (74-1)."""
    each(Subscription.objects.over(), lambda one: subscriptions.end(one, at=at))
    ended = Resale.objects.filter(state="APPROVED", contract__state="ENDED").select_related("project")
    each(ended, lambda one: resale.end(one, at=at))


def without_deadline(at: datetime) -> QuerySet[Subscription]:
    """Those that could still be cancelled for this month's end and don't say so yet."""
    put = Deadline.objects.filter(
        kind="deadline.sms_twentieth", subject_kind="sms.subscription", subject_pk=OuterRef("pk"),
        occasion=str(Month.of(at)),
    )  # fmt: skip
    return Subscription.objects.without_deadline(at).filter(~Exists(put))


def next_deadline(at: datetime) -> datetime | None:
    month = Month.of(at)
    if jst_date(at).day <= subscriptions.TWENTIETH and without_deadline(at).exists():
        return at
    return month.end if Subscription.objects.without_deadline(at).exists() else None


@sweep(Daily(0, 10), next_due=next_deadline)
def put_deadlines(at: datetime) -> None:
    """Each month's "cancel by the 20th" (74-1)."""
    if jst_date(at).day <= subscriptions.TWENTIETH:
        each(without_deadline(at), lambda one: subscriptions.remind(one, at=at))


def surviving(at: datetime) -> QuerySet[Subscription]:
    """Those whose project's last base service has ended and whose customer was not told so since (74-2)."""
    base = Contract.objects.filter(project=OuterRef("project")).exclude(service__startswith="sms.")
    last = base.filter(state="ENDED", closed_at__lte=at).order_by("-closed_at").values("closed_at")[:1]
    told = Notice.objects.filter(
        kind="sms.survives", subject_kind="sms.subscription", subject_pk=OuterRef("pk"), at__gte=OuterRef("bare_since")
    )
    rows = Subscription.objects.without_deadline(at).annotate(bare_since=Subquery(last))
    rows = rows.filter(bare_since__gt=F("created_at")).exclude(Exists(told))
    bare: QuerySet[Subscription] = rows.exclude(Exists(base.filter(state__in=Contract.LIVE)))
    return bare


@sweep(Daily(3, 10), next_due=lambda at: at if surviving(at).exists() else None)
def tell_survivors(at: datetime) -> None:
    """Say that SMS goes on and is charged although the base services have ended (74-2)."""
    each(surviving(at), lambda one: subscriptions.survive(one, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if sending.sendable(at=at) else None)
def send_due(at: datetime) -> None:
    """Wake what was scheduled or held up; settle what a dead sender left; drop codes nobody can use any more."""
    sending.recover(at=at)
    sending.drop(at=at)
    operations.receive(at)
    rows = Subscription.objects.filter(pk__in=sending.sendable(at=at))
    each(rows, lambda one: messages.wake(one, by=SYSTEM, at=at))


@sweep(Every(minutes=5), next_due=lambda _at: None)
def watch(at: datetime) -> None:
    """Look for spam: in our counts, and in what the supplier says (72-1, 72-2)."""
    each(supplier().verdicts(at=at), lambda verdict: reviews.judge(verdict, at=at))
    rows = Subscription.objects.filter(state="ACTIVE", messages__created_at__gt=at - scoring.HOUR).distinct()
    each(rows.select_related("project"), lambda one: reviews.look(one, at=at))


@sweep(Daily(4, 30), next_due=lambda _at: None)
def forget_texts(at: datetime) -> None:
    """Empty the texts whose retention is over; previews that nobody released go with their numbers."""
    old = Batch.objects.filter(state="DRAFT", created_at__lt=at - timedelta(days=settings.SMS_RETENTION_DAYS))
    each(old.select_related("project"), lambda one: batches.discard(one, by=SYSTEM, at=at))
    while messages.forget(at, days=settings.SMS_RETENTION_DAYS):
        pass


@sweep(Every(minutes=1), next_due=lambda _at: None)
def forget_codes(at: datetime) -> None:
    """Empty the texts of codes whose time is over."""
    messages.forget_codes(at)


SWEEPS = (end_subscriptions, put_deadlines, tell_survivors, send_due, watch, forget_texts, forget_codes)
