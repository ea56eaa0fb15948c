"""Mono Platform: one contract per project, permanent device IDs, grants charged each, sub-options by consent."""

from datetime import date, datetime

import pytest

from accounts.access import SYSTEM
from accounts.consents.models import Acceptance
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing.contracts import Contract
from billing.contracts import tasks as nightly
from core.calendar import JST, Month
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.mono import devices, projects, suboptions, tasks, traffic
from mobile.mono.models import Device, DeviceGrant, Mono, MonoProject, SubOption
from mobile.mono.projects import MonoOrder
from mobile.services import MONO_ADAPTER
from mobile.sims import actions as sims
from tests import make
from tests.billing.test_tariffs_month import amounts
from tests.make import MORNING, NOON
from tests.mobile import world


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


@pytest.fixture
def mono(project, sim, alice) -> MonoProject:
    return world.mono_project(project, by=alice)


@pytest.fixture
def grant(sim, mono, alice) -> DeviceGrant:
    return world.granted(sim, mono, by=alice)


@pytest.mark.terms("51-1")
def test_without_secure_mobile_connect_there_is_none_and_while_it_is_there_the_last_sim_stays(project, alice):
    with pytest.raises(Refused) as refusal:
        world.mono_project(project, by=alice)
    assert (refusal.value.code, refusal.value.clause) == ("connect_needed", "51-1")
    assert not Contract.objects.exists()

    sim = world.registered(project, by=alice)
    mono = world.mono_project(project, by=alice)
    with pytest.raises(Refused) as refusal:
        sims.delete(sim, by=alice, at=NOON)
    assert refusal.value.code == "still_needed"

    projects.delete(mono, by=alice, at=NOON)
    sims.delete(sim, by=alice, at=NOON)
    with pytest.raises(Refused) as refusal:
        world.mono_project(project, by=alice, at=NOON)
    assert refusal.value.code == "connect_needed"  # it ends at the month's end, and has no SIM any more


@pytest.mark.terms("53-1", "52-4")
def test_the_first_mono_project_concludes_one_contract_for_the_project(project, alice):
    world.registered(project, by=alice, at=jst("2026-04-10T00:05"))
    world.mono_project(project, "one", by=alice, at=jst("2026-04-12T09:00"))
    world.mono_project(project, "two", by=alice, at=jst("2026-04-13T09:00"))

    one = Mono.objects.get()
    assert (one.contract.started_on, one.contract.term_on) == (date(2026, 4, 12), date(2027, 4, 11))
    assert one.contract.terms["business_use"] == "53-2"
    assert MonoProject.objects.count() == 2


@pytest.mark.terms("53-2", "57-1", "57-2", "58-1", "59-1")
def test_it_is_for_declared_business_only_and_each_consent_is_recorded(project, sim, alice, alice_user):
    person = make.first_project(make.organisation(alice_user, kind="INDIVIDUAL"))
    with pytest.raises(Refused) as refusal:
        projects.KIND.contract_for(person, business_use=True, accepted=("mono",), by=SYSTEM, at=MORNING)
    assert (refusal.value.code, refusal.value.clause) == ("business_only", "53-2")
    for options, code in (({"accepted": ("mono",)}, "business_use_needed"), ({"business_use": True}, "consent_needed")):
        with pytest.raises(Refused) as refusal:
            projects.create(project, MonoOrder("fleet"), **options, by=alice, at=MORNING)
        assert refusal.value.code == code
    assert not Mono.objects.exists()

    world.mono_project(project, by=alice)

    assert Acceptance.objects.filter(document__code="mono").count() == 1
    projects.create(project, MonoOrder("again"), by=alice, at=MORNING)  # both hold for later ones


@pytest.mark.terms("60-1")
def test_it_is_renewed_each_year_and_told_30_days_before(project, alice):
    world.registered(project, by=alice, at=jst("2024-02-01T10:00"))
    world.mono_project(project, by=alice, at=jst("2024-02-29T10:00"))
    contract = projects.of(project).contract
    assert contract.term_on == date(2025, 2, 28)
    assert tasks.remind_of_renewals.next_due(jst("2024-06-01T00:00")) == jst("2025-01-29T00:00")

    tasks.remind_of_renewals(jst("2025-01-28T23:59"))
    assert not Notice.objects.filter(kind="mono.renewal").exists()
    tasks.remind_of_renewals(jst("2025-02-03T01:10"))
    tasks.remind_of_renewals(jst("2025-02-04T01:10"))
    nightly.renew_contracts(jst("2025-03-01T01:00"))

    assert Notice.objects.get(kind="mono.renewal").occasion == "2025-02-28"
    assert Deadline.objects.get(kind="deadline.mono_renewal").due_at == jst("2025-03-01T00:00")
    assert contract.refreshed().term_on == date(2026, 2, 28)


@pytest.mark.terms("60-2")
def test_full_deletion_ends_it_at_the_months_end_and_a_new_project_withdraws_that(project, sim, mono, alice):
    other = world.mono_project(project, "other", by=alice)
    contract = projects.of(project).contract

    projects.delete(mono, by=alice, at=jst("2026-06-03T10:00"))
    assert contract.refreshed().ends_on is None
    projects.delete(other, by=alice, at=jst("2026-06-04T10:00"))
    assert (contract.refreshed().state, contract.ends_on) == ("ENDING", date(2026, 6, 30))
    assert "2026年6月30日" in Notice.objects.get(kind="mono.ending").text

    last = world.mono_project(project, "third", by=alice, at=jst("2026-06-30T23:59"))
    assert (contract.refreshed().state, contract.ends_on) == ("ACTIVE", None)
    with pytest.raises(Refused):
        sims.delete(sim, by=alice, at=jst("2026-06-30T23:59"))  # the foundation is needed again

    projects.delete(last, by=alice, at=jst("2026-07-01T10:00"))
    nightly.end_contracts(jst("2026-08-01T00:20"))
    tasks.end_monos(jst("2026-08-01T00:25"))
    assert projects.of(project) is None
    assert Mono.objects.get().state == "ENDED"


@pytest.mark.terms("50-2", "52-2", "52-5")
def test_a_device_id_belongs_to_its_sim_resource_for_good(project, sim, mono, grant, alice):
    other = world.mono_project(project, "other", by=alice)
    first = grant.device.code
    with pytest.raises(Refused) as refusal:
        world.granted(sim, other, by=alice)
    assert refusal.value.code == "device_granted"
    assert "fleet" in str(refusal.value)

    devices.remove(grant, by=alice, at=NOON)
    again = world.granted(sim, other, by=alice, at=NOON)
    assert again.device.code == first
    assert Device.objects.count() == 1

    keeper = world.registered(project, by=alice)
    sims.delete(sim, by=alice, at=NOON)
    tasks.remove_devices_of_deleted_sims(NOON)
    renewed = world.registered(project, sim.card, by=alice, at=NOON)
    assert world.granted(renewed, other, by=alice, at=NOON).device.code != first
    assert keeper.refreshed().state == "ACTIVE"


@pytest.mark.terms("52-5")
def test_deleting_a_sim_removes_it_and_keeps_the_device_id_as_history(project, sim, mono, grant, alice):
    world.registered(project, by=alice)
    devices.renew_token(grant.device, by=alice, at=MORNING)

    sims.delete(sim, by=alice, at=NOON)
    assert tasks.remove_devices_of_deleted_sims.next_due(NOON) == NOON
    tasks.remove_devices_of_deleted_sims(NOON)

    grant.refresh_from_db()
    assert (grant.state, grant.removed_at, grant.contract.state) == ("REMOVED", NOON, "ENDED")
    assert Device.objects.get(sim=sim).token is None
    assert tasks.remove_devices_of_deleted_sims.next_due(NOON) is None
    projects.delete(mono, by=alice, at=NOON)


def test_a_mono_project_with_devices_or_suboptions_is_not_deleted(mono, grant, alice):
    suboptions.start(mono, "ADAPTER", accepted=world.MONO_CONSENTS, by=alice, at=MORNING)

    with pytest.raises(Refused) as refusal:
        projects.delete(mono, by=alice, at=NOON)

    assert refusal.value.code == "still_needed"
    assert "sensor-01" in str(refusal.value)
    assert "fleet" in str(refusal.value)
    assert mono.refreshed().state == "ACTIVE"
    assert projects.of(mono.project).contract.state == "PROVISIONAL"


def test_sims_of_others_deleted_ones_and_lists_with_one_wrong_line_are_refused_whole(project, sim, mono, alice):
    other = make.project(project.organisation)
    strange = world.registered(other)
    with pytest.raises(Refused):
        world.granted(strange, mono, by=alice)
    assert devices.named(mono, f"{sim.iccid}\n\n{sim.number}, {sim.iccid}") == [sim]
    for text in (
        "",
        " \n",
        strange.iccid,
        f"{sim.iccid}\n{strange.number}",
        "x" * 5000,
        " ".join(map(str, range(101))),
    ):
        with pytest.raises(Refused) as refusal:
            devices.named(mono, text)
        assert refusal.value.field == "sims"
    second = world.registered(project, by=alice)
    world.granted(second, mono, by=alice)

    with pytest.raises(Refused):
        devices.add_all(mono, [sim, second], by=alice, at=NOON)

    assert not DeviceGrant.objects.filter(device__sim=sim).exists()
    assert not Device.objects.filter(sim=sim).exists()


@pytest.mark.terms("54-1", "55-1", "55-2")
def test_a_month_costs_only_with_platform_traffic_and_first_and_last_are_whole(garden, project, alice):
    sim = world.registered(project, by=alice, at=jst("2026-01-10T10:00"))
    mono = world.mono_project(project, by=alice, at=jst("2026-01-31T23:58"))
    grant = world.granted(sim, mono, by=alice, at=jst("2026-01-31T23:59"))
    traffic.carried(grant, 1, at=jst("2026-01-31T23:59:30"))
    traffic.carried(grant, 0, at=jst("2026-02-10T10:00"))  # nothing is no traffic
    traffic.carried(grant, 2048, at=jst("2026-03-01T00:10"))
    devices.remove(grant, by=alice, at=jst("2026-03-01T12:00"))

    fees = {str(month): amounts(garden, month, "mono") for month in (Month(2026, n) for n in (1, 2, 3, 4))}

    assert fees == {"2026-01": [66], "2026-02": [], "2026-03": [66], "2026-04": []}
    assert connect.of(project) is not None  # whose SIM was never connected: fees don't wait for that
    assert sim.refreshed().last_traffic_at is None
    assert traffic.months([grant.device_id], Month(2026, 3)) == {grant.device_id: traffic.Volume(1, 2048)}


@pytest.mark.terms("55-3")
def test_each_grant_of_a_month_is_charged_when_anything_went_through(garden, project, alice):
    sim = world.registered(project, by=alice, at=jst("2026-03-01T10:00"))
    mono = world.mono_project(project, by=alice, at=jst("2026-03-01T10:00"))
    other = world.mono_project(project, "other", by=alice, at=jst("2026-03-01T10:00"))
    first = world.granted(sim, mono, by=alice, at=jst("2026-03-02T10:00"))
    devices.remove(first, by=alice, at=jst("2026-03-10T10:00"))
    second = world.granted(sim, other, by=alice, at=jst("2026-03-20T10:00"))
    assert amounts(garden, Month(2026, 3), "mono") == []

    traffic.carried(second, 5, at=jst("2026-03-21T10:00"))

    assert amounts(garden, Month(2026, 3), "mono") == [66, 66]
    assert amounts(garden, Month(2026, 4), "mono") == []


@pytest.mark.terms("50-3", "50-4", "56-1")
def test_a_suboption_needs_its_own_consent_and_costs_whole_months(garden, project, mono, alice):
    with pytest.raises(Refused) as refusal:
        suboptions.start(mono, "ADAPTER", by=alice, at=jst("2026-04-30T23:00"))
    assert (refusal.value.code, refusal.value.clause) == ("consent_needed", MONO_ADAPTER.clause)
    assert not SubOption.objects.exists()

    used = suboptions.start(mono, "ADAPTER", accepted=("mono-adapter",), by=alice, at=jst("2026-04-30T23:00"))
    suboptions.start(mono, "TRANSFER", accepted=("mono-transfer",), by=alice, at=jst("2026-05-10T10:00"))
    with pytest.raises(Refused) as refusal:
        suboptions.start(mono, "ADAPTER", by=alice, at=jst("2026-05-10T10:00"))
    assert refusal.value.code == "suboption_used"
    suboptions.end(used, by=alice, at=jst("2026-05-01T00:30"))

    months = [Month(2026, n) for n in (4, 5, 6)]
    assert [amounts(garden, month, "mono.adapter") for month in months] == [[550], [550], []]
    assert [amounts(garden, month, "mono.transfer") for month in months] == [[], [1100], [1100]]
    assert suboptions.of(mono, "ADAPTER") is None
