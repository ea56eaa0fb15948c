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

from billing import meters
from billing.invoices import closing, tasks
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Counter, Invoice, InvoiceLine
from tests import make
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.world import opened

__all__ = ["used"]

CHILD = """
import sys, django
django.setup()
from datetime import datetime
from billing.invoices.closing import close
from core.calendar import Month
print("ready", flush=True)
close(Month(2026, 4), at=datetime.fromisoformat(sys.argv[1]), chunk=1)
"""
CUSTOMERS = 24


def populate() -> None:
    """Customers with a few resources each."""
    for n in range(CUSTOMERS):
        project = make.first_project(make.organisation(make.user(), at=jst(1)))
        for plan in ("1core-1gb", "2core-4gb"):
            contract = opened(project, at=jst(1))
            meters.start(contract, "server", plan, at=jst(1 + n, n))


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
        "amount",
    )
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def undisturbed() -> str:
    """The fingerprint of a run that nobody disturbs; nothing of it stays."""
    with transaction.atomic():
        close(APRIL, at=GRACE_OVER)
        print_of_it = fingerprint()
        transaction.set_rollback(True)
    return print_of_it


def start_child(url: str) -> subprocess.Popen:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, GRACE_OVER.isoformat()],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


@pytest.mark.faults
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_runs_that_race_and_are_killed_leave_the_same_invoices(cloned_db, seed):
    rng = random.Random(seed)
    populate()
    expected = undisturbed()

    for _ in range(2):
        children = [start_child(cloned_db.url) for _ in range(2)]
        for child in children:
            time.sleep(rng.uniform(0, 0.15))
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
    close(APRIL, at=GRACE_OVER)

    assert fingerprint() == expected
    numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, CUSTOMERS + 1)) == list(range(1, Counter.objects.get(name="invoice").value + 1))
    assert close(APRIL, at=GRACE_OVER).written == 0


def test_a_new_run_starts_where_a_killed_one_stopped(project, used):
    values = {**closing.parameters(APRIL), "at": GRACE_OVER, "issuer": closing.issuer_of(APRIL)}
    run = BillingRun.objects.create(month=APRIL.first_day, cutoff=GRACE_OVER, engine="1")
    closing.close_chunk({**values, "run": run.pk}, [project.organisation_id])

    assert tasks.next_month() == APRIL  # the run has not finished
    assert close(APRIL, at=jst(2, month=5)).written == 0
    assert tasks.next_month() == APRIL.next
