"""Facts that can't be right: each has an answer, and nothing is lost or kept by halves."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.access import SYSTEM
from billing import contracts
from billing.adjustments import tasks
from billing.invoices.closing import close
from billing.invoices.models import InvoiceLine
from billing.meters import Count, Span
from core.calendar import Month
from core.errors import Refused
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.test_late_usage import LATER, MAY_OVER, count, late
from tests.billing.world import opened

pytestmark = pytest.mark.usefixtures("db")


def test_use_in_the_future_waits_for_its_month(project):
    contract = opened(project, at=jst(1))
    count(contract, 1, at=jst(5, month=6))
    close(APRIL, at=GRACE_OVER)
    close(APRIL.next, at=MAY_OVER)
    assert not InvoiceLine.objects.filter(contract=contract).exists()

    close(Month(2026, 6), at=jst(1, 6, month=7))

    assert InvoiceLine.objects.get(contract=contract).amount == 13


def test_an_unknown_item_is_refused_and_nothing_is_kept(project):
    contract = opened(project, at=jst(1))

    def guess() -> None:
        with transaction.atomic():
            count(contract, 1, item="spaceship")
            connection.check_constraints()

    with pytest.raises((IntegrityError, LookupError, Refused)):
        guess()

    assert not Count.objects.filter(contract=contract).exists()


def test_after_the_end_of_the_contract_only_what_happened_before_it_counts(project):
    contract = opened(project, at=jst(1))
    contracts.close(contract, by=SYSTEM, at=jst(10))
    close(APRIL, at=GRACE_OVER)
    contract.refresh_from_db()

    with pytest.raises(Refused):
        count(contract, 1, at=jst(10))
    assert count(contract, 2, at=jst(9))

    tasks.charge_late_usage(LATER)
    assert late() == [("sms.a2p", 1, 0, 13)]


def test_a_backwards_span_is_refused(project):
    contract = opened(project, at=jst(1))

    with pytest.raises(Exception, match="range lower bound"), transaction.atomic():
        Span.objects.create(contract=contract, item_id="switch", period=(jst(5), jst(4)))

    assert not contract.spans.exists()
