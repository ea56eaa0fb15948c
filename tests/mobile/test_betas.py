"""Betas: free, concluded when the setting is completed, over with the parent, by a day when they go formal."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.consents.models import Acceptance
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing import contracts
from billing.contracts import Contract
from billing.meters.models import Span
from core import operations as operating
from core.calendar import JST
from core.errors import Refused
from core.operations import Rejected
from core.operations.draining import drain
from core.operations.models import Operation
from mobile.betas import actions, operations, tasks
from mobile.betas.models import Beta, Enrolment
from mobile.connect import actions as connect
from mobile.sims import interruptions
from tests.make import EVENING, MORNING, NOON
from tests.mobile import world

LAST = (MORNING + timedelta(days=40)).astimezone(JST).date()


def beta(code: str = "trial-dns", parent: str = "CONNECT", **values) -> Beta:
    """An offer of staff."""
    words = {"title_ja": "お試し", "title_en": "Trial", "summary_ja": "お試しです。", "summary_en": "A trial."}
    return Beta.objects.create(code=code, parent=parent, opens_on=date(2026, 1, 1), **words, **values)


def enrolled(project, one: Beta, *, by=SYSTEM, at: datetime = MORNING) -> Enrolment:
    made = actions.enrol(project, one, accepted=("beta",), by=by, at=at)
    drain(at=at)
    return again(made)


def again(one: Enrolment) -> Enrolment:
    found: Enrolment = Enrolment.objects.select_related("beta", "contract", "project__organisation").get(pk=one.pk)
    return found


@pytest.mark.terms("62-1")
def test_the_contract_is_concluded_when_the_setting_is_completed_and_is_free(project, sim, alice):
    spans = Span.objects.count()
    made = actions.enrol(project, beta(), accepted=("beta",), by=alice, at=MORNING)
    assert made.contract is None
    assert not Contract.objects.filter(service="beta").exists()

    drain(at=NOON)
    made = again(made)
    assert (made.state, made.contract.concluded_at) == ("ACTIVE", NOON)
    assert Span.objects.count() == spans  # nothing is metered


@pytest.mark.terms("61-1")
def test_it_is_for_users_of_the_parent_only_and_once_a_project(project, alice):
    one = beta()
    with pytest.raises(Refused) as refusal:
        actions.enrol(project, one, accepted=("beta",), by=alice, at=MORNING)
    assert (refusal.value.code, refusal.value.clause) == ("parent_needed", "61-1")


def test_twice_is_refused_and_so_is_what_is_not_offered(project, sim, alice):
    enrolled(project, one := beta())
    for which, code in ((one, "enrolled"), (beta("mono-trial", "MONO"), "parent_needed"),
                        (beta("past", ends_on=date(2026, 1, 2)), "not_offered")):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            actions.enrol(project, which, accepted=("beta",), by=alice, at=MORNING)
        assert refusal.value.code == code
    assert Enrolment.objects.count() == 1


@pytest.mark.terms("63-1", "64-1", "64-2", "66-3")
def test_what_beta_means_is_agreed_to_first(project, sim, alice):
    one = beta()
    with pytest.raises(Refused) as refusal:
        actions.enrol(project, one, by=alice, at=MORNING)
    assert refusal.value.code == "consent_needed"
    enrolled(project, one, by=alice)
    assert Acceptance.objects.filter(document__code="beta").count() == 1


def test_when_the_parent_is_over_before_the_setting_is_completed_nothing_is_concluded(project, sim, alice):
    made = actions.enrol(project, beta(), accepted=("beta",), by=alice, at=MORNING)
    contracts.close(sim.contract, immediately=True, by=SYSTEM, at=NOON)
    contracts.close(connect.of(project).contract, immediately=True, by=SYSTEM, at=NOON)
    drain(at=NOON)
    made = again(made)
    assert (made.state, made.contract) == ("DELETED", None)


@pytest.mark.terms("66-1")
def test_it_ends_with_its_parent(project, sim, alice):
    one = enrolled(project, beta())
    contracts.close(sim.contract, immediately=True, by=SYSTEM, at=NOON)
    contracts.close(connect.of(project).contract, immediately=True, by=SYSTEM, at=NOON)
    assert again(one).contract.state == "ENDED"
    tasks.end_with_parents(NOON)
    assert again(one).state == "DELETED"


class Told:
    """A driver that keeps what it was told."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def set_up(self, beta: str, project: int, *, key: UUID) -> None:
        self.calls.append("set up")

    def take_down(self, beta: str, project: int, *, key: UUID) -> None:
        self.calls.append("take down")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told()
    monkeypatch.setattr(operations, "driver", lambda: made)
    return made


def swept(at: datetime) -> None:
    """What a minute's sweeps and workers do."""
    tasks.suspend_with_parents(at)
    tasks.resume_with_parents(at)
    drain(at=at)


@pytest.mark.terms("66-2")
@pytest.mark.parametrize("ground", ["MAINTENANCE", "SUSPENSION"])
@pytest.mark.parametrize("everything", [True, False])
def test_it_is_stopped_with_its_parent_and_goes_on_with_it(project, sim, told, alice_client, ground, everything):
    one = enrolled(project, beta())
    scope = {} if everything else {"project": project}
    held = interruptions.interrupt(ground, "works", **scope, by=SYSTEM, at=NOON)
    swept(NOON)
    swept(NOON)
    assert (again(one).state, told.calls) == ("SUSPENDED", ["set up", "take down"])
    assert again(one).contract.is_running
    assert Notice.objects.filter(kind="beta.suspended").count() == 1
    for page in ("/betas/", one.get_absolute_url()):
        assert "66-2" in alice_client.get(page).text
        assert "親サービスとともに停止中" in alice_client.get(page).text

    interruptions.resume(held, by=SYSTEM, at=EVENING)
    swept(EVENING)
    swept(EVENING)
    assert (again(one).state, told.calls) == ("ACTIVE", ["set up", "take down", "set up"])
    assert again(one).contract == one.contract
    assert Notice.objects.filter(kind="beta.resuming").count() == 1
    assert "66-2" not in alice_client.get("/betas/").text


@pytest.mark.terms("66-2")
def test_a_mono_beta_stops_too_for_mono_stands_on_the_same_and_other_projects_go_on(project, sim, elsewhere, told):
    world.mono_project(project)
    one = enrolled(project, beta("mono-trial", "MONO"))
    world.registered(elsewhere)
    theirs = enrolled(elsewhere, beta())
    interruptions.interrupt("SUSPENSION", "rules", project=project, by=SYSTEM, at=NOON)
    swept(NOON)
    assert (again(one).state, again(theirs).state) == ("SUSPENDED", "ACTIVE")
    with pytest.raises(Refused) as refusal:
        actions.enrol(project, beta("more"), accepted=("beta",), by=SYSTEM, at=NOON)
    assert (refusal.value.code, refusal.value.clause) == ("stopped", "66-2")


@pytest.mark.terms("66-2")
def test_one_sim_interrupted_stops_no_beta(project, sim, told):
    one = enrolled(project, beta())
    interruptions.interrupt("MASS_TRAFFIC", "a lot", sim=sim, by=SYSTEM, at=NOON)
    swept(NOON)
    assert (again(one).state, told.calls) == ("ACTIVE", ["set up"])


@pytest.mark.terms("66-2")
def test_two_stops_that_overlap_are_one_and_stopping_again_before_the_worker_came_leaves_it_down(project, sim, told):
    one = enrolled(project, beta())
    every = interruptions.interrupt("TECHNICAL", "all", by=SYSTEM, at=NOON)
    here = interruptions.interrupt("BUSINESS", "one", project=project, by=SYSTEM, at=NOON)
    swept(NOON)
    interruptions.resume(every, by=SYSTEM, at=EVENING)
    swept(EVENING)
    assert (again(one).state, told.calls) == ("SUSPENDED", ["set up", "take down"])

    interruptions.resume(here, by=SYSTEM, at=EVENING)
    tasks.resume_with_parents(EVENING)
    interruptions.interrupt("TECHNICAL", "again", by=SYSTEM, at=EVENING)
    swept(EVENING)
    assert (again(one).state, told.calls) == ("SUSPENDED", ["set up", "take down", "take down"])


@pytest.mark.terms("66-1", "66-2")
def test_a_suspended_one_can_be_ended_and_ends_with_its_parent(project, sim, told, alice):
    one, two = enrolled(project, beta()), enrolled(project, beta("other"))
    interruptions.interrupt("TECHNICAL", "all", by=SYSTEM, at=NOON)
    swept(NOON)
    actions.end(again(one), reason="cancelled", by=alice, at=NOON)
    contracts.close(sim.contract, immediately=True, by=SYSTEM, at=NOON)
    contracts.close(connect.of(project).contract, immediately=True, by=SYSTEM, at=NOON)
    tasks.end_with_parents(NOON)
    assert [again(each).state for each in (one, two)] == ["DELETED", "DELETED"]


@pytest.mark.terms("66-2")
def test_what_cant_be_set_up_again_waits_for_staff(project, sim, told, monkeypatch):
    one = enrolled(project, beta())
    held = interruptions.interrupt("TECHNICAL", "all", by=SYSTEM, at=NOON)
    swept(NOON)
    interruptions.resume(held, by=SYSTEM, at=EVENING)

    def refuse(*_: object, **__: object) -> None:
        raise Rejected("no room")

    with monkeypatch.context() as patch:
        patch.setattr(told, "set_up", refuse)
        swept(EVENING)
    assert (again(one).state, again(one).contract.is_running) == ("SETTING", True)
    assert AuditEvent.objects.filter(verb="beta.not_resumed").count() == 1
    failure = Operation.objects.get(kind="beta.set_up", state="FAILED")
    operating.retry(failure, at=EVENING)
    drain(at=EVENING)
    assert again(one).state == "ACTIVE"


@pytest.mark.terms("65-1")
def test_going_formal_is_told_once_a_day_set_and_who_concludes_nothing_new_loses_it(project, sim, alice_user):
    one = enrolled(project, offer := beta())
    Beta.objects.filter(pk=offer.pk).update(ends_on=LAST, formal_path="/sims/")
    tasks.tell_of_last_days(NOON)
    tasks.tell_of_last_days(NOON)
    assert Notice.objects.filter(kind="beta.formal", user=alice_user).count() == 1
    assert Deadline.objects.filter(kind="deadline.beta_formal", done_at=None).count() == 1

    tasks.end_past_betas(datetime.combine(LAST, datetime.min.time(), JST))
    assert again(one).state == "ACTIVE"
    tasks.end_past_betas(datetime.combine(LAST + timedelta(days=1), datetime.min.time(), JST))
    assert (again(one).state, again(one).contract.state) == ("DELETED", "ENDED")
    assert not Contract.objects.filter(concluded_at__gt=NOON).exists()  # nothing is converted by itself


@pytest.mark.terms("63-2")
def test_an_abolition_is_told(project, sim, alice_user):
    enrolled(project, offer := beta())
    Beta.objects.filter(pk=offer.pk).update(ends_on=LAST)
    tasks.tell_of_last_days(NOON)
    assert Notice.objects.filter(kind="beta.abolished", user=alice_user).count() == 1


def test_the_pages_from_nothing_to_the_end(project, sim, alice_client):
    assert 'href="/betas/new"' not in alice_client.get("/betas/").text  # nothing is offered
    now = datetime.now(JST).date()
    beta(ends_on=now + timedelta(days=9), formal_path="/sims/")
    assert 'href="/betas/new"' in alice_client.get("/betas/").text
    assert "66-3" in alice_client.get("/betas/new").text
    assert alice_client.post("/betas/new", {"beta": "no-such"}).status_code == 422
    assert alice_client.post("/betas/new", {"beta": "trial-dns"}).status_code == 422  # nothing is agreed to
    done = alice_client.post("/betas/new", {"beta": "trial-dns", "accepted": ["beta"]})
    assert (done.status_code, Enrolment.objects.count()) == (302, 1), done.text[:2000]
    drain(at=datetime.now(JST))

    at = Enrolment.objects.get().get_absolute_url()
    assert 'href="/sims/"' in alice_client.get(at).text
    listed = alice_client.get("/betas/").text
    assert at in listed
    assert "/betas/new" not in listed  # there is no other
    assert alice_client.get("/betas/new").status_code == 200
    assert alice_client.post("/betas/new", {"beta": "trial-dns"}).status_code == 422
    assert alice_client.get(f"{at}end").status_code == 200
    assert alice_client.post(f"{at}end", {"nonce": ""})["Location"] == "/betas/"
    assert alice_client.get(at).status_code == 404
    assert at not in alice_client.get("/betas/").text
