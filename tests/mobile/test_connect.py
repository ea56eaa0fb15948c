"""One contract per project: concluded by the first SIM, renewed each year, ended by deleting everything."""

from datetime import date, datetime, timedelta

import pytest

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.consents.models import Acceptance
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing import contracts
from billing.contracts import REFUSES, Contract
from billing.contracts import tasks as nightly
from core.calendar import JST
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.connect import tasks
from mobile.connect.models import Connect
from mobile.services import CONNECT
from mobile.sims import actions as sims
from mobile.sims.actions import SimOrder
from mobile.sims.models import Sim
from tests import make
from tests.billing.world import SERVER, opened
from tests.make import MORNING, NOON
from tests.mobile import world


def jst(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=JST)


@pytest.mark.terms("34-1")
def test_the_first_sim_concludes_one_contract_for_the_project(project, alice):
    first = world.registered(project, by=alice, at=jst(2026, 4, 10, 0, 5))
    second = world.registered(project, by=alice, at=jst(2026, 4, 11))

    one = Connect.objects.get()
    assert (one.contract.started_on, one.contract.term_on) == (date(2026, 4, 10), date(2027, 4, 9))
    links = contracts.Link.objects.values_list("contract", "needs", "on_end")
    assert set(links) == {(sim.contract_id, one.contract_id, REFUSES) for sim in (first, second)}


@pytest.mark.terms("34-1")
def test_each_project_has_its_own(project, alice):
    other = make.project(project.organisation)

    world.registered(project, by=alice)
    world.registered(other)

    assert {one.project for one in Connect.objects.all()} == {project, other}


@pytest.mark.terms("34-2")
def test_individuals_cannot_register(alice_user):
    person = make.first_project(make.organisation(alice_user, kind="INDIVIDUAL"))

    with pytest.raises(Refused) as refusal:
        world.registered(person)

    assert (refusal.value.code, refusal.value.clause) == ("business_only", "34-2")
    assert not Contract.objects.exists()
    assert not Sim.objects.exists()


@pytest.mark.terms("34-2")
def test_business_use_is_declared_once_by_an_organisation(project, alice):
    def register(**options):
        order = SimOrder()
        return sims.register(project, world.card(), order, accepted=world.CONSENTS, by=alice, at=MORNING, **options)

    with pytest.raises(Refused) as refusal:
        register()
    assert (refusal.value.code, refusal.value.clause) == ("business_use_needed", "34-2")
    assert not Sim.objects.exists()

    register(business_use=True)
    register()
    sims.register(make.project(project.organisation), world.card(), SimOrder(), by=alice, at=MORNING)

    assert list(Contract.objects.filter(service="connect").values_list("business_use", flat=True)) == [True, True]


@pytest.mark.terms("34-2", "43-1", "43-2", "43-3", "43-4", "43-5")
def test_nothing_is_registered_without_the_consents_and_each_is_recorded(project, alice):
    for accepted in ((), ("connect",), ("sim-terms",)):
        with pytest.raises(Refused) as refusal:
            sims.register(project, world.card(), SimOrder(), business_use=True, accepted=accepted, by=alice, at=MORNING)
        assert refusal.value.code == "consent_needed"
    assert not Sim.objects.exists()

    world.registered(project, by=alice)

    assert {one.document.code for one in Acceptance.objects.all()} >= {"connect", "sim-terms"}


@pytest.mark.terms("49-1")
@pytest.mark.parametrize(
    "start, last",
    [
        (date(2025, 4, 10), date(2026, 4, 9)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2026, 2, 28)),
        (date(2025, 1, 31), date(2026, 1, 30)),
    ],
)
def test_a_term_is_a_year_and_the_next_one_follows(project, start, last):
    sim = world.registered(project, at=jst(start.year, start.month, start.day))
    contract = connect.of(project).contract
    assert contract.term_on == last

    nightly.renew_contracts(jst(last.year, last.month, last.day, 23, 59))
    assert contract.refreshed().term_on == last
    nightly.renew_contracts(jst(last.year, last.month, last.day) + timedelta(days=1))

    assert contract.refreshed().term_on.year == last.year + 1
    assert sim.refreshed().state == "ACTIVE"


@pytest.mark.terms("49-1")
def test_the_renewal_is_told_30_days_before_once_for_each_term(project, alice):
    world.registered(project, by=alice, at=jst(2026, 4, 10))
    one = Connect.objects.get()
    assert tasks.remind_of_renewals.next_due(jst(2026, 5, 1)) == jst(2027, 3, 10, 0)

    tasks.remind_of_renewals(jst(2027, 3, 9, 23, 59))
    assert not Notice.objects.filter(kind="connect.renewal").exists()
    tasks.remind_of_renewals(jst(2027, 3, 13))
    tasks.remind_of_renewals(jst(2027, 3, 14))

    notice = Notice.objects.get(kind="connect.renewal")
    assert (notice.occasion, notice.deadline_at) == ("2027-04-09", jst(2027, 4, 10, 0))
    assert "2027年4月9日" in notice.text
    assert Deadline.objects.get(kind="deadline.connect_renewal").due_at == jst(2027, 4, 10, 0)
    nightly.renew_contracts(jst(2027, 4, 10, 1))
    tasks.remind_of_renewals(jst(2028, 3, 10))
    assert Notice.objects.filter(kind="connect.renewal").count() == 2
    with pytest.raises(Refused):
        connect.remind(one, at=jst(2028, 3, 11))


@pytest.mark.terms("49-2")
def test_deleting_everything_ends_it_at_the_end_of_the_month(project, alice):
    first, second = (world.registered(project, by=alice, at=jst(2026, 4, 10)) for _ in range(2))
    contract = connect.of(project).contract

    sims.delete(first, by=alice, at=jst(2026, 6, 3))
    assert contract.refreshed().ends_on is None
    sims.delete(second, by=alice, at=jst(2026, 6, 30, 23, 59))

    assert (contract.refreshed().state, contract.ends_on) == ("ENDING", date(2026, 6, 30))
    assert "2026年6月30日" in Notice.objects.get(kind="connect.ending").text
    nightly.end_contracts(jst(2026, 7, 1, 0, 20))
    tasks.end_connects(jst(2026, 7, 1, 0, 25))
    assert (contract.refreshed().state, contract.ended_on) == ("ENDED", date(2026, 6, 30))
    assert connect.of(project) is None


@pytest.mark.terms("49-2")
@pytest.mark.parametrize(
    "deleted, last",
    [
        (jst(2027, 4, 1), date(2027, 4, 9)),  # the term's last day comes before the month's
        (jst(2027, 4, 9, 23, 59), date(2027, 4, 9)),
        (jst(2027, 4, 10, 0, 10), date(2027, 4, 30)),  # a year more had begun, whether or not the night came to it
    ],
)
def test_the_end_never_lies_beyond_the_term(project, alice, deleted, last):
    sim = world.registered(project, by=alice, at=jst(2026, 4, 10))

    sims.delete(sim, by=alice, at=deleted)

    assert connect.of(project).contract.ends_on == last


@pytest.mark.terms("49-2")
def test_a_new_sim_before_the_end_withdraws_it(project, alice):
    sim = world.registered(project, by=alice, at=jst(2026, 4, 10))
    sims.delete(sim, by=alice, at=jst(2026, 6, 3))

    world.registered(project, sim.card, by=alice, at=jst(2026, 6, 30, 23, 59))

    contract = connect.of(project).contract
    assert (contract.state, contract.ends_on, contract.term_on) == ("ACTIVE", None, date(2027, 4, 9))
    assert AuditEvent.objects.filter(verb="connect.withdrawn").count() == 1


@pytest.mark.terms("34-1", "49-2")
def test_after_the_last_day_a_new_contract_begins_even_before_the_night_came_to_the_old_one(project, alice):
    sim = world.registered(project, by=alice, at=jst(2026, 4, 10))
    old = connect.of(project).contract
    sims.delete(sim, by=alice, at=jst(2026, 6, 3))

    world.registered(project, by=alice, at=jst(2026, 7, 1, 0, 1))

    new = connect.of(project).contract
    assert (old.refreshed().state, old.ended_on, old.closed_at) == ("ENDED", date(2026, 6, 30), jst(2026, 7, 1, 0))
    assert (new.started_on, new.term_on) == (date(2026, 7, 1), date(2027, 6, 30))


def test_what_hangs_on_the_contract_forbids_deleting_the_last_sim(project, alice):
    sim = world.registered(project, by=alice)
    mono = opened(project, SERVER, needs=[(connect.of(project).contract, REFUSES)])

    with pytest.raises(Refused) as refusal:
        sims.delete(sim, by=alice, at=NOON)

    assert refusal.value.code == "still_needed"
    assert str(mono) in str(refusal.value)
    assert sim.refreshed().state == "ACTIVE"
    assert sim.contract.refreshed().is_running


def test_the_contract_is_not_closed_while_a_sim_is_registered(project, sim):
    with pytest.raises(Refused, match="sensor-01"):
        contracts.close(connect.of(project).contract, by=SYSTEM, at=NOON)


@pytest.mark.terms("31-2")
def test_the_page_shows_the_contract_and_to_strangers_their_own(project, sim, alice_client, charlie_client):
    page, theirs = alice_client.get("/connect"), charlie_client.get("/connect")

    assert (page.status_code, theirs.status_code) == (200, 200)
    assert ("2027-03-31" in page.text, "2027-03-31" in theirs.text) == (True, False)


def test_the_service_of_the_contract_stays_frozen(project, sim):
    terms = connect.of(project).contract.terms

    assert (terms["closing"], terms["renewal"], terms["business_use"]) == ("END_OF_MONTH", "YEARLY", "34-2")
    assert CONNECT.individuals is False
