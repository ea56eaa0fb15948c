"""How contracts end, cascade, go on, are confirmed or refused."""

from datetime import date, datetime

import pytest

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from billing import contracts, meters
from billing.contracts import ENDS, REFUSES, SURVIVES, Contract
from core.calendar import JST
from core.errors import Refused
from tests import make
from tests.billing.world import CERTIFICATE, CONNECT, SERVER, SMS, opened, spans

pytestmark = pytest.mark.usefixtures("db")


def jst(month: int, day: int, hour: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=JST)


def state(contract: Contract) -> str:
    return Contract.objects.get(pk=contract.pk).state


@pytest.mark.terms("6-1")
def test_a_contract_ends_the_same_day_and_its_meters_stop_at_that_instant(project, alice):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=make.MORNING)

    ending = contracts.close(contract, reason="no longer needed", by=alice, at=make.NOON)

    assert ending == contracts.Ending(date(2026, 4, 1), [contract], [])
    assert (contract.state, contract.ended_on, contract.closed_at) == ("ENDED", date(2026, 4, 1), make.NOON)
    assert spans(contract) == [("server", "1core-1gb", make.MORNING, make.NOON)]


@pytest.mark.terms("11-2", "66-1", "84-4")
def test_what_hangs_on_a_contract_ends_with_it_at_the_same_instant(project):
    router = opened(project)
    addresses = opened(project, needs=[(router, ENDS)])
    deeper = opened(project, needs=[(addresses, ENDS)])
    meters.start(addresses, "address", "28", at=make.MORNING)

    ending = contracts.close(router, by=SYSTEM, at=make.NOON)

    assert ending.ended == [deeper, addresses, router]
    closed = set(Contract.objects.values_list("state", "closed_at", "ended_on"))
    assert closed == {("ENDED", make.NOON, date(2026, 4, 1))}
    assert spans(addresses) == [("address", "28", make.MORNING, make.NOON)]


@pytest.mark.terms("14-1", "74-2")
def test_survivors_go_on_and_are_named(project):
    server = opened(project)
    hybrid = opened(project, needs=[(server, SURVIVES)])

    ending = contracts.close(server, by=SYSTEM, at=make.NOON)

    assert (ending.surviving, state(hybrid)) == ([hybrid], "PROVISIONAL")


def test_what_must_end_first_is_listed_and_nothing_changes(project):
    switch = opened(project)
    gateway = opened(project, needs=[(switch, REFUSES)])
    contracts.rename(gateway, "gateway-01")
    meters.start(switch, "switch", at=make.MORNING)

    with pytest.raises(Refused, match="gateway-01") as refusal:
        contracts.close(switch, by=SYSTEM, at=make.NOON)

    assert refusal.value.code == "still_needed"
    assert (state(switch), spans(switch)) == ("PROVISIONAL", [("switch", "", make.MORNING, None)])
    contracts.unlink(gateway, switch)
    assert contracts.close(switch, by=SYSTEM, at=make.NOON).ended == [switch]


def test_something_at_depth_forbids_too_unless_it_ends_anyway(project):
    root = opened(project)
    child = opened(project, needs=[(root, ENDS)])
    stubborn = opened(project, needs=[(child, REFUSES)])

    assert contracts.dependants(root).refusing == [stubborn]
    assert contracts.may_end(root).code == "still_needed"
    contracts.link(stubborn, root, ENDS)
    assert contracts.may_end(root) is None
    assert len(contracts.close(root, by=SYSTEM, at=make.NOON).ended) == 3


def test_the_cascade_costs_a_query_per_level_not_per_contract(project, django_assert_num_queries):
    root = opened(project)
    for _ in range(10):
        opened(project, needs=[(root, ENDS)])

    with django_assert_num_queries(2):
        assert len(contracts.dependants(root).ending) == 10


@pytest.mark.terms("74-1")
def test_an_sms_contract_runs_until_the_end_its_notice_leads_to(project):
    contract = opened(project, SMS)
    meters.add(contract, "sms.a2p", 1, source="test", event_id="1", at=jst(4, 21))

    ending = contracts.close(contract, by=SYSTEM, at=jst(4, 21))

    assert (ending, contract.state) == (contracts.Ending(date(2026, 5, 31)), "ENDING")
    assert meters.add(contract, "sms.a2p", 1, source="test", event_id="2", at=jst(5, 31))
    with pytest.raises(Refused, match="終了日"):
        contracts.end(contract, by=SYSTEM, at=jst(5, 31, 23))
    contracts.end(contract, by=SYSTEM, at=jst(6, 3))  # the schedule slept for three days
    assert (contract.state, contract.ended_on, contract.closed_at) == ("ENDED", date(2026, 5, 31), jst(6, 1, 0))


@pytest.mark.terms("74-1")
def test_a_second_notice_is_refused(project):
    contract = opened(project, SMS)
    contracts.close(contract, by=SYSTEM, at=jst(4, 2))

    with pytest.raises(Refused):
        contracts.close(contract, by=SYSTEM, at=jst(4, 25))

    assert Contract.objects.get().ends_on == date(2026, 4, 30)


@pytest.mark.terms("49-2", "60-2")
def test_full_deletion_can_be_taken_back_before_the_month_ends(project):
    contract = opened(project, CONNECT)
    contracts.close(contract, by=SYSTEM, at=jst(4, 10))
    assert contract.ends_on == date(2026, 4, 30)

    contracts.withdraw(contract, by=SYSTEM, at=jst(4, 20))

    assert (contract.state, contract.ends_on, contract.term_on) == ("ACTIVE", None, date(2027, 3, 31))


@pytest.mark.terms("49-1", "60-1")
def test_a_term_is_extended_by_a_year_as_often_as_it_takes(project):
    contract = opened(project, CONNECT)
    contracts.confirm(contract, by=SYSTEM, at=jst(4, 3))

    with pytest.raises(Refused, match="期間"):
        contracts.renew(contract, by=SYSTEM, at=jst(3, 31, year=2027))
    contracts.renew(contract, by=SYSTEM, at=jst(4, 1, year=2027))
    assert contract.term_on == date(2028, 3, 31)
    contracts.renew(contract, by=SYSTEM, at=jst(6, 1, year=2030))

    assert Contract.objects.get().term_on == date(2031, 3, 31)


@pytest.mark.terms("84-2", "84-3")
def test_a_certificate_ends_at_its_expiry_or_the_same_day(project):
    opted_out, dropped = opened(project, CERTIFICATE), opened(project, CERTIFICATE)
    for contract in (opted_out, dropped):
        contracts.set_term(contract, date(2026, 6, 29))

    assert contracts.close(opted_out, by=SYSTEM, at=jst(5, 1)).ends_on == date(2026, 6, 29)
    assert contracts.close(dropped, immediately=True, by=SYSTEM, at=jst(5, 1)).ended == [dropped]


@pytest.mark.terms("3-2")
def test_staff_refuse_a_provisional_addition_with_everything_that_hangs_on_it(project):
    contract = opened(project)
    child = opened(project, needs=[(contract, ENDS)])
    meters.start(contract, "server", "1core-1gb", at=make.MORNING)

    contracts.refuse(contract, "fraud", by=SYSTEM, at=make.NOON)

    assert (contract.state, contract.reason, contract.charged, state(child)) == ("REFUSED", "fraud", True, "ENDED")
    assert "fraud" in Notice.objects.get(kind="contract_refused").text
    assert spans(contract) == [("server", "1core-1gb", make.MORNING, make.NOON)]


@pytest.mark.terms("3-2")
def test_by_setting_what_was_used_before_a_refusal_is_waived(project, settings):
    settings.WAIVE_REFUSED_USAGE = True
    contract = opened(project)

    contracts.refuse(contract, "fraud", by=SYSTEM, at=make.NOON)

    assert not Contract.objects.get().charged


@pytest.mark.terms("3-2")
def test_a_confirmed_contract_can_no_longer_be_refused_until_it_is_changed(project):
    contract = opened(project)
    contracts.confirm(contract, by=SYSTEM, at=jst(4, 3))

    with pytest.raises(Refused):
        contracts.refuse(contract, "late", by=SYSTEM, at=jst(4, 3))
    contracts.change(contract, by=SYSTEM, at=jst(4, 5))

    assert (contract.state, contract.confirms_on) == ("PROVISIONAL", date(2026, 4, 6))
    contracts.refuse(contract, "in time", by=SYSTEM, at=jst(4, 5))
    assert contract.state == "REFUSED"


def test_an_ended_contract_stays_ended(project):
    contract = opened(project, SERVER)
    contracts.close(contract, by=SYSTEM, at=make.NOON)

    with pytest.raises(Refused):
        contracts.close(contract, by=SYSTEM, at=make.EVENING)

    assert Contract.objects.get().closed_at == make.NOON
