"""The sweep that keeps holds rolling."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from accounts.organisations.models import Organisation
from billing.contracts.models import Contract, Standing
from billing.payments import holds
from billing.payments.holds import Position
from billing.payments.models import CardHold
from billing.postings.models import Account, Posting
from core import operations
from core.calendar import DAY, jst_date, midnight
from core.operations.models import Operation
from core.schedule import Every, each, sweep

CHUNK = 500
HOUR = timedelta(hours=9)


def concerned() -> QuerySet[Organisation]:
    """Organisations that may need a hold, have one, or wait for one."""
    mine = {"organisation": OuterRef("pk")}
    held = CardHold.objects.filter(**mine, state=CardHold.State.HELD)
    owing = Posting.objects.filter(**mine, account=Account.RECEIVABLE)
    blocked = Standing.objects.filter(**mine, additions_blocked=True)
    running = Contract.objects.live().filter(**mine)
    found = Organisation.objects.filter(Q(Exists(running)) | Q(Exists(held)) | Q(Exists(blocked)) | Q(Exists(owing)))
    return found.order_by("pk")


def standings(at: datetime) -> Iterator[Position]:
    """How all of them stand, some hundred at a time."""
    after = 0
    while some := list(concerned().filter(pk__gt=after)[:CHUNK]):
        yield from holds.positions(some, at=at)
        after = some[-1].pk


def stranded() -> QuerySet[Operation]:
    """What workers gave up although the outcome is unknown; tried again with the same key."""
    unfinished = (CardHold.State.OPEN, CardHold.State.RELEASING)
    pks = CardHold.objects.filter(state__in=unfinished).values("pk")
    return Operation.objects.filter(kind__in=("card.hold", "card.release"), state="FAILED", subject_pk__in=pks)


def next_roll(at: datetime) -> datetime | None:
    """When a hold is about to lapse, or at 9 where one may be needed; growth is seen by the hourly look."""
    if stranded().exists():
        return at
    margin = timedelta(hours=settings.HOLD_RENEW_HOURS)
    held = CardHold.objects.filter(state=CardHold.State.HELD)
    lapses: datetime | None = held.aggregate(first=Min("capture_before"))["first"]
    lacking = concerned().exclude(pk__in=held.values("organisation")).exists()
    day = midnight(jst_date(at)) + HOUR
    looks = [max(at, lapses - margin)] if lapses else []
    looks += [day if day >= at else day + DAY] if lacking else []
    return min(looks, default=None)


@sweep(Every(minutes=60), next_due=next_roll)
def roll_holds(at: datetime) -> None:
    """Hold what has accrued and is unpaid, renew what is outgrown or about to lapse, release what is settled (4-3)."""
    each(stranded(), lambda operation: operations.retry(operation, at=at))
    each(standings(at), lambda position: holds.take(position, at=at))


SWEEPS = (roll_holds,)
