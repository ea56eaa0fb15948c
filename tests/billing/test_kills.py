"""Runs that race and are killed: whole invoices or none, each exactly once."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import transaction
from django.db.models import Sum

from billing import meters
from billing.invoices import closing, tasks
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Counter, Invoice, InvoiceLine
from billing.postings.models import Posting
from tests import make
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_guards import everything
from tests.billing.world import HYBRID, opened

__all__ = ["used"]

CHILD = """
import sys, django
django.setup()
from datetime import datetime
from billing.invoices.closing import close
from core.calendar import Month
print("ready", flush=True)
sys.stdin.readline()
close(Month(2026, 4), at=datetime.fromisoformat(sys.argv[1]), chunk=1)
"""
CUSTOMERS = 24


def populate() -> None:
    """Customers with charges of every kind: by time, by the month, by the unit, from a pool with a pack, a discount."""
    for n in range(CUSTOMERS):
        organisation = make.organisation(make.user(), at=jst(1))
        project = make.first_project(organisation)
        for plan in ("1core-1gb", "2core-4gb"):
            contract = opened(project, at=jst(1))
            meters.start(contract, "server", plan, at=jst(1 + n, n))
        everything(contract, organisation)
        meters.start(contract, "address", "28", at=jst(3))
        sim = opened(project, group="sim:1", at=jst(1))
        meters.start(sim, "sim", at=jst(2))
        meters.start(sim, "sim.pack", "3gb", at=jst(2))
        for item in ("sms.a2p", "sim.data"):
            meters.add(sim, item, 40 + n, source="test", event_id=f"{item}-{n}", direction="up", at=jst(5))
        hybrid = opened(project, HYBRID, at=jst(1 + n))
        meters.start(hybrid, "hybrid", at=jst(1 + n))


def fingerprint() -> str:
    """All that invoices say except their numbers, which depend on who came first."""
    rows = InvoiceLine.objects.values_list(
        "invoice__organisation",
        "invoice__stream",
        "invoice__total",
        "line_no",
        "contract",
        "price",
        "quantity",
        "before",
        "allowance",
        "amount",
        "kind",
        "source_pk",
        "for_month",
    )
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def undisturbed() -> tuple[str, list[tuple[str, int]]]:
    """The fingerprint and the balances of a run that nobody disturbs; nothing of it stays."""
    with transaction.atomic():
        close(APRIL, at=GRACE_OVER)
        found = fingerprint(), books()
        transaction.set_rollback(True)
    return found


def start_child(url: str) -> subprocess.Popen:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, GRACE_OVER.isoformat()],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def disturb(url: str, rng: random.Random) -> int:
    """Workers that set out together, each killed at a random moment; returns how many were killed at work."""
    children = [start_child(url) for _ in range(WORKERS)]
    kills = 0
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"go\n")
        child.stdin.flush()
    for child in children:
        time.sleep(rng.uniform(0, 0.05))
        kills += child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.communicate()
    return kills


def books() -> list[tuple[str, int]]:
    """The balances of the run's accounts."""
    return list(Posting.objects.order_by("account").values_list("account").annotate(sum=Sum("amount")))


ALWAYS, FULL, WORKERS = 3, 20, 3


@pytest.mark.faults
@pytest.mark.parametrize(
    "seed", [*range(ALWAYS), *(pytest.param(seed, marks=pytest.mark.full) for seed in range(ALWAYS, FULL))]
)
def test_runs_that_race_and_are_killed_leave_the_same_invoices(cloned_db, capsys, seed):
    rng = random.Random(seed)
    populate()
    expected, balances = undisturbed()

    kills = sum(disturb(cloned_db.url, rng) for _ in range(2))
    left = Invoice.objects.count()
    close(APRIL, at=GRACE_OVER)

    assert (fingerprint(), books()) == (expected, balances)
    assert set(InvoiceLine.objects.values_list("kind", flat=True)) == set(InvoiceLine.Kind.values)
    numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 2 * CUSTOMERS + 1))
    assert Counter.objects.get(name="invoice").value == 2 * CUSTOMERS
    assert close(APRIL, at=GRACE_OVER).written == 0
    with capsys.disabled():
        sys.stdout.write(
            f"\nround {seed + 1}: {kills} workers killed at work after {left} of {len(numbers)} invoices\n"
        )


def test_a_new_run_starts_where_a_killed_one_stopped(project, used):
    values = {**closing.parameters(APRIL), "at": GRACE_OVER, "issuer": closing.issuer_of(APRIL)}
    run = BillingRun.objects.create(month=APRIL.first_day, cutoff=GRACE_OVER, engine="1")
    closing.close_chunk({**values, "run": run.pk}, [project.organisation_id])

    assert tasks.next_month() == APRIL  # the run has not finished
    assert close(APRIL, at=jst(2, month=5)).written == 0
    assert tasks.next_month() == APRIL.next
