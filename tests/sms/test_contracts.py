"""Two kinds, two contracts, two notices."""

from datetime import date, datetime, timedelta

import pytest

from accounts.access import SYSTEM
from accounts.consents.models import Acceptance
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing import contracts
from billing.contracts import tasks as billing_tasks
from core.calendar import JST
from core.errors import Refused
from core.operations.draining import drain
from sms import tasks
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind, Subscription
from tests.billing.world import SERVER, opened
from tests.make import MORNING, NOON
from tests.sms.conftest import OTHER, counted, ordered, sent


def jst(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=JST)


@pytest.mark.terms("67-2", "68-1")
def test_each_kind_is_ordered_for_itself_and_once(project, alice):
    codes = ordered(project, Kind.TWO_FACTOR, by=alice)

    with pytest.raises(Refused) as refusal:
        ordered(project, Kind.TWO_FACTOR, by=alice)
    a2p = ordered(project, Kind.A2P, by=alice)

    assert refusal.value.clause == "68-1"
    assert codes.contract.pk != a2p.contract.pk
    assert (codes.contract.service, a2p.contract.service) == ("sms.2fa", "sms.a2p")


@pytest.mark.terms("69-1", "69-2", "71-1", "72-1", "72-2")
def test_nothing_is_ordered_without_the_consents(project, alice):
    with pytest.raises(Refused) as refusal:
        subscriptions.order(project, Kind.A2P, accepted=("sms",), by=alice, at=MORNING)

    assert refusal.value.code == "consent_needed"
    assert not Subscription.objects.exists()
    ordered(project, Kind.A2P, by=alice)
    assert {a.document.code for a in Acceptance.objects.all()} >= {"sms", "sms-a2p"}


@pytest.mark.terms("74-1")
@pytest.mark.parametrize(
    "at, last",
    [
        (jst(2026, 4, 20, 23, 59, 59), date(2026, 4, 30)),
        (jst(2026, 4, 21), date(2026, 5, 31)),
        (jst(2026, 12, 21), date(2027, 1, 31)),
        (jst(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_notice_by_the_20th_ends_it_this_month_and_later_the_next(a2p, codes, alice, at, last):
    subscriptions.cancel(a2p, by=alice, at=at)

    assert (a2p.contract.refreshed().state, a2p.contract.ends_on) == ("ENDING", last)
    assert codes.contract.refreshed().state == "PROVISIONAL"
    with pytest.raises(Refused):
        subscriptions.cancel(a2p, by=alice, at=at)


@pytest.mark.terms("74-1")
def test_until_its_last_day_all_is_sent_and_charged_and_then_nothing(a2p, alice):
    subscriptions.cancel(a2p, by=alice, at=jst(2026, 4, 20))
    sent(a2p, at=jst(2026, 4, 30, 23, 59, 50))
    drain(at=jst(2026, 4, 30, 23, 59, 50), within=timedelta(seconds=5))
    waiting = sent(a2p, OTHER, at=jst(2026, 4, 30, 23, 59, 59))

    with pytest.raises(Refused) as refusal:
        sent(a2p, at=jst(2026, 5, 1))
    drain(at=jst(2026, 5, 1))
    billing_tasks.end_contracts(jst(2026, 5, 1, 0, 20))
    tasks.end_subscriptions(jst(2026, 5, 1, 0, 25))

    assert refusal.value.clause == "74-1"
    assert counted(a2p) == [("2026-04", 1)]
    assert (a2p.refreshed().state, waiting.refreshed().state) == ("DELETED", "SKIPPED")


@pytest.mark.terms("74-1")
def test_the_list_of_deadlines_says_until_when_to_cancel(a2p, alice):
    tasks.put_deadlines(jst(2026, 4, 2, 0, 10))
    tasks.put_deadlines(jst(2026, 4, 3, 0, 10))

    deadline = Deadline.objects.get(kind="deadline.sms_twentieth")
    assert (deadline.due_at, deadline.done_at) == (jst(2026, 4, 21), None)
    assert "2026-04-30" in deadline.sentence
    subscriptions.cancel(a2p, by=alice, at=jst(2026, 4, 5))
    assert Deadline.objects.get().done_at == jst(2026, 4, 5)
    tasks.put_deadlines(jst(2026, 5, 1, 0, 10))
    assert Deadline.objects.count() == 1


@pytest.mark.terms("74-2")
def test_it_outlives_the_base_services_and_says_so(a2p, project):
    base = opened(project, SERVER)
    contracts.close(base, by=SYSTEM, at=NOON)

    tasks.tell_survivors(NOON)
    tasks.tell_survivors(NOON)

    assert a2p.contract.refreshed().is_running
    assert Notice.objects.filter(kind="sms.survives").count() == 1


def test_nobody_is_told_that_it_survives_while_a_base_service_runs(a2p, project):
    gone = opened(project, SERVER)
    opened(project, SERVER)
    contracts.close(gone, by=SYSTEM, at=NOON)

    tasks.tell_survivors(NOON)

    assert not Notice.objects.filter(kind="sms.survives").exists()


@pytest.mark.terms("74-2")
def test_a_base_service_that_ends_at_a_months_end_is_told_of_after_it_too(a2p, project):
    contracts.close(opened(project, SERVER), by=SYSTEM, at=jst(2026, 4, 30, 23, 0))

    for day in (1, 2, 3):
        tasks.tell_survivors(jst(2026, 5, day, 3, 10))
    contracts.close(opened(project, SERVER, at=jst(2026, 6, 1)), by=SYSTEM, at=jst(2026, 6, 2))
    tasks.tell_survivors(jst(2026, 6, 3, 3, 10))

    told = Notice.objects.filter(kind="sms.survives").order_by("pk")
    assert [notice.at for notice in told] == [jst(2026, 5, 1, 3, 10), jst(2026, 6, 3, 3, 10)]
