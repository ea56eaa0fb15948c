"""One connection to an SMSC: bytes in and out, and which submits are on the wire without an answer."""

import select
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from sms.drivers import Fate, Outcome, Outgoing
from sms.drivers.smpp import Account, wire

PATIENCE = 10.0  # seconds for connecting, binding, and answers to enquire_link
CHUNK = 64 * 1024


class Lost(Exception):
    """The link is gone, and why."""


@dataclass
class Submitted:
    """A submit without an answer. started: whether a byte of it may have left us."""

    outgoing: Outgoing
    at: float
    started: bool = False


class Link:
    """A bound transceiver. Sends what it is given, in order; knows at its end what may have arrived."""

    def __init__(self, account: Account) -> None:
        """Connect and bind. Raises Lost."""
        self.account = account
        self.sequence = 0
        self.waiting: dict[int, Submitted] = {}
        self.late: dict[int, Outgoing] = {}
        self._out: deque[tuple[int, memoryview]] = deque()
        self._in = bytearray()
        self.heard = time.monotonic()
        self.asked = 0.0
        try:
            self._socket = socket.create_connection((account.host, account.port), timeout=PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise Lost(f"no connection: {error}") from error
        self._socket.setblocking(False)
        self._bind()

    def next_sequence(self) -> int:
        """Numbers of PDUs, 1 to 0x7fffffff and again; smpplib asks for them."""
        self.sequence = self.sequence % 0x7FFFFFFF + 1
        return self.sequence

    def _bind(self) -> None:
        self.send(wire.bind(self, self.account.system_id, self.account.password))
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            for frame in self.exchange(left):
                if frame.command == wire.BIND_RESP and not frame.status:
                    return
                self.close()
                raise Lost(f"the bind was refused (0x{frame.status:02x})")
        self.close()
        raise Lost("the bind was not answered")

    def send(self, raw: bytes, sequence: int = 0) -> None:
        """Put a PDU in the queue."""
        self._out.append((sequence, memoryview(raw)))

    def submit(self, outgoing: Outgoing) -> None:
        """Put a text in the queue."""
        raw = wire.submit(self, outgoing)
        self.waiting[self.sequence] = Submitted(outgoing, time.monotonic())
        self.send(raw, self.sequence)

    def exchange(self, timeout: float) -> Iterator[wire.Frame]:
        """Send what can be sent, wait up to so many seconds for input, yield what came. Raises Lost."""
        try:
            self._flush()
            writable = [self._socket] if self._out else []
            readable, _, _ = select.select([self._socket], writable, [], timeout)
            if readable:
                self._receive()
            self._flush()
            yield from wire.frames(self._in)
        except (OSError, wire.Broken) as error:
            raise Lost(str(error)) from error

    def _flush(self) -> None:
        while self._out:
            sequence, rest = self._out[0]
            try:
                sent = self._socket.send(rest)
            except BlockingIOError:
                return
            except OSError:
                self._begun(sequence)  # nobody knows
                raise
            self._begun(sequence)
            if sent < len(rest):
                self._out[0] = (sequence, rest[sent:])
                return
            self._out.popleft()

    def _begun(self, sequence: int) -> None:
        if sequence in self.waiting:
            self.waiting[sequence].started = True

    def _receive(self) -> None:
        data = self._socket.recv(CHUNK)
        if not data:
            raise Lost("the other side closed the link")
        self._in += data
        self.heard, self.asked = time.monotonic(), 0.0

    def answered(self, frame: wire.Frame) -> Outcome | None:
        """What an answer says about its submit. One that comes late counts only when the text was taken."""
        fate, supplier_id, error = wire.fate(frame)
        if sent := self.waiting.pop(frame.sequence, None):
            return Outcome(sent.outgoing, fate, supplier_id, error)
        late = self.late.pop(frame.sequence, None)
        return Outcome(late, fate, supplier_id) if late and fate == Fate.TAKEN else None

    def overdue(self) -> list[Outcome]:
        """Submits whose answer is missing for too long: unknown, never sent again."""
        limit = time.monotonic() - self.account.timeout
        over = [number for number, sent in self.waiting.items() if sent.at < limit and sent.started]
        outcomes = []
        for number in over:
            self.late[number] = self.waiting.pop(number).outgoing
            outcomes.append(
                Outcome(self.late[number], Fate.UNKNOWN, error=gettext_noop("The supplier did not answer."))
            )
        return outcomes

    def check(self) -> None:
        """Ask a silent other side whether it is there. Raises Lost when it doesn't say so."""
        now = time.monotonic()
        if self.asked and now - self.asked > PATIENCE:
            raise Lost("enquire_link was not answered")
        if not self.asked and now - self.heard > self.account.enquire:
            self.asked = now
            self.send(wire.plain(wire.ENQUIRE, self.next_sequence()))

    def close(self) -> list[Outcome]:
        """End the link; what may have left us is unknown, the rest was never sent."""
        with suppress(OSError):
            self._socket.close()
        words = gettext_noop("The link broke before the supplier answered.")
        lost = [
            Outcome(sent.outgoing, Fate.UNKNOWN, error=words) if sent.started else Outcome(sent.outgoing, Fate.UNSENT)
            for sent in self.waiting.values()
        ]
        self.waiting.clear()
        return lost
