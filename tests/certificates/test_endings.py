"""Endings: cancelled the same day, with the load balancer, revoked on five grounds."""

from datetime import timedelta

import pytest

from accounts.access import SYSTEM, Actor
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing import contracts
from certificates.drivers.models import DevelopmentOrder
from certificates.orders import actions as orders
from certificates.orders import endings
from certificates.orders.endings import Ground
from certificates.orders.models import Certificate, Issuance
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.load_balancers import actions as balancers
from compute.load_balancers.models import LoadBalancer
from core.calendar import jst_date
from core.errors import Refused
from core.operations.draining import drain
from tests.certificates.conftest import DAY, again, issued, ordered, sweep
from tests.make import MORNING, NOON

SOON = timedelta(minutes=5)


@pytest.mark.terms("84-3")
@pytest.mark.terms("84-5")
def test_a_cancellation_ends_it_the_same_day_and_revokes_it(certificate: Certificate, alice: Actor) -> None:
    at = MORNING + 80 * DAY  # far beyond the day to decline

    endings.cancel(certificate, by=alice, at=at)
    drain(at=at, within=SOON)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.state, certificate.contract.ended_on) == (
        "DELETED", "ENDED", jst_date(at),
    )  # fmt: skip
    order = DevelopmentOrder.objects.get()
    assert (order.revoked_at, order.revoked_reason) == (at, endings.CESSATION)
    assert Issuance.objects.get().revoked_at == at
    known = SimulatedMachine.objects.get(ref=certificate.balancer.ref).spec
    assert (known["certificates"], [one["port"] for one in known["listeners"]]) == ([], [80])
    assert not Deadline.objects.ahead(MORNING).exists()


def test_other_certificates_keep_the_https_port(certificate: Certificate, alice: Actor) -> None:
    other = issued(certificate.balancer, "blog.example.jp")

    endings.cancel(certificate, by=alice, at=NOON)
    drain(at=NOON, within=SOON)

    known = SimulatedMachine.objects.get(ref=certificate.balancer.ref).spec
    assert other.current is not None
    assert (known["certificates"], [one["port"] for one in known["listeners"]]) == (
        [other.current.fingerprint], [80, 443],
    )  # fmt: skip


def test_cancelled_while_it_is_applied_for_nothing_comes_of_it(balancer: LoadBalancer, alice: Actor) -> None:
    certificate = ordered(balancer)

    endings.cancel(certificate, by=alice, at=MORNING)
    drain(at=MORNING, within=SOON)

    assert (again(certificate).state, Issuance.objects.get().state) == ("DELETED", "DROPPED")
    assert not DevelopmentOrder.objects.exists()
    assert balancer.answers.count() == 0


@pytest.mark.terms("84-4")
@pytest.mark.terms("84-5")
def test_it_ends_with_its_load_balancer_in_the_same_instant(certificate: Certificate, alice: Actor) -> None:
    balancers.delete(again(certificate).balancer, by=alice, at=NOON)
    assert again(certificate).contract.closed_at == NOON

    sweep(NOON + timedelta(minutes=5), "end_certificates")

    assert again(certificate).state == "DELETED"
    assert DevelopmentOrder.objects.get().revoked_reason == endings.CESSATION


@pytest.mark.terms("84-5")
def test_staff_may_spare_one_from_revocation(certificate: Certificate, alice: Actor) -> None:
    endings.spare(certificate, spared=True, by=SYSTEM, at=NOON)

    endings.cancel(again(certificate), by=alice, at=NOON)
    drain(at=NOON, within=SOON)

    assert DevelopmentOrder.objects.get().revoked_at is None


def test_a_revocation_is_asked_for_until_the_authority_does_it(certificate: Certificate, alice: Actor) -> None:
    SimulatedFault.objects.create(call="ca_revoke", error="Retryable", text="HTTP 500", times=3)

    endings.cancel(certificate, by=alice, at=NOON)
    drain(at=NOON, within=timedelta(hours=1))

    assert DevelopmentOrder.objects.get().revoked_at is not None


@pytest.mark.terms("83-1")
@pytest.mark.parametrize("ground, code", [("BREACH", 5), ("REQUEST", 5), ("LAW", 5), ("OTHER", 0)])
def test_staff_revoke_without_notice_and_say_why_afterwards(certificate: Certificate, ground: str, code: int) -> None:
    endings.revoke(certificate, ground, reason="The site was a trap.", by=SYSTEM, at=NOON)
    drain(at=NOON, within=SOON)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.state) == ("REVOKED", "ENDED")
    assert DevelopmentOrder.objects.get().revoked_reason == code
    assert SimulatedMachine.objects.get(ref=certificate.balancer.ref).spec["certificates"] == []
    letter = Notice.objects.get(kind="certificate.revoked").text
    assert "The site was a trap." in letter
    assert str(Ground(ground).label) in letter
    with pytest.raises(Refused):
        orders.reissue(certificate, by=SYSTEM, at=NOON)
    sweep(NOON + DAY)
    assert again(certificate).state == "REVOKED"  # the letter stays to be read


@pytest.mark.terms("83-1")
def test_after_a_compromised_key_a_new_one_is_in_use_at_once(certificate: Certificate) -> None:
    former = certificate.current
    assert former is not None

    endings.revoke(certificate, Ground.KEY, reason="The key was published.", by=SYSTEM, at=NOON)
    drain(at=NOON, within=SOON)

    certificate = again(certificate)
    assert certificate.current is not None
    assert (certificate.state, certificate.current.ordinal) == ("ISSUED", 1)
    assert certificate.current.key(certificate.project_id) != former.key(certificate.project_id)
    assert Issuance.objects.get(ordinal=0).revoked_at is not None
    assert Issuance.objects.get(ordinal=1).revoked_at is None
    assert DevelopmentOrder.objects.get(revoked_reason=1).serial == former.serial


def test_one_that_was_just_issued_is_not_issued_anew(certificate: Certificate, alice: Actor) -> None:
    with pytest.raises(Refused):
        orders.reissue(certificate, by=alice, at=NOON)

    orders.reissue(again(certificate), by=alice, at=MORNING + 2 * DAY)
    drain(at=MORNING + 2 * DAY, within=SOON)

    assert Issuance.objects.filter(state="DONE").count() == 2


def test_a_certificate_that_we_look_after_is_not_removed_on_the_load_balancers_page(
    certificate: Certificate, alice: Actor
) -> None:
    ours = certificate.balancer.certificates.get()

    with pytest.raises(Refused):
        balancers.uninstall(ours, by=alice, at=NOON)

    assert certificate.balancer.certificates.get() == ours


def test_ending_the_load_balancer_shows_what_ends_with_it(certificate: Certificate) -> None:
    family = contracts.dependants(certificate.balancer.contract)

    assert [one.pk for one in family.ending] == [certificate.contract_id]
