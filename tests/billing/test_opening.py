"""The one door: what is asked before anything is ordered."""

from datetime import date

import pytest
from django.test import Client

from accounts import consents
from accounts.access import SYSTEM
from billing import contracts
from billing.contracts import ENDS, Contract, Quota, Service, Standing
from core.errors import Refused
from tests import make
from tests.billing.world import CONNECT, SERVER, opened

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.terms("3-1", "3-2", "5-1")
def test_a_contract_starts_the_day_it_is_concluded_provisionally_and_without_a_minimum_period(project, alice):
    contract = contracts.open(SERVER, project, project=project, zone="is1a", by=alice, at=make.MORNING)

    assert (contract.state, contract.started_on, contract.concluded_at) == (
        "PROVISIONAL",
        date(2026, 4, 1),
        make.MORNING,
    )
    assert (contract.term_on, contract.ends_on, contract.zone, contract.charged) == (None, None, "is1a", True)
    assert contract.terms["closing"] == "SAME_DAY"
    assert contracts.close(contract, by=alice, at=make.MORNING).ends_on == date(2026, 4, 1)


@pytest.mark.terms("3-1")
def test_a_contract_starts_on_the_day_in_japan(project):
    contract = opened(project, at=make.MORNING.replace(hour=15))  # 00:30 JST of the 2nd

    assert contract.started_on == date(2026, 4, 2)


@pytest.mark.terms("3-1")
def test_an_organisation_without_a_card_is_told_to_register_one(alice_user):
    applicant = make.first_project(make.organisation(alice_user, accepted=False))

    with pytest.raises(Refused) as refusal:
        opened(applicant)

    assert (refusal.value.code, [hint.url for hint in refusal.value.hints]) == ("not_accepted", ["/cards"])
    assert not Contract.objects.exists()


@pytest.mark.terms("4-3")
def test_a_payment_hold_blocks_additions_and_upgrades_but_neither_downgrades_nor_endings(project, garden):
    contract = opened(project)
    Standing.objects.create(organisation=garden, additions_blocked=True, changed_at=make.NOON)

    with pytest.raises(Refused) as addition:
        opened(project)
    with pytest.raises(Refused) as upgrade:
        contracts.change(contract, by=SYSTEM, at=make.NOON)

    assert {(r.value.code, r.value.clause) for r in (addition, upgrade)} == {("payment_hold", "4-3")}
    assert Contract.objects.get().confirms_on == date(2026, 4, 2)
    contracts.change(contract, lowers=True, by=SYSTEM, at=make.NOON)
    assert contracts.close(contract, by=SYSTEM, at=make.EVENING).ended == [contract]


@pytest.mark.terms("4-3")
def test_by_setting_a_payment_hold_blocks_downgrades_too(project, garden, settings):
    settings.HOLD_BLOCKS_DOWNGRADE = True
    contract = opened(project)
    Standing.objects.create(organisation=garden, additions_blocked=True, changed_at=make.NOON)

    with pytest.raises(Refused) as refusal:
        contracts.change(contract, lowers=True, by=SYSTEM, at=make.NOON)

    assert refusal.value.code == "payment_hold"


@pytest.mark.terms("34-2")
def test_business_only_services_are_closed_to_individuals(charlie_user):
    project = make.first_project(make.organisation(charlie_user, kind="INDIVIDUAL"))

    with pytest.raises(Refused) as refusal:
        opened(project, CONNECT)

    assert (refusal.value.code, refusal.value.clause) == ("business_only", "34-2")
    assert not Contract.objects.exists()


@pytest.mark.terms("34-2")
def test_the_declaration_of_business_use_is_asked_for_and_kept(project):
    with pytest.raises(Refused) as refusal:
        opened(project, CONNECT, business_use=False)
    contract = opened(project, CONNECT, business_use=True)

    assert (refusal.value.code, refusal.value.field, refusal.value.clause) == (
        "business_use_needed",
        "business_use",
        "34-2",
    )
    assert Contract.objects.get() == contract
    assert contract.business_use


def test_consents_must_be_ticked_and_are_asked_once(project, garden):
    code = "basic" if not consents.missing(garden, ["basic"], make.MORNING) else ""
    service = Service(code="test.option", title="Option", clause="19-1", consents=("test-peering",))
    Document = consents.Document
    texts = {"ja": {"title": "t", "body": "b"}}
    Document.objects.create(code="test-peering", version=1, effective_on="2023-06-05", texts=texts, hashes={"ja": "x"})

    with pytest.raises(Refused) as refusal:
        opened(project, service)
    opened(project, service, accepted=["test-peering"])
    opened(project, service)

    assert code == "basic"
    assert (refusal.value.code, refusal.value.field) == ("consent_needed", "accepted")
    assert consents.Acceptance.objects.get(document__code="test-peering").context == {"service": "test.option"}
    assert Contract.objects.count() == 2


def test_a_quota_is_the_services_unless_staff_set_another(project, garden):
    service = Service(code="test.few", title="Few", clause="2-1", quota=1)
    other = make.project(garden)
    opened(project, service)

    with pytest.raises(Refused) as refusal:
        opened(project, service)
    opened(other, service)
    Quota.objects.create(project=project, service=service.code, limit=2)
    opened(project, service)
    Quota.objects.create(service=service.code, limit=3)

    assert refusal.value.code == "quota_exceeded"
    assert (contracts.quota_of(service, project), contracts.quota_of(service, other)) == (2, 3)


def test_what_has_ended_no_longer_counts_against_the_quota(project):
    service = Service(code="test.one", title="One", clause="2-1", quota=1)
    contracts.close(opened(project, service), by=SYSTEM, at=make.NOON)

    assert opened(project, service).is_running


def test_nothing_can_hang_on_what_has_ended(project):
    parent = opened(project)
    contracts.close(parent, by=SYSTEM, at=make.NOON)

    with pytest.raises(Refused) as refusal:
        opened(project, needs=[(parent, ENDS)])

    assert refusal.value.code == "not_running"
    assert Contract.objects.count() == 1


@pytest.mark.terms("71-1")
def test_a_screened_service_is_only_applied_for_until_staff_provide_it(project):
    service = Service(code="test.screened", title="Screened", clause="71-1", screened=True)
    contract = opened(project, service)
    assert contract.state == "APPLIED"

    contracts.provide(contract, by=SYSTEM, at=make.MORNING.replace(day=20))

    assert (contract.state, contract.started_on, contract.confirms_on) == (
        "PROVISIONAL",
        date(2026, 4, 20),
        date(2026, 4, 21),
    )


def test_the_cards_page_that_refusals_point_to_exists(alice_client: Client):
    assert alice_client.get("/cards").status_code == 200
