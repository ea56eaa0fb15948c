"""Sweeps of bulk actions."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from accounts.access import SYSTEM
from accounts.bulk import actions
from accounts.bulk.models import BulkRun
from core import operations
from core.ids import kind_of
from core.operations.models import Operation
from core.schedule import Daily, Every, each, sweep

KEPT = timedelta(days=30)
# After so long without a worker, a request has died in the middle of its rows.
SILENCE = timedelta(minutes=5)


@sweep(Every(minutes=5), next_due=lambda _at: None)
def go_on(at: datetime) -> None:
    """Let a worker go on with what a dead request left behind."""
    waiting = Operation.objects.filter(
        subject_kind=kind_of(BulkRun), subject_pk=OuterRef("pk"), state__in=("WAITING", "RUNNING")
    )
    left = BulkRun.objects.filter(~Exists(waiting), state__in=BulkRun.BUSY, state_changed_at__lte=at - SILENCE)
    each(left, lambda run: operations.ask("bulk.work", run, by=SYSTEM, at=at))


@sweep(Daily(4, 40), next_due=lambda _at: None)
def forget_bulk(at: datetime) -> None:
    """Remove runs of more than 30 days ago with their rows."""
    each(BulkRun.objects.filter(created_at__lt=at - KEPT).exclude(state__in=BulkRun.BUSY), actions.forget)


SWEEPS = (go_on, forget_bulk)
