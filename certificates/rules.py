"""When a certificate can be declined, is renewed, and is tried again: pure functions of instants (84-2, AM-15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing.contracts.endings import opt_out_until
from certificates.drivers import Window
from core.calendar import JST, end_of_day, jst_date

SHORT_LIFE = timedelta(days=10)
STAGES = (1, 3, 7, 14, 30)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=100))
DAILY = timedelta(days=1)
# What is left of the life when renewals spread over it: the rest is for trying again.
SPREAD = 3


@dataclass(frozen=True)
class Life:
    """Of a certificate: the half-open interval in which it is valid (84-1)."""

    not_before: datetime
    not_after: datetime

    @property
    def opt_out_until(self) -> date:
        """The last JST day on which its renewal can be declined (84-2, AM-15)."""
        return opt_out_until(self.not_after, jst_date(self.not_before))

    @property
    def opens(self) -> datetime:
        """When renewing may begin: the JST midnight after that day, or when 2/3 of the life is over, the later.

        1/2 for a life below 10 days (AM-15). For lives so short that this would be the end, it is half of the life.
        """
        life = self.not_after - self.not_before
        share = life / 2 if life < SHORT_LIFE else life * 2 / 3
        opens = max(end_of_day(self.opt_out_until), self.not_before + share)
        return opens if opens < self.not_after else self.not_before + share

    def renewal(self, window: Window | None, chance: float) -> datetime:
        """When it is renewed. chance: 0 to 1, drawn once and kept, so that renewals spread.

        Inside what may be, the authority's window decides; it comes earlier only when the window is over before, which
        announces a revocation (AM-15, RFC 9773).
        """
        latest = self.opens + (self.not_after - self.opens) / SPREAD
        if window is None:
            return self.opens + (latest - self.opens) * chance
        if window.end <= self.opens:
            return window.start + (window.end - window.start) * chance
        start = max(self.opens, window.start)
        end = min(max(start, window.end), self.not_after - (self.not_after - self.opens) / 10)
        return max(self.opens, start + (max(start, end) - start) * chance)


def stage(not_after: datetime, at: datetime) -> int | None:
    """Which notice of a failing renewal is due: 30, 14, 7, 3 or 1 days before the end; None before and after that."""
    left = (jst_date(not_after) - jst_date(at)).days
    if at >= not_after:
        return None
    return next((days for days in STAGES if left <= days), None)


def pause(attempts: int, seconds: float, chance: float) -> timedelta:
    """How long to wait after so many failures in a row: 1, 10, 100 minutes, then a day, a tenth more or less.

    seconds: what the other side asked for; it is never less. chance: 0 to 1.
    """
    wanted = BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else DAILY
    return max(wanted * (0.9 + chance / 5), timedelta(seconds=seconds))


def spread(due: Sequence[datetime], limit: int, window: timedelta) -> list[datetime]:
    """When each of these renewals is begun if at most `limit` are in any window: in order, as early as may be."""
    begun: list[datetime] = []
    for at in sorted(due):
        begun.append(max(at, begun[-limit] + window) if len(begun) >= limit else at)
    return begun


def carried(days: int, orders: int, window: timedelta) -> int:
    """How many certificates of so many days so many orders in each window keep renewed, evenly spread over time."""
    begun = datetime(2026, 1, 1, tzinfo=JST)
    between = Life(begun, begun + timedelta(days=days)).opens - begun
    return int(orders * (between / window))
