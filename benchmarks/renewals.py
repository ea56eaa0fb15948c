"""How renewals spread when very many certificates were issued in one night, against an authority that counts.

    python benchmarks/renewals.py [--certificates N] [--limit ORDERS] [--days D]

For lives of 90, 64, 45 and 6 days: every certificate is issued within one night and renewed by our own rules (when it
may begin, jitter, how many an authority is asked for, backoff: certificates.rules), while customers' new orders use a
tenth of the authority's limit at random. The authority refuses what is above its limit of orders in 3 hours by 429 and
a Retry-After, of which we know nothing beforehand. Prints one line of `name=value` for each life:

over_limit   orders the authority refused            expired   certificates that ran out before they were renewed
attempts     orders at the authority, per renewal    slack     days left when the last one was renewed, -1 for expired
carries      certificates that the limit can keep renewed at this life, however they are spread
"""

import argparse
import heapq
import os
import random
import sys
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from certificates import rules
from certificates.authorities.actions import FOR_NEW, WINDOW
from certificates.rules import Life

NIGHT = datetime(2026, 6, 1, 15, tzinfo=UTC)  # midnight in Japan
HOURS, SWEEP = 8, timedelta(minutes=10)
LIVES = (90, 64, 45, 6)


class Counting:
    """An authority that takes so many orders in any 3 hours."""

    def __init__(self, limit: int) -> None:
        self.limit, self.taken, self.refused = limit, deque[datetime](), 0

    def order(self, at: datetime) -> float:
        """0 when it is taken, else the seconds after which one may ask again."""
        while self.taken and self.taken[0] <= at - WINDOW:
            self.taken.popleft()
        if len(self.taken) >= self.limit:
            self.refused += 1
            return (self.taken[0] + WINDOW - at).total_seconds() + 1
        self.taken.append(at)
        return 0.0


def simulate(number: int, limit: int, days: int, seed: int = 1) -> dict[str, float]:
    """One generation of certificates, from their issue to the last renewal."""
    dice = random.Random(seed)
    issued = [NIGHT + timedelta(hours=HOURS) * n / number for n in range(number)]
    lives = [Life(at, at + timedelta(days=days)) for at in issued]
    due = sorted((life.renewal(None, dice.random()), life.not_after, n) for n, life in enumerate(lives))
    authority, attempts, expired, slack = Counting(limit), 0, set[int](), float(days)
    waiting: list[tuple[datetime, int]] = []  # due and not begun, the most urgent first
    retries: list[tuple[datetime, int, int]] = []  # (when, which, how many failures)
    ours = deque[datetime]()
    next_new, at, done = NIGHT, due[0][0], 0
    while done < number:
        while next_new <= at:  # what customers order meanwhile
            authority.order(next_new)
            next_new += WINDOW / (limit * FOR_NEW) * dice.expovariate(1)
        while due and due[0][0] <= at:
            _when, not_after, which = due.pop(0)
            heapq.heappush(waiting, (not_after, which))
        while ours and ours[0] <= at - WINDOW:
            ours.popleft()
        begun = []
        while retries and retries[0][0] <= at:
            begun.append(heapq.heappop(retries)[1:])
        room = int(limit * (1 - FOR_NEW)) - len(ours) - len(begun)
        begun += [(heapq.heappop(waiting)[1], 0) for _each in range(min(max(0, room), len(waiting)))]
        for which, failures in begun:
            attempts += 1
            seconds = authority.order(at)
            if seconds:
                again = at + rules.pause(failures + 1, seconds, dice.random())
                heapq.heappush(retries, (again, which, failures + 1))
                continue
            ours.append(at)
            done += 1
            left = (lives[which].not_after - at) / timedelta(days=1)
            slack = min(slack, left)
            if left < 0:
                expired.add(which)
        at += SWEEP
    return {
        "certificates": number, "life_days": days, "limit": limit, "over_limit": authority.refused,
        "expired": len(expired), "attempts": round(attempts / number, 3),
        "slack": round(slack, 2) if slack >= 0 else -1,
        "carries": rules.carried(days, int(limit * (1 - FOR_NEW)), WINDOW),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--days", type=int, action="append", help="a life; may be given several times")
    chosen = parser.parse_args()
    for days in chosen.days or LIVES:
        begun = time.process_time()
        found = simulate(chosen.certificates, chosen.limit, days)
        print(*(f"{name}={value}" for name, value in found.items()), f"cpu_seconds={time.process_time() - begun:.2f}")


if __name__ == "__main__":
    main()
