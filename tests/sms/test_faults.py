"""Faults at size: killed daemons, killed SMSCs, cut links, a daemon that hangs; nothing lost, nothing sent twice.

Lost: arrived and not said to be delivered, never arrived and said to be anything but unknown, or stuck. Doubled: taken
by the SMSC more than once.
"""

import random
import signal
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import transaction

from accounts.access import SYSTEM
from billing.meters.models import Count
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.messages.models import Message
from tests.sms.test_smpp import Daemon, cable, kill_smsc, outbox, settled, smsc, until  # noqa: F401  fixtures

PAST = datetime(2020, 1, 1, tzinfo=UTC)
# (seed, messages, faults): one run always, the rest with --full.
ALWAYS, SIZES = (1, 400, 6), [(seed, 3000, 30) for seed in range(2, 7)]


@pytest.fixture
def daemons(cloned_db, cable):  # noqa: F811
    """Two daemons that share the outbox."""
    made = [Daemon(cloned_db.url, cable.port, "rate=2000&window=40&timeout=1") for _twice in range(2)]
    for daemon in made:
        daemon.start()
    yield made
    for daemon in made:
        daemon.kill()


def end_leases():
    """As if a minute had gone by; a daemon that was stopped in the middle of writing holds its rows, so not those."""
    with transaction.atomic():
        held = Message.objects.select_for_update(skip_locked=True).filter(state="SENDING")
        Message.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(lease_until=PAST)


def kill_daemon(dice, smsc, cable, daemons):  # noqa: F811
    """Killed, and started again a lease later."""
    one = dice.choice(daemons)
    one.kill()
    # What it had claimed is past its lease; what the other one holds is not touched.
    time.sleep(0.3)
    one.start()


def hang_daemon(dice, smsc, cable, daemons):  # noqa: F811
    """Stopped for so long that its links are given up and its claims are taken for lost."""
    one = dice.choice(daemons)
    one.process.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    end_leases()
    time.sleep(0.5)
    one.process.send_signal(signal.SIGCONT)


def cut_cable(dice, smsc, cable, daemons):  # noqa: F811
    cable.cut()


def restart_smsc(dice, smsc, cable, daemons):  # noqa: F811
    kill_smsc(smsc, cable, daemons[0])


def fill(outbox, number):  # noqa: F811
    at = datetime.now(UTC)
    texts = (Text(f"8190{20_000_100 + n // 9000 * 10_000 + n % 9000}", f"text {n}") for n in range(number))
    Message.objects.bulk_create(messages.drawn_up(outbox, text, by=SYSTEM, at=at) for text in texts)


@pytest.mark.faults
@pytest.mark.terms("70-1")
@pytest.mark.parametrize(
    "seed, number, faults", [ALWAYS, *(pytest.param(*size, marks=pytest.mark.full) for size in SIZES)]
)
def test_over_many_faults_nothing_is_lost_and_nothing_doubled(
    smsc, cable, daemons, outbox, seed, number, faults, record_property  # noqa: F811
):  # fmt: skip
    dice = random.Random(seed)
    kinds = [kill_daemon, hang_daemon, cut_cable, restart_smsc]
    fill(outbox, number)

    for n in range(faults):
        wanted = number * (n + 1) // (faults + 2)
        until(lambda wanted=wanted: len(smsc.took()) >= wanted or settled(), 60)
        kind = kinds[n] if n < len(kinds) else dice.choice(kinds)
        kind(dice, smsc, cable, daemons)
    # What killed daemons had claimed: their leases end.
    for _round in range(20):
        end_leases()
        if settled():
            break
        time.sleep(1)
    until(settled, 60)
    arrived = Counter(line["to"] for line in smsc.took())
    until(lambda: not Message.objects.filter(state="UNKNOWN", destination__in=list(arrived)).exists(), 60)

    found = dict(Message.objects.values_list("destination", "state"))
    lost = [to for to, state in found.items() if state != ("DELIVERED" if to in arrived else "UNKNOWN")]
    doubled = [to for to, count in arrived.items() if count > 1]
    for name, value in (("faults", faults), ("lost", len(lost)), ("doubled", len(doubled))):
        record_property(name, value)
    record_property("unknown", sum(state == "UNKNOWN" for state in found.values()))
    assert (lost, doubled) == ([], [])
    assert len(found) == number
    assert Count.objects.count() == number  # each counts once
