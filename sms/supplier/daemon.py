"""The daemon between the outbox and an SMSC: one link, a throttle, a window; every step survives a kill.

Claimed (committed) -> on the wire -> answered -> written down; receipts are written down before they are acknowledged.
Whatever dies in between leaves a message that is shown as unknown and counted once, never one that is sent again.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, connection

from accounts.access import SYSTEM
from sms.audience import actions as audience
from sms.drivers import Outcome, Receipt
from sms.drivers.smpp import Account, wire
from sms.drivers.smpp.link import Link, Lost
from sms.messages import sending
from sms.supplier.models import LinkHealth

IDLE, BEAT, LONGEST_BACKOFF, LAST_ANSWERS = 0.1, 2.0, 30.0, 10.0
SLOW_DOWN = 1.0
log = structlog.get_logger(__name__)


class Throttle:
    """At most so many a second, with bursts of a tenth of that."""

    def __init__(self, rate: float) -> None:
        self.rate, self.burst = rate, max(1.0, rate / 10)
        self.tokens, self.at = self.burst, time.monotonic()

    def free(self) -> int:
        now = time.monotonic()
        if now > self.at:
            self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
            self.at = now
        return int(self.tokens)

    def pause(self, seconds: float) -> None:
        """The supplier asks us to slow down."""
        self.tokens, self.at = 0.0, time.monotonic() + seconds


class Daemon:
    """Runs until `stopping()`; the clock says which instant is written down."""

    def __init__(self, account: Account, *, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> None:
        self.account, self.clock, self.stopping = account, clock, stopping
        self.link: Link | None = None
        self.throttle = Throttle(account.rate)
        self.outcomes: list[Outcome] = []
        self.receipts: list[Receipt] = []
        self.replies: list[wire.Delivered] = []
        self.unacknowledged: list[int] = []
        self.failures, self.connect_at, self.look_at, self.beat_at = 0, 0.0, 0.0, 0.0
        self.bound_since: datetime | None = None
        self.handed, self.received, self.drops, self.error = 0, 0, 0, ""

    def run(self) -> None:
        """Work; a lost link or database is met with patience."""
        while not self.stopping():
            self.safely(self.step)
        deadline = time.monotonic() + LAST_ANSWERS
        while self.link and self.link.waiting and time.monotonic() < deadline:
            self.safely(self.listen)
        self.safely(self.leave)

    def safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Lost as lost:
            self.drop(str(lost))
        except (OperationalError, InterfaceError) as error:  # what isn't written yet stays in our lists
            log.warning("smpp_lost_database", error=str(error))
            connection.close()
            time.sleep(1)

    def step(self) -> None:
        """One round: write down, look after the link, send, listen."""
        self.write()
        self.beat()
        if self.link is None and not self.connect():
            time.sleep(IDLE)
            return
        self.feed()
        self.listen()

    def connect(self) -> bool:
        """Bind, unless the last failure was a moment ago."""
        if time.monotonic() < self.connect_at:
            return False
        self.link = Link(self.account)
        self.failures, self.bound_since, self.error, self.beat_at = 0, self.clock(), "", 0.0
        return True

    def drop(self, why: str) -> None:
        """The link is gone: what may have left us is unknown; try again, each time a little later."""
        log.warning("smpp_lost_link", link=self.account.name, why=why)
        if self.link is not None:
            self.outcomes += self.link.close()
            self.drops += 1
        self.link, self.bound_since, self.error, self.beat_at = None, None, why[:200], 0.0
        self.unacknowledged.clear()  # the other side repeats them
        self.connect_at = time.monotonic() + min(0.5 * 2**self.failures, LONGEST_BACKOFF)
        self.failures += 1

    def feed(self) -> None:
        """Claim what the window and the throttle have room for, and submit it."""
        assert self.link is not None
        window = self.account.window
        room = min(window - len(self.link.waiting), self.throttle.free())
        worth = min(max(1, window // 4), max(1, int(self.throttle.burst)))  # not one claim a message
        if room < worth or time.monotonic() < self.look_at:
            return
        claimed = sending.claim(limit=room, at=self.clock())
        self.throttle.tokens -= len(claimed)
        if len(claimed) < room:
            self.look_at = time.monotonic() + IDLE
        for outgoing in claimed:
            self.link.submit(outgoing)

    def listen(self) -> None:
        """Hear what the other side says, write it down, answer."""
        if self.link is None:
            return
        self.link.check()
        for frame in self.link.exchange(IDLE / 5):
            self.take(frame)
        self.outcomes += self.link.overdue()
        self.write()

    def take(self, frame: wire.Frame) -> None:
        """One PDU of the other side."""
        assert self.link is not None
        if frame.command in (wire.SUBMIT_RESP, wire.NACK):
            self.settle(self.link.answered(frame), frame)
        elif frame.command == wire.DELIVER:
            self.deliver(frame)
        elif frame.command == wire.ENQUIRE:
            self.link.send(wire.plain(wire.ENQUIRE_RESP, frame.sequence))
        elif frame.command == wire.UNBIND:
            self.link.send(wire.plain(wire.UNBIND_RESP, frame.sequence))
            list(self.link.exchange(0))
            raise Lost("the other side ended the session")
        elif not frame.command & wire.NACK:
            self.link.send(wire.plain(wire.NACK, frame.sequence, wire.INVALID_COMMAND))

    def settle(self, outcome: Outcome | None, frame: wire.Frame) -> None:
        if outcome is not None:
            self.outcomes.append(outcome)
        if frame.status in wire.SLOWER:
            self.throttle.pause(SLOW_DOWN)

    def deliver(self, frame: wire.Frame) -> None:
        """A receipt or an answer of a person; acknowledged once it is written down."""
        try:
            found = wire.delivered(frame)
        except wire.Broken as broken:
            log.warning("smpp_unreadable", why=str(broken))
            self.unacknowledged.append(frame.sequence)  # it will not become readable by being repeated
            return
        if found.receipt is None:
            self.replies.append(found)
        elif found.receipt.supplier_id:
            self.receipts.append(found.receipt)
        self.unacknowledged.append(frame.sequence)

    def write(self) -> None:
        """Write down what became of submits, then what is reported, then acknowledge the reports."""
        at = self.clock()
        self.handed += sending.settle(self.outcomes, at=at)
        self.outcomes = []
        if self.receipts:
            sending.report(self.receipts, at=at)
            self.received += len(self.receipts)
            self.receipts = []
        while self.replies:
            reply = self.replies[0]
            audience.replied(reply.source, reply.destination, reply.text, by=SYSTEM, at=at)
            del self.replies[0]
        if self.link is not None:
            for sequence in self.unacknowledged:
                self.link.send(wire.plain(wire.DELIVER_RESP, sequence, 0, b"\0"))
        self.unacknowledged.clear()

    def beat(self) -> None:
        """Settle what a dead daemon left, and let staff see how the link is."""
        if time.monotonic() < self.beat_at:
            return
        self.beat_at = time.monotonic() + BEAT
        at = self.clock()
        sending.recover(at=at)
        seen = {"seen_at": at, "bound_since": self.bound_since, "error": self.error}
        row, _new = LinkHealth.objects.get_or_create(name=self.account.name, defaults=seen)
        counts = {"handed_over": row.handed_over + self.handed, "receipts": row.receipts + self.received}
        LinkHealth.objects.filter(pk=row.pk).update(**seen, **counts, drops=row.drops + self.drops)
        self.handed = self.received = self.drops = 0

    def leave(self) -> None:
        """End the session in order."""
        if self.link is not None:
            self.link.send(wire.plain(wire.UNBIND, self.link.next_sequence()))
            with suppress(Lost):  # it may hang up first
                list(self.link.exchange(0.2))
            self.outcomes += self.link.close()
            self.link = None
        self.bound_since, self.error, self.beat_at = None, "stopped", 0.0
        self.write()
        self.beat()
