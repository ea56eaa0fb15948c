"""SMSCs that misbehave: they ask us to slow down, fall silent, send garbage, hang up; no text is lost or sent twice."""

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from billing.meters.models import Count
from sms.drivers.smpp import Account, link, wire
from sms.drivers.smpp.wire import Frame, plain
from sms.messages.models import Message
from sms.subscriptions.models import Subscription
from sms.supplier import daemon as daemons
from sms.supplier.daemon import Daemon
from sms.supplier.models import LinkHealth
from tests.databases import Database
from tests.servers.smsc import free_port
from tests.sms.test_smpp import outbox, sent, until  # noqa: F401  a fixture

SUBMIT, THROTTLED = 0x00000004, 0x58
NAMES: dict[int, str] = {SUBMIT: "submit", wire.ENQUIRE: "enquire", wire.UNBIND: "unbind"}


class Center:
    """An SMSC in a thread. `manners` has what it does with each PDU but binds, link by link; the last one stays.

    A manner is called with the center, the socket and the PDU; it answers, or does worse.
    """

    def __init__(self, *manners: Callable[["Center", socket.socket, Frame], None]) -> None:
        self.manners = list(manners)
        self.heard: list[tuple[int, str, float]] = []  # (which link, what, when)
        self.took: list[str] = []
        self.links = 0
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wired = self.listener.accept()[0]
                manner = self.manners[min(self.links, len(self.manners) - 1)]
                self.links += 1
                threading.Thread(target=self._serve, args=(wired, self.links, manner), daemon=True).start()

    def _serve(self, wired: socket.socket, number: int, manner: Callable[..., None]) -> None:
        buffer = bytearray()
        with suppress(OSError), wired:
            while data := wired.recv(65536):
                buffer += data
                for frame in wire.frames(buffer):
                    if frame.command == 0x00000009:
                        wired.sendall(plain(wire.BIND_RESP, frame.sequence, body=b"rude\0"))
                        continue
                    self.heard.append((number, NAMES.get(frame.command, hex(frame.command)), time.monotonic()))
                    manner(self, wired, frame)

    def count(self, what: str, link: int = 0) -> int:
        """How many PDUs of a name came, on one link or on all."""
        return sum(name == what and link in (0, number) for number, name, _at in list(self.heard))


def polite(center: Center, wired: socket.socket, frame: Frame) -> None:
    """Takes each text and says at once that it arrived."""
    if frame.command == SUBMIT:
        to = destination(frame)
        center.took.append(to)
        number = f"m{len(center.took)}"
        wired.sendall(plain(wire.SUBMIT_RESP, frame.sequence, body=number.encode() + b"\0"))
        wired.sendall(receipt(number, to))
    elif frame.command == wire.ENQUIRE:
        wired.sendall(plain(wire.ENQUIRE_RESP, frame.sequence))


def destination(frame: Frame) -> str:
    """The number a submit goes to: behind the service, and the source's type, plan and address."""
    _service, _end, rest = frame.body.partition(b"\0")
    _source, _end, rest = rest[2:].partition(b"\0")
    return rest[2:].partition(b"\0")[0].decode()


def receipt(number: str, source: str, body: bytes = b"") -> bytes:
    text = body or f"id:{number} sub:001 dlvrd:001 stat:DELIVRD err:000 text:".encode()
    head = b"\0\1\1" + source.encode() + b"\0\0\0\0" + b"\x04\0\0" + b"\0\0" + b"\0\0\0\0" + bytes([len(text)])
    return plain(wire.DELIVER, 7, body=head + text)


@pytest.fixture
def meeting(cloned_db: Database) -> Iterator[Callable[..., tuple[Center, Daemon]]]:
    """Starts the daemon, in a thread of this process, on a center of these manners."""
    over, threads, centers = threading.Event(), [], []

    def meet(*manners: Callable[..., None], limits: str = "rate=1000&window=10&timeout=1") -> tuple[Center, Daemon]:
        center = Center(*manners)
        centers.append(center)
        account = Account.of(f"smpp://engawa:secret@127.0.0.1:{center.port}?{limits}")
        one = Daemon(account, clock=lambda: datetime.now(UTC), stopping=over.is_set)

        def work() -> None:
            one.run()
            connections.close_all()

        threads.append(threading.Thread(target=work))
        threads[-1].start()
        return center, one

    yield meet
    over.set()
    for thread in threads:
        thread.join()
    for center in centers:
        center.listener.close()


def fill(outbox: Subscription, number: int) -> list[str]:  # noqa: F811
    return [sent(outbox, f"8190{20_000_100 + n}", f"text {n}").destination for n in range(number)]


def told(**wanted: int) -> bool:
    return dict(Counter(Message.objects.values_list("state", flat=True))) == wanted


def test_no_more_are_on_the_wire_than_the_window_allows(meeting: Any, outbox: Subscription) -> None:  # noqa: F811
    held: list[tuple[socket.socket, Frame]] = []

    def hold(center: Center, wired: socket.socket, frame: Frame) -> None:
        if frame.command == SUBMIT:
            held.append((wired, frame))

    fill(outbox, 40)
    center, _daemon = meeting(hold, limits="window=10&timeout=60")

    for wave in (1, 2):
        until(lambda wave=wave: len(held) == 10 * wave)
        time.sleep(0.7)  # it had the time for more
        assert len(held) == 10 * wave
        for wired, frame in held[-10:]:
            polite(center, wired, frame)
    until(lambda: len(held) == 30)


def test_who_is_asked_to_slow_down_waits_and_sends_the_same_text_later_once(meeting: Any, outbox: Subscription) -> None:  # noqa: F811
    refused: list[float] = []

    def slow(center: Center, wired: socket.socket, frame: Frame) -> None:
        if frame.command == SUBMIT and len(refused) < 3:
            refused.append(time.monotonic())
            wired.sendall(plain(wire.SUBMIT_RESP, frame.sequence, THROTTLED))
        else:
            polite(center, wired, frame)

    fill(outbox, 8)
    center, _daemon = meeting(slow, limits="rate=1000&window=3&timeout=5")

    until(lambda: told(DELIVERED=8))
    submits = [at for _link, name, at in center.heard if name == "submit"]
    assert min(at for at in submits if at > refused[-1]) - refused[-1] >= daemons.SLOW_DOWN * 0.9
    assert (len(submits), Counter(center.took).most_common(1)[0][1]) == (8 + 3, 1)
    assert Count.objects.count() == 8


def test_a_link_that_answers_nothing_any_more_is_given_up_and_made_again(
    meeting: Any, outbox: Subscription, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(link, "PATIENCE", 0.6)
    center, daemon = meeting(lambda *_: None, polite, limits="window=10&timeout=1&enquire=0.3")

    until(lambda: center.links == 2)
    fill(outbox, 5)

    until(lambda: told(DELIVERED=5))
    assert center.count("enquire", link=1) >= 1
    assert daemon.drops + sum(LinkHealth.objects.values_list("drops", flat=True)) >= 1


def huge(center: Center, wired: socket.socket, frame: Frame) -> None:
    wired.sendall(struct.pack(">LLLL", 0x7FFFFFFF, wire.SUBMIT_RESP, 0, frame.sequence))


def tiny(center: Center, wired: socket.socket, frame: Frame) -> None:
    wired.sendall(struct.pack(">LLLL", 3, wire.SUBMIT_RESP, 0, frame.sequence))


def web(center: Center, wired: socket.socket, frame: Frame) -> None:
    wired.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def half(center: Center, wired: socket.socket, frame: Frame) -> None:
    """Takes the text, says half a word and hangs up."""
    center.took.append(destination(frame))
    wired.sendall(plain(wire.SUBMIT_RESP, frame.sequence, body=b"m1\0")[:9])
    wired.shutdown(socket.SHUT_RDWR)


def mute(center: Center, wired: socket.socket, frame: Frame) -> None:
    """Takes the text and hangs up without a word."""
    center.took.append(destination(frame))
    wired.shutdown(socket.SHUT_RDWR)


@pytest.mark.faults
@pytest.mark.parametrize("worse", [huge, tiny, web, half, mute])
def test_over_garbage_and_hang_ups_nothing_is_sent_twice_and_what_nobody_knows_is_said(
    meeting: Any, outbox: Subscription, worse: Callable[..., None]  # noqa: F811
) -> None:  # fmt: skip
    numbers = fill(outbox, 30)

    center, _daemon = meeting(worse, worse, polite, limits="rate=1000&window=4&timeout=1")

    until(lambda: not Message.objects.filter(state__in=("WAITING", "SENDING", "SENT")).exists(), 60)
    found = dict(Message.objects.values_list("destination", "state"))
    assert center.links >= 3
    assert set(found) == set(numbers)
    assert set(found.values()) == {"DELIVERED", "UNKNOWN"}
    assert Counter(center.took).most_common(1)[0][1] == 1  # nothing twice
    assert all(found[to] == "UNKNOWN" for to in numbers if to not in center.took)  # nothing silently gone
    assert Count.objects.count() == 30  # each counts once


@pytest.mark.parametrize(
    "raw",
    [
        plain(wire.DELIVER, 9, body=b"\0"),
        plain(wire.DELIVER, 9, body=b"\xff" * 300),
        receipt("", "819020000100", b"id: stat: err:"),
        receipt("m999", "819020000199", b"\xff\xfe\x00garbage"),
        plain(wire.SUBMIT_RESP, 4711, body=b"nobody asked\0"),
        plain(wire.NACK, 4711, 0x03),
        plain(0x00000103, 9, body=b"data_sm?"),
    ],
    ids=["short", "noise", "empty receipt", "strange receipt", "answer to nothing", "nack", "unknown command"],
)
def test_a_pdu_that_makes_no_sense_disturbs_nothing(meeting: Any, outbox: Subscription, raw: bytes) -> None:  # noqa: F811
    def odd(center: Center, wired: socket.socket, frame: Frame) -> None:
        wired.sendall(raw)
        polite(center, wired, frame)

    fill(outbox, 5)
    center, _daemon = meeting(odd)

    until(lambda: told(DELIVERED=5))
    assert center.links == 1
