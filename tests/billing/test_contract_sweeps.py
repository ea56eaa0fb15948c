"""The schedule confirms, ends and renews contracts; a missed night heals itself."""

from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connections

from accounts.access import SYSTEM
from billing import contracts
from billing.contracts import Contract, Service, tasks
from core.calendar import JST
from core.errors import Refused
from tests import make
from tests.billing.world import CONNECT, SMS, opened


def jst(month: int, day: int, hour: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=JST)


@pytest.mark.terms("3-2")
def test_a_provisional_contract_is_confirmed_after_the_next_day(project):
    contract = opened(project, at=jst(4, 1, 9))

    assert tasks.confirm_contracts.next_due(jst(4, 1, 9)) == jst(4, 3)
    tasks.confirm_contracts(jst(4, 2, 23))
    assert Contract.objects.get().state == "PROVISIONAL"
    tasks.confirm_contracts(jst(4, 5))

    assert (Contract.objects.get().state, contract.pk) == ("ACTIVE", Contract.objects.get().pk)
    assert tasks.confirm_contracts.next_due(jst(4, 5)) is None


@pytest.mark.terms("74-1", "49-2", "60-2")
def test_what_was_cancelled_ends_after_its_last_day_as_of_that_day(project):
    sms, connect = opened(project, SMS, at=jst(4, 1)), opened(project, CONNECT, at=jst(4, 1))
    contracts.close(sms, by=SYSTEM, at=jst(4, 21))
    contracts.close(connect, by=SYSTEM, at=jst(4, 21))

    assert tasks.end_contracts.next_due(jst(4, 21)) == jst(5, 1)
    tasks.end_contracts(jst(4, 30, 23))
    assert not Contract.objects.filter(state="ENDED").exists()
    tasks.end_contracts(jst(6, 4))  # asleep for a month and three days

    ended = dict(Contract.objects.values_list("service", "ended_on"))
    assert ended == {"test.sms": date(2026, 5, 31), "test.connect": date(2026, 4, 30)}
    assert tasks.end_contracts.next_due(jst(6, 4)) is None


@pytest.mark.terms("49-1", "60-1")
def test_terms_are_renewed_the_day_after_they_end(project):
    opened(project, CONNECT, at=jst(4, 10, year=2025))

    assert tasks.renew_contracts.next_due(jst(5, 1, year=2025)) == jst(4, 10)
    tasks.renew_contracts(jst(4, 9, 23))
    assert Contract.objects.get().term_on == date(2026, 4, 9)
    tasks.renew_contracts(jst(4, 10))

    assert Contract.objects.get().term_on == date(2027, 4, 9)


def test_one_that_fails_does_not_hold_up_the_others(project):
    first, second = opened(project, SMS, at=jst(4, 1)), opened(project, SMS, at=jst(4, 1))
    for contract in (first, second):
        contracts.close(contract, by=SYSTEM, at=jst(4, 2))
    contracts.link(opened(project, at=jst(4, 3)), first, contracts.REFUSES)

    tasks.end_contracts(jst(5, 1))

    assert dict(Contract.objects.filter(service="test.sms").values_list("pk", "state")) == {
        first.pk: "ENDING",
        second.pk: "ENDED",
    }


@pytest.mark.faults
def test_of_16_rivals_for_the_last_place_of_a_quota_one_wins(cloned_db):
    project = make.first_project(make.organisation(make.user()))
    service = Service(code="test.scarce", title="Scarce", clause="2-1", quota=3)
    for _ in range(2):
        opened(project, service)
    barrier, outcomes = Barrier(16), []

    def rival() -> None:
        barrier.wait()
        try:
            outcomes.append(opened(project, service).state)
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=rival) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["PROVISIONAL"] + ["quota_exceeded"] * 15
    assert Contract.objects.live().count() == 3
