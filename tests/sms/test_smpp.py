"""SMPP against smpp34, a real SMSC: correct on the wire, and over kills and cuts nothing lost, nothing sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from accounts.access import SYSTEM
from billing.meters.models import Count
from config.engines import kin
from config.engines.home import ROOT
from sms import segments
from sms.audience import actions as audience
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.messages.models import Message
from sms.subscriptions.models import Kind
from sms.supplier.models import LinkHealth
from tests import make
from tests.servers.smsc import Cable, Smsc
from tests.sms.conftest import ordered

MANY = 200
PAST = datetime(2020, 1, 1, tzinfo=UTC)


class Daemon:
    """`manage.py smpp` in a process of its own."""

    def __init__(self, database_url, port, limits):
        self.environment = {
            **os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings",
            "SMS_DRIVER": "sms.drivers.smpp.Smpp", "SMPP_URL": f"smpp://engawa:secret@127.0.0.1:{port}?{limits}",
        }  # fmt: skip

    def start(self):
        command = [sys.executable, "manage.py", "smpp"]
        tied = kin.tied(signal.SIGKILL)
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, preexec_fn=tied)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0


@pytest.fixture
def smsc(tmp_path):
    center = Smsc(tmp_path)
    center.start()
    yield center
    center.kill()


@pytest.fixture
def cable(smsc):
    made = Cable(smsc.port)
    yield made
    made.remove()


@pytest.fixture
def daemon(cloned_db, cable):
    made = Daemon(cloned_db.url, cable.port, "rate=1000&window=20&timeout=1")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def outbox(cloned_db):
    """A customer of A2P with a sender name; everything in it is committed."""
    at = datetime.now(UTC)
    project = make.first_project(make.organisation(make.user(), at=at))
    name = audience.apply(project, name="Garden", by=SYSTEM, at=at)
    audience.approve(name, by=SYSTEM, at=at)
    return ordered(project, Kind.A2P, at=at)


def sent(outbox, to, body="Hello", sender=""):
    return messages.send(outbox, Text(to, body, sender), by=SYSTEM, at=datetime.now(UTC))


def until(what, seconds=30):
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, Counter(Message.objects.values_list("state", flat=True))
        time.sleep(0.05)


def states():
    return dict(Counter(Message.objects.values_list("state", flat=True)))


def settled():
    return not Message.objects.filter(state__in=("WAITING", "SENDING", "SENT")).exists()


@pytest.mark.terms("67-1", "70-1")
def test_texts_reach_the_smsc_as_they_should_and_receipts_come_back(smsc, daemon, outbox):
    latin = sent(outbox, "819012345678", "Price [1] 5€", "Garden")
    long = sent(outbox, "818012345678", "縁側で😀" * 20)
    failed = sent(outbox, "819012340001")

    until(lambda: states() == {"DELIVERED": 2, "FAILED": 1})

    took = {line["to"]: line for line in smsc.took()}
    first, second = took[latin.destination], took[long.destination]
    assert (first["from"], first["coding"], first["types"], first["receipt"]) == ("Garden", 0, [5, 1, 1], 1)
    assert bytes.fromhex(first["text"]) == segments.encode("Price [1] 5€")[1]
    assert (second["coding"], bytes.fromhex(second["text"]).decode("utf-16-be")) == (8, "縁側で😀" * 20)
    found = {one.destination: one.state for one in Message.objects.all()}
    assert (found[latin.destination], found[failed.destination]) == ("DELIVERED", "FAILED")
    assert Count.objects.count() == 3
    daemon.stop()
    health = LinkHealth.objects.get()
    assert (health.name, health.handed_over, health.receipts) == (f"engawa@127.0.0.1:{daemon_port(daemon)}", 3, 3)
    assert (health.bound_since, health.error) == (None, "stopped")


def daemon_port(daemon):
    return daemon.environment["SMPP_URL"].rpartition(":")[2].partition("?")[0]


@pytest.mark.terms("70-1")
def test_a_refusal_is_free_a_delay_is_tried_again_and_silence_is_unknown_until_the_receipt(smsc, daemon, outbox):
    refused, silent, later = (sent(outbox, f"81901234000{n}") for n in (2, 3, 4))

    until(settled)
    until(lambda: silent.refreshed().state == "DELIVERED")

    assert (refused.refreshed().state, later.refreshed().state) == ("REFUSED", "DELIVERED")
    assert later.attempts == 2
    assert sorted(line["to"] for line in smsc.took()) == [silent.destination, later.destination]
    counted = set(Count.objects.values_list("event_id", flat=True))
    assert counted == {silent.uuid.hex, later.uuid.hex}


def kill_daemon(smsc, cable, daemon):
    daemon.kill()
    Message.objects.filter(state="SENDING").update(lease_until=PAST)  # a minute later
    daemon.start()


def kill_smsc(smsc, cable, daemon):
    smsc.kill()
    smsc.start()


def cut_cable(smsc, cable, daemon):
    cable.cut()


@pytest.mark.faults
@pytest.mark.parametrize("fault", [kill_daemon, kill_smsc, cut_cable])
def test_over_kills_and_cuts_nothing_is_lost_and_nothing_sent_twice(smsc, cable, daemon, outbox, fault):
    for n in range(MANY):
        sent(outbox, f"8190{20_000_100 + n}", f"text {n}")
    for part in (1, 2, 3):
        until(lambda part=part: len(smsc.took()) >= part * MANY // 5)
        fault(smsc, cable, daemon)

    until(settled, 60)
    until(lambda: not Message.objects.filter(state="UNKNOWN", destination__in=[m["to"] for m in smsc.took()]).exists())

    arrived = Counter(line["to"] for line in smsc.took())
    found = {one.destination: one.state for one in Message.objects.all()}
    assert max(arrived.values()) == 1  # nothing twice
    assert {state for to, state in found.items() if to in arrived} == {"DELIVERED"}
    assert {state for to, state in found.items() if to not in arrived} <= {"UNKNOWN"}  # shown, never silently gone
    assert Count.objects.count() == MANY  # each counts once


def test_the_daemon_says_what_is_wrong_with_its_address(cloned_db, settings):
    from django.core.management import CommandError, call_command

    settings.SMPP_URL = "smpp://localhost?speed=9"

    with pytest.raises(CommandError, match="speed"):
        call_command("smpp")
