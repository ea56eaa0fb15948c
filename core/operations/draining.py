"""Performing everything inline, on a given clock: for tests and the simulation."""

from datetime import datetime, timedelta

from core.operations import performing


def drain(*, at: datetime, within: timedelta = timedelta(hours=1)) -> datetime:
    """Perform what is due at `at`, and what becomes due within the time after it, at its own instant.

    Returns the instant of the last thing performed (or `at`), so that a pretended clock can go on from there.
    """
    now, limit = at, at + within
    while True:
        while performing.perform_due(at=now):
            pass
        following = performing.next_at(now)
        if following is None or following > limit:
            return now
        now = following
