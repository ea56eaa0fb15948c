"""A fact and the closing of its month take turns: it is invoiced, or it knows that it is late."""

import threading
import time

import pytest
from django.db import connection, transaction

from billing.adjustments.models import LateMark
from billing.invoices import closing
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Invoice
from tests import make
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.test_late_usage import count
from tests.billing.world import opened


@pytest.mark.faults
def test_a_fact_and_the_run_of_its_month_take_turns(cloned_db):
    project = make.first_project(make.organisation(make.user(), at=jst(1)))
    contract = opened(project, at=jst(1))
    done = []

    def run() -> None:
        done.append(close(APRIL, at=GRACE_OVER).written)
        connection.close()

    with transaction.atomic():
        count(contract, 1)
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.3)
        assert not BillingRun.objects.exists()  # it waits for the fact
        assert not LateMark.objects.exists()
    thread.join()

    assert (done, Invoice.objects.get().subtotal) == ([1], 13)


@pytest.mark.faults
def test_a_fact_that_waited_for_the_run_knows_that_it_is_late(cloned_db):
    project = make.first_project(make.organisation(make.user(), at=jst(1)))
    contract = opened(project, at=jst(1))

    def fact() -> None:
        count(contract, 1)
        connection.close()

    with transaction.atomic():
        closing.begin(APRIL, at=GRACE_OVER)
        thread = threading.Thread(target=fact)
        thread.start()
        time.sleep(0.3)
        assert thread.is_alive()
    thread.join()

    assert LateMark.objects.get().month == APRIL.first_day
