"""A worker is killed at each step of a charge, a capture and a refund; then the schedule runs: each happened once."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models import Sum

from accounts import audit
from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing import credit_notes, meters
from billing.credit_notes import Credit
from billing.dues import actions as dues
from billing.dues import tasks as due_run
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.payments import attempts
from billing.payments import holds_tasks as holding
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import CardHold, PaymentAttempt, SimulatedPayment
from billing.postings import queries
from billing.postings.models import Posting
from billing.reconciliation import tasks as reconciling
from billing.reconciliation.models import Difference, Reconciliation
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from core.operations.draining import drain
from core.operations.models import Operation
from tests import make
from tests.billing.paying import card
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.world import opened

AT, NEXT = jst(5, 9, month=5), jst(6, 9, month=5)


def die(*_: Any, **__: Any) -> Any:
    """As `kill -9` does: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def calling(method: str, *, acted: bool) -> None:
    """Die in the call of the gateway: before it has acted, or after."""
    real = getattr(Simulated, method)

    def call(*values: Any) -> Any:
        if acted:
            real(*values)
        die()

    setattr(Simulated, method, call)


def writing(verb: str) -> None:
    """Die while the result is written, in the middle of the transaction."""
    real = audit.record

    def record(said: str, *values: Any, **named: Any) -> None:
        real(said, *values, **named)
        if said == verb:
            die()

    audit.record = record  # type: ignore[assignment]


class Step:
    """What a worker does of money: the gateway's method, the action that writes its result, the event of that."""

    def __init__(self, method: str, module: Any, action: str, verb: str) -> None:
        self.points: dict[str, Callable[[], Any]] = {
            "before a worker has it": die,
            "before the call": lambda: calling(method, acted=False),
            "after the call": lambda: calling(method, acted=True),
            "before the result is written": lambda: setattr(module, action, die),
            "before the commit": lambda: writing(verb),
            "after the commit": lambda: None,
        }


STEPS = {
    "charge": Step("charge", attempts, "succeed", "payment.succeeded"),
    "capture": Step("capture", attempts, "succeed", "payment.succeeded"),
    "refund": Step("refund", refunds, "finish", "refund.given"),
}


def killed(arm: Callable[[], Any]) -> None:
    """A worker of its own performs what is due, and is killed at the point."""
    connections.close_all()
    worker = os.fork()
    if not worker:
        try:
            arm()
            drain(at=AT)
        finally:
            die()
    _pid, status = os.waitpid(worker, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def customers(number: int) -> list[Invoice]:
    """Customers with a card, and their invoices of April: 4,598 yen each."""
    for _n in range(number):
        organisation = make.organisation(make.user(), at=jst(1))
        contract = opened(make.first_project(organisation), at=jst(1))
        meters.start(contract, "server", "2core-4gb", at=jst(1))
        meters.stop(contract, at=jst(30))
        card(organisation, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    return list(Invoice.objects.select_related("organisation").order_by("pk"))


def asked(kind: str, invoice: Invoice) -> None:
    """What the worker that will be killed is asked to do."""
    if kind == "capture":
        holding.roll_holds(AT - timedelta(hours=3))
        drain(at=AT - timedelta(hours=3))
    dues.pay(invoice, by=SYSTEM, at=AT)
    if kind == "refund":
        drain(at=AT)
        credit_notes.issue(invoice, [Credit(1, 1000)], reason="Slow", by=SYSTEM, at=AT)
        drain(at=AT)  # its PDF too: the renderer's threads don't survive a fork
        refunds.to_card(invoice.organisation, None, "Slow", by=SYSTEM, at=AT)


def healed() -> None:
    """The leases of the killed have run out, and the schedule and the workers go on."""
    Operation.objects.filter(state="RUNNING").update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    for at in (NEXT, NEXT + timedelta(days=2)):
        drain(at=at)
        due_run.run_dues(at)
        holding.roll_holds(at)
        reconciling.reconcile(at)
        drain(at=at)


def told(organisation: Organisation, kept: int, given: int) -> None:
    """One charge at the gateway, one entry in the books, of the same yen; nothing is held any more."""
    [attempt] = PaymentAttempt.objects.filter(organisation=organisation)
    theirs = SimulatedPayment.objects.get(reference=attempt.gateway_ref)
    assert (attempt.state, theirs.amount, len(theirs.data.get("refunds", []))) == ("SUCCEEDED", kept, int(given > 0))
    booked = Posting.objects.filter(organisation=organisation, account="CARD")
    assert sorted(booked.values_list("kind", "amount")) == [
        ("PAYMENT", 4598),
        *([("REFUND", -given)] if given else []),
    ]
    assert queries.owed_by(organisation) == 0
    assert list(Refund.objects.filter(organisation=organisation).values_list("state", flat=True)) == (
        ["DONE"] if given else []
    )


@pytest.mark.faults
@pytest.mark.parametrize("kind", STEPS)
def test_a_worker_killed_at_any_step_leaves_one_charge_and_one_entry(cloned_db, capsys, kind):
    points = STEPS[kind].points
    invoices = customers(len(points))

    for (point, arm), invoice in zip(points.items(), invoices, strict=True):
        asked(kind, invoice)
        killed(arm)
        before = Posting.objects.filter(
            organisation=invoice.organisation, kind="REFUND" if kind == "refund" else "PAYMENT"
        )
        assert bool(before.exists()) == (point == "after the commit"), point
    healed()

    given = 1100 if kind == "refund" else 0
    for invoice in invoices:
        told(invoice.organisation, 4598 - given, given)
    taken = SimulatedPayment.objects.filter(state="CAPTURED").aggregate(sum=Sum("amount"))["sum"]
    assert taken == len(invoices) * (4598 - given)
    assert not CardHold.objects.exclude(state__in=["CAPTURED", "RELEASED"]).exists()
    assert (Reconciliation.objects.filter(state="DONE").count(), Difference.objects.count()) == (2, 0)
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: {len(points)} workers killed, lost 0, doubled 0\n")
