"""Time travel: a written scenario and the real schedule, run by jumping to the next due instant.

Nothing here writes rows by itself: scenario steps call the same actions as pages and the API, sweeps are those of the
schedule, and the outbox is drained by the same performers, all under the pretended `at`.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone, translation

from accounts.audit.models import AuditEvent
from accounts.notices.models import Notice
from core.calendar import JST
from core.operations.draining import drain
from core.schedule import Sweep

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Step:
    """Something a person does at an instant."""

    at: datetime
    act: Callable[[datetime], object]


@dataclass(frozen=True)
class Happening:
    """A line of the timeline. kind: "event" or "mail"."""

    at: datetime
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(JST):%Y-%m-%d %H:%M}  {self.kind:5}  {self.text}"


def simulate(steps: Iterable[Step], sweeps: Iterable[Sweep], *, start: datetime, end: datetime) -> Iterator[Happening]:
    """Run the steps and the schedule from `start` until `end`, yielding what happened.

    At each instant steps come first, then sweeps in the order of the schedule, each followed by its operations.
    """
    order = count()
    todo = [(step.at, next(order), step) for step in steps if start <= step.at < end]
    heapq.heapify(todo)
    schedule, seen = Schedule(sweeps), Seen()
    now = start
    while True:
        moment = schedule.next(now)
        if todo and (moment is None or todo[0][0] <= moment):
            moment = todo[0][0]
        if moment is None or moment >= end:
            return
        now = max(now, moment)
        if todo and todo[0][0] <= now:
            heapq.heappop(todo)[2].act(now)
        else:
            schedule.run(now)
        drain(at=now)
        yield from seen.new()


class Schedule:
    """When each sweep will next find something to do."""

    def __init__(self, sweeps: Iterable[Sweep]) -> None:
        self.sweeps = list(sweeps)
        self.last: dict[str, datetime] = {}

    def ticks(self, now: datetime) -> Iterator[tuple[datetime, Sweep]]:
        """The next tick of each sweep at which something will be due; never one it has run already."""
        for sweep in self.sweeps:
            due = sweep.next_due(now)
            if due is not None:
                earliest = max(due, self.last.get(sweep.name, now - SECOND) + SECOND)
                yield sweep.rhythm.tick(earliest), sweep

    def next(self, now: datetime) -> datetime | None:
        """The earliest of those ticks."""
        return min((tick for tick, _sweep in self.ticks(now)), default=None)

    def run(self, now: datetime) -> None:
        """Run every sweep whose tick has come."""
        for tick, sweep in list(self.ticks(now)):
            if tick <= now:
                self.last[sweep.name] = now
                sweep.run(now)


class Seen:
    """Which events and notices were reported already."""

    def __init__(self) -> None:
        self.event = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.notice = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def new(self) -> Iterator[Happening]:
        """What was written since the last call."""
        with translation.override("en"), timezone.override(JST):
            for event in AuditEvent.objects.filter(pk__gt=self.event).order_by("pk"):
                self.event = event.pk
                yield Happening(event.at, "event", event.sentence)
            for notice in Notice.objects.filter(pk__gt=self.notice).select_related("user").order_by("pk"):
                self.notice = notice.pk
                yield Happening(notice.at, "mail", f"to {notice.user.email}: {notice.title}")
