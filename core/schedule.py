"""Sweeps: what the schedule runs. Each asks "due and not yet done", so a missed night heals itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Protocol, TypeVar

import structlog

from core.calendar import DAY, JST, jst_date, midnight
from core.errors import Refused

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Rhythm(Protocol):
    """When a sweep looks: the first tick at or after an instant."""

    def tick(self, at: datetime) -> datetime: ...


@dataclass(frozen=True)
class Daily:
    """Every day at that JST hour and minute."""

    hour: int
    minute: int = 0

    def tick(self, at: datetime) -> datetime:
        today = midnight(jst_date(at)) + timedelta(hours=self.hour, minutes=self.minute)
        return today if today >= at else midnight(jst_date(at) + DAY) + timedelta(hours=self.hour, minutes=self.minute)


@dataclass(frozen=True)
class Every:
    """Every so many minutes, counted from JST midnight."""

    minutes: int

    def tick(self, at: datetime) -> datetime:
        start = midnight(jst_date(at))
        step = timedelta(minutes=self.minutes)
        return (start + -(-(at - start) // step) * step).astimezone(JST)


@dataclass(frozen=True)
class Sweep:
    """A job of the schedule. run(at) does everything due at `at`; next_due(at) says when something will be due.

    next_due returns the first instant >= `at` at which the sweep would find work given the facts so far, or None;
    the simulation jumps there instead of ticking through empty nights.
    """

    name: str
    rhythm: Rhythm
    run: Callable[[datetime], None]
    next_due: Callable[[datetime], datetime | None]

    def __call__(self, at: datetime) -> None:
        self.run(at)


def each(rows: Iterable[T], act: Callable[[T], object]) -> None:
    """Act on every row; one that is refused (a rival was quicker) or fails is logged and doesn't hold up the others."""
    for row in rows:
        try:
            act(row)
        except Refused as refusal:
            log.info("sweep_refused", row=repr(row), refusal=str(refusal))
        except Exception:
            log.exception("sweep_failed", row=repr(row))


def sweep(
    rhythm: Rhythm, *, next_due: Callable[[datetime], datetime | None]
) -> Callable[[Callable[[datetime], None]], Sweep]:
    """Make a function `name(at)` a sweep that looks in the given rhythm."""

    def make(function: Callable[[datetime], None]) -> Sweep:
        @wraps(function)
        def run(at: datetime) -> None:
            function(at)

        module = function.__module__.removesuffix(".tasks")
        return Sweep(f"{module}.{function.__name__}", rhythm, run, next_due)

    return make
