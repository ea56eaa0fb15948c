"""Ordering: from the form's words to the load balancer that shows the certificate; what is in the way; refusals."""

from datetime import timedelta

import pytest
from cryptography import x509

from accounts.access import SYSTEM, Actor
from accounts.audit.models import AuditEvent
from accounts.consents.models import Acceptance
from accounts.notices.models import Notice
from accounts.projects.models import Project
from billing.contracts.models import Contract, Link
from billing.meters.models import Count, Span
from certificates.authorities.models import Authority
from certificates.drivers.models import DevelopmentOrder
from certificates.orders import actions as orders
from certificates.orders import endings
from certificates.orders.models import Certificate, Challenge, Issuance
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.load_balancers import actions as balancers
from compute.load_balancers.models import LoadBalancer
from core.errors import Refused
from core.operations.draining import drain
from core.secrets import Unreadable
from tests.certificates.conftest import CONSENTS, SITE, again, issued, ordered, sweep, wanted
from tests.compute import pki
from tests.make import EVENING, MORNING, NOON

SOON = timedelta(seconds=30)


@pytest.mark.terms("78-1")
@pytest.mark.terms("84-1")
def test_one_order_brings_https_free_of_charge(balancer: LoadBalancer, alice: Actor) -> None:
    certificate = ordered(balancer, "shop.example.jp www.shop.example.jp", by=alice)
    drain(at=MORNING, within=SOON)

    certificate = again(certificate)
    issuance = certificate.current
    assert issuance is not None
    assert (certificate.state, issuance.state, issuance.ordinal) == ("ISSUED", "DONE", 0)
    assert certificate.not_after == issuance.not_after == MORNING + timedelta(days=90)
    assert issuance.not_before == MORNING
    known = SimulatedMachine.objects.get(ref=balancer.ref).spec
    assert known["certificates"] == [issuance.fingerprint]
    assert [(one["port"], one["mode"]) for one in known["listeners"]] == [(80, "http"), (443, "https")]
    leaf = x509.load_pem_x509_certificate(issuance.chain.encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["shop.example.jp", "www.shop.example.jp"]
    contract = certificate.contract
    assert (contract.service, contract.terms["item"], contract.term_on) == (
        "certificate", "certificate", issuance.not_after.date(),
    )  # fmt: skip
    assert not Span.objects.filter(contract=contract).exists()
    assert not Count.objects.filter(contract=contract).exists()
    assert DevelopmentOrder.objects.exclude(chain="").count() == 1


def test_every_step_stands_in_the_timeline_in_words(certificate: Certificate) -> None:
    events = AuditEvent.objects.filter(subject_kind="certificates.certificate").order_by("pk")

    assert [event.verb.partition(".")[2] for event in events] == [
        "requested", "checked", "ordered", "answered", "validated", "finalised", "fetched", "installed", "proven",
    ]  # fmt: skip
    assert not [event.sentence for event in events if event.sentence == event.verb]


@pytest.mark.terms("79-2")
def test_the_upper_terms_are_accepted_once_by_version_at_order(balancer: LoadBalancer, alice: Actor) -> None:
    with pytest.raises(Refused) as refused:
        orders.order(balancer.project, wanted(balancer), accepted=("certificates",), by=alice, at=MORNING)
    assert (refused.value.code, Certificate.objects.count(), Contract.objects.count()) == ("consent_needed", 0, 1)

    ordered(balancer, by=alice)

    accepted = Acceptance.objects.filter(organisation=balancer.project.organisation)
    assert {(one.document.code, one.document.version) for one in accepted if one.document.code in CONSENTS} == {
        ("certificates", 1), ("ca-development", 1),
    }  # fmt: skip
    orders.order(balancer.project, wanted(balancer, "blog.example.jp"), by=alice, at=NOON)  # is not asked again


@pytest.mark.terms("80-1")
def test_only_for_a_load_balancer_in_use_of_the_same_project(
    balancer: LoadBalancer, alice: Actor, elsewhere: Project
) -> None:
    with pytest.raises(Refused) as strange:
        orders.order(elsewhere, wanted(balancer), accepted=CONSENTS, by=SYSTEM, at=MORNING)
    balancers.delete(balancer, by=alice, at=MORNING)
    balancer = LoadBalancer.objects.select_related("project__organisation", "contract").get(pk=balancer.pk)
    with pytest.raises(Refused) as ended:
        ordered(balancer, by=alice, at=NOON)

    assert (strange.value.clause, ended.value.clause) == ("80-1", "80-1")
    assert not Certificate.objects.exists()
    assert not Link.objects.exists()


@pytest.mark.terms("78-2")
def test_only_authorities_of_the_catalogue_that_are_open(balancer: LoadBalancer, alice: Actor) -> None:
    offered = [authority.code for authority in Authority.objects.offered()]
    closed = Authority.objects.get(code="letsencrypt")

    with pytest.raises(Refused) as refused:
        ordered(balancer, by=alice, authority=closed)

    assert (offered, refused.value.field, Certificate.objects.count()) == (["development"], "authority", 0)


def test_a_name_has_one_certificate_on_a_load_balancer(certificate: Certificate, alice: Actor) -> None:
    with pytest.raises(Refused) as refused:
        ordered(certificate.balancer, f"new.example.jp {SITE}", by=alice, at=NOON)

    assert (refused.value.code, Certificate.objects.count()) == ("duplicate_name", 1)


def test_the_customers_own_certificate_is_replaced_only_with_an_explicit_yes(
    balancer: LoadBalancer, alice: Actor
) -> None:
    root = pki.issue("Root", at=MORNING, ca=True)
    own = pki.issue(SITE, SITE, by=root, at=MORNING)
    installed = balancers.install(balancer, own.pem + root.pem, own.key_pem, by=alice, at=MORNING)
    with pytest.raises(Refused) as refused:
        ordered(balancer, by=alice)
    assert (refused.value.code, balancer.certificates.get().pk) == ("supplied_certificate", installed.pk)

    certificate = ordered(balancer, by=alice, replaces_supplied=True)
    drain(at=MORNING, within=SOON)

    assert again(certificate).state == "ISSUED"
    assert [(one.is_supplied, one.names) for one in balancer.certificates.all()] == [(False, [SITE])]


def test_one_that_the_customer_installs_meanwhile_waits_for_the_same_yes(balancer: LoadBalancer, alice: Actor) -> None:
    certificate = ordered(balancer, by=alice)
    own = pki.issue(SITE, SITE, at=MORNING)
    balancers.install(balancer, own.pem, own.key_pem, by=alice, at=MORNING)
    drain(at=MORNING, within=SOON)
    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, again(certificate).state) == ("INSTALLING", "SUPPLIED", "REQUESTED")

    orders.allow_replacing(certificate, by=alice, at=NOON)
    drain(at=NOON, within=SOON)

    assert again(certificate).state == "ISSUED"
    assert [one.is_supplied for one in balancer.certificates.all()] == [False]


@pytest.mark.parametrize(
    "name, trouble",
    [
        ("nowhere.example.jp", "NO_ADDRESS"), ("elsewhere.example.jp", "ELSEWHERE"), ("silent.example.jp", "NO_ANSWER"),
        ("caa.example.jp", "CAA"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_found_before_the_authority_is_asked(
    balancer: LoadBalancer, name: str, trouble: str
) -> None:
    certificate = ordered(balancer, f"www.example.jp {name}")
    drain(at=MORNING, within=SOON)

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, issuance.order_url) == ("CHECKING", trouble, "")
    assert issuance.error.startswith(name)
    assert issuance.advice
    assert issuance.next_at is not None
    assert SOON < issuance.next_at - MORNING < timedelta(minutes=2)
    assert again(certificate).state == "REQUESTED"
    assert not DevelopmentOrder.objects.exists()


def test_it_is_tried_again_after_1_10_and_100_minutes_then_daily_and_the_customer_is_told_once(
    balancer: LoadBalancer,
) -> None:
    ordered(balancer, "elsewhere.example.jp")
    drain(at=MORNING, within=SOON)
    at, waits = MORNING, []
    for _attempt in range(5):
        issuance = Issuance.objects.get()
        assert issuance.next_at is not None
        waits.append((issuance.next_at - at) / timedelta(minutes=1))
        at = issuance.next_at
        sweep(at, "try_again")

    expected = (1, 10, 100, 1440, 1440)
    assert all(0.85 * want <= got <= 1.15 * want for want, got in zip(expected, waits, strict=True)), waits
    assert Notice.objects.filter(kind="certificate.waits").count() == 1


def test_the_customer_may_try_again_at_once_but_not_every_second(balancer: LoadBalancer, alice: Actor) -> None:
    certificate = ordered(balancer, "elsewhere.example.jp", by=alice)
    drain(at=MORNING, within=SOON)
    with pytest.raises(Refused):
        orders.try_again(certificate, by=alice, at=MORNING + SOON)

    orders.try_again(certificate, by=alice, at=NOON)
    drain(at=NOON, within=SOON)

    issuance = Issuance.objects.get()
    assert (issuance.attempts, issuance.tried_at) == (2, NOON)


def test_without_port_80_the_order_says_so_unless_we_may_open_it(balancer: LoadBalancer, alice: Actor) -> None:
    with pytest.raises(Refused) as refused:
        ordered(balancer, by=alice, opens_ports=False)
    assert (refused.value.field, balancer.listeners.count()) == ("opens_ports", 0)

    certificate = ordered(balancer, by=alice, opens_ports=False, method="dns-01")
    drain(at=MORNING, within=SOON)

    assert (again(certificate).state, balancer.listeners.count()) == ("ISSUED", 0)
    assert AuditEvent.objects.filter(verb="certificate.unserved").count() == 1


def test_a_dns_record_that_is_missing_is_waited_for_and_wildcards_are_checked_so(balancer: LoadBalancer) -> None:
    certificate = ordered(balancer, "*.norecord.example.jp norecord.example.jp", method="dns-01")
    drain(at=MORNING, within=SOON)

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, issuance.error) == (
        "VALIDATING", "NO_RECORD", "_acme-challenge.norecord.example.jp",
    )  # fmt: skip
    assert all(challenge.record for challenge in issuance.challenges.all())
    assert again(certificate).names == ["*.norecord.example.jp", "norecord.example.jp"]


def test_a_missing_record_is_looked_for_every_few_minutes_and_is_no_failure_of_the_authority(
    balancer: LoadBalancer,
) -> None:
    ordered(balancer, "norecord.example.jp", method="dns-01")
    at = MORNING
    drain(at=at, within=SOON)
    for _look in range(20):
        issuance = Issuance.objects.get()
        assert issuance.next_at is not None
        assert issuance.next_at - at <= timedelta(minutes=5)
        at = issuance.next_at
        sweep(at, "try_again")
    assert AuditEvent.objects.filter(verb="certificate.stuck_no_record").count() == 1
    assert Notice.objects.filter(kind="certificate.waits").count() == 1

    Challenge.objects.update(name="shop.example.jp")  # somebody has entered it
    SimulatedFault.objects.create(call="ca_validate", error="Retryable", text="Not there yet.", times=1)
    sweep(Issuance.objects.get().next_at or at, "try_again")

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, issuance.attempts) == ("CHECKING", "INVALID", 1)


def test_the_load_balancer_answers_the_authority_and_forgets_it_when_it_is_done(balancer: LoadBalancer) -> None:
    SimulatedFault.objects.create(call="ca_validate", error="Retryable", text="No answer.", times=1)
    certificate = ordered(balancer)
    assert list(balancer.answers.values_list("path", "body")) == [certificate.probe]
    drain(at=MORNING, within=SOON)
    failed = Issuance.objects.get()
    assert (failed.state, failed.trouble, failed.order_url, failed.challenges.count()) == ("CHECKING", "INVALID", "", 0)

    assert failed.next_at is not None
    sweep(failed.next_at, "try_again")

    assert again(certificate).state == "ISSUED"
    assert balancer.answers.count() == 0
    assert SimulatedMachine.objects.get(ref=balancer.ref).spec["answers"] == []
    assert DevelopmentOrder.objects.count() == 2
    assert DevelopmentOrder.objects.exclude(chain="").count() == 1


@pytest.mark.terms("81-2")
def test_a_refusal_of_the_authority_ends_the_contract_and_says_why(balancer: LoadBalancer) -> None:
    SimulatedFault.objects.create(call="ca_begin", error="Rejected", text="This name is not allowed.", times=1)
    certificate = ordered(balancer)
    drain(at=MORNING, within=SOON)

    certificate = again(certificate)
    assert (certificate.state, certificate.reason) == ("REFUSED_BY_CA", "This name is not allowed.")
    assert (certificate.contract.state, Issuance.objects.get().state) == ("ENDED", "DROPPED")
    assert "This name is not allowed." in Notice.objects.get(kind="certificate.refused").text
    sweep(EVENING)
    assert again(certificate).state == "REFUSED_BY_CA"


@pytest.mark.terms("81-1")
def test_staff_refuse_with_a_reason_and_nothing_is_issued(balancer: LoadBalancer) -> None:
    certificate = ordered(balancer)

    endings.refuse(certificate, reason="A name of somebody else.", by=SYSTEM, at=MORNING)
    drain(at=MORNING, within=SOON)

    certificate = again(certificate)
    assert (certificate.state, certificate.contract.state) == ("REFUSED_BY_US", "ENDED")
    assert "A name of somebody else." in Notice.objects.get(kind="certificate.refused").text
    assert not DevelopmentOrder.objects.exists()
    orders.edit(certificate, name="x", description="", tags=[], by=SYSTEM, at=NOON)
    endings.cancel(certificate, by=SYSTEM, at=NOON)
    assert again(certificate).state == "DELETED"


@pytest.mark.terms("82-1")
def test_it_waits_while_information_is_asked_for(balancer: LoadBalancer) -> None:
    certificate = ordered(balancer)
    case = orders.ask_information(certificate, text="Whose brand is this?", by=SYSTEM, at=MORNING)
    drain(at=MORNING, within=SOON)
    assert (again(certificate).state, case.topic) == ("INFO_REQUIRED", "CERTIFICATE")
    assert (Issuance.objects.get().state, again(certificate).case) == ("CHECKING", case)
    assert Notice.objects.filter(kind="case_answered").count() == 1

    orders.information_received(again(certificate), by=SYSTEM, at=NOON)
    drain(at=NOON, within=SOON)

    assert again(certificate).state == "ISSUED"


def test_private_keys_are_kept_in_envelopes_bound_to_their_certificate(certificate: Certificate) -> None:
    issuance = certificate.current
    assert issuance is not None

    assert b"PRIVATE KEY" not in bytes(issuance.private_key)
    assert issuance.key(certificate.project_id).startswith("-----BEGIN PRIVATE KEY-----")
    issuance.ordinal = 1
    with pytest.raises(Unreadable):
        issuance.key(certificate.project_id)


def test_an_authority_is_never_asked_for_more_orders_than_it_takes(balancer: LoadBalancer) -> None:
    Authority.objects.filter(code="development").update(orders_limit=1)
    issued(balancer)
    second = ordered(balancer, "blog.example.jp", at=NOON)
    drain(at=NOON, within=SOON)
    waiting = Issuance.objects.get(certificate=second)
    assert (waiting.state, waiting.trouble) == ("ORDERING", "LIMIT")
    assert waiting.next_at is not None
    assert waiting.next_at >= MORNING + timedelta(hours=3)

    sweep(waiting.next_at, "try_again")

    assert again(second).state == "ISSUED"
