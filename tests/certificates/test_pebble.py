"""The ACME driver against Pebble, with a real HAProxy between them: issued, renewed, revoked, killed at every step."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.projects.models import Project
from certificates.authorities import actions as authorities
from certificates.drivers.acme import Acme
from certificates.drivers.wire import Network
from certificates.orders import endings, operations
from certificates.orders.models import Certificate, Issuance
from certificates.reasons import Reason
from certificates.renewals import actions as renewals
from compute.load_balancers.models import LoadBalancer
from core import web
from core.calendar import end_of_day
from core.operations.models import Operation
from tests import make
from tests.certificates import pebbles
from tests.certificates.conftest import CONSENTS, SITE, again, ordered
from tests.certificates.pebbles import World, authority_of, balancer_at, comes_to, served, sweep_only


@pytest.fixture
def pebble(db: None) -> Iterator[World]:
    with pebbles.world() as made:
        yield made


@pytest.fixture
def running(project: Project, pebble: World) -> LoadBalancer:
    return balancer_at(project, pebble)


def in_use(balancer: LoadBalancer, pebble: World, names: str = SITE, **changes: Any) -> Certificate:
    """A certificate of Pebble's in use."""
    certificate = ordered(balancer, names, authority=authority_of(pebble), at=pebble.now(), **changes)
    pebble.work(comes_to(certificate, "ISSUED"))
    return again(certificate)


def is_served(issuance: Issuance, pebble: World, name: str = SITE) -> bool:
    """Whether somebody who trusts Pebble alone is shown it."""
    return served(name, pebble).fingerprint(hashes.SHA256()).hex() == issuance.fingerprint


@pytest.mark.terms("78-1")
@pytest.mark.terms("84-1")
def test_an_order_ends_with_a_chain_that_an_independent_client_trusts(running: LoadBalancer, pebble: World) -> None:
    certificate = in_use(running, pebble, f"{SITE} www.{SITE}")

    issuance = certificate.current
    assert issuance is not None
    assert is_served(issuance, pebble)
    assert is_served(issuance, pebble, f"www.{SITE}")
    assert pebble.issued() == [issuance.serial]
    assert issuance.not_before is not None
    assert certificate.not_after == issuance.not_before + pebbles.LIFE - timedelta(seconds=1)
    assert len(x509.load_pem_x509_certificates(issuance.chain.encode())) == 2
    assert pebbles.asked("/.well-known/acme-challenge/x", SITE) == 308  # nothing is answered any more
    assert running.answers.count() == 0


def test_a_renewal_brings_another_certificate_with_another_key_which_is_proven_served(
    running: LoadBalancer, pebble: World
) -> None:
    certificate = in_use(running, pebble)
    former = certificate.current
    assert former is not None

    renewals.start(certificate, by=SYSTEM, at=pebble.now())
    pebble.work(comes_to(certificate, "ISSUED"))

    renewed = again(certificate).current
    assert renewed is not None
    assert (renewed.ordinal, renewed.serial != former.serial) == (1, True)
    assert renewed.key(certificate.project_id) != former.key(certificate.project_id)
    assert is_served(renewed, pebble)
    assert pebble.issued() == [former.serial, renewed.serial]
    assert [one.fingerprint for one in running.certificates.all()] == [renewed.fingerprint]


@pytest.mark.terms("84-5")
def test_whatever_ends_it_pebble_says_that_it_is_revoked(running: LoadBalancer, pebble: World) -> None:
    certificate = in_use(running, pebble)
    first = certificate.current
    assert first is not None
    renewals.start(certificate, by=SYSTEM, at=pebble.now())
    pebble.work(comes_to(certificate, "ISSUED"))
    second = again(certificate).current
    assert second is not None
    assert {pebble.status_of(first), pebble.status_of(second)} == {"Valid"}

    endings.cancel(again(certificate), by=SYSTEM, at=pebble.now())
    pebble.work(lambda: not Operation.objects.filter(state__in=("WAITING", "RUNNING")).exists())

    assert again(certificate).state == "DELETED"
    assert {pebble.status_of(first), pebble.status_of(second)} == {"Revoked"}
    assert Issuance.objects.filter(revoked_at=None).count() == 0
    with pytest.raises(OSError):  # HTTPS is closed, its key has left
        served(SITE, pebble)


def test_one_that_pebble_has_revoked_already_counts_as_revoked(running: LoadBalancer, pebble: World) -> None:
    certificate = in_use(running, pebble)
    issuance = certificate.current
    assert issuance is not None
    driver = authorities.reached(certificate.authority)
    driver.revoke(issuance.chain, endings.CESSATION, at=pebble.now())

    driver.revoke(issuance.chain, endings.CESSATION, at=pebble.now())

    assert pebble.status_of(issuance) == "Revoked"


@pytest.mark.parametrize("key", ["ecdsa", "rsa"])
def test_both_kinds_of_keys_are_taken(running: LoadBalancer, pebble: World, key: str) -> None:
    certificate = in_use(running, pebble, key=key)

    assert certificate.current is not None
    assert is_served(certificate.current, pebble)


def test_without_the_binding_it_waits_for_our_staff_and_is_issued_once_that_is_set(project: Project, db: None) -> None:
    with pebbles.world(bound=True) as pebble:
        balancer = balancer_at(project, pebble)
        authority = authority_of(pebble)
        certificate = ordered(balancer, authority=authority, at=pebble.now())
        pebble.work(lambda: Issuance.objects.get().trouble != "")

        issuance = Issuance.objects.get()
        assert (issuance.state, issuance.trouble) == ("ORDERING", Reason.ACCOUNT)
        assert again(certificate).state == "REQUESTED"
        assert pebble.issued() == []

        authorities.set_binding(authority, key_id=pebbles.EAB_ID, key=pebbles.EAB_KEY, by=SYSTEM, at=pebble.now())
        pebble.work(comes_to(certificate, "ISSUED"))

        assert is_served(Issuance.objects.get(), pebble)


def test_a_wildcard_waits_for_its_record_in_dns_and_is_issued_with_it(running: LoadBalancer, pebble: World) -> None:
    names = "*.example.jp example.jp"
    certificate = ordered(running, names, authority=authority_of(pebble), method="dns-01", at=pebble.now())
    pebble.work(lambda: Issuance.objects.get().trouble == Reason.NO_RECORD)
    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.error) == ("VALIDATING", "_acme-challenge.example.jp")

    for challenge in issuance.challenges.all():
        pebble.tell_dns("set-txt", host=f"{challenge.place}.", value=challenge.record)
    pebble.work(comes_to(certificate, "ISSUED"))

    assert is_served(Issuance.objects.get(), pebble, "any.example.jp")
    assert is_served(Issuance.objects.get(), pebble, "example.jp")


def test_a_caa_record_is_read_from_dns_before_the_authority_is_asked(running: LoadBalancer, pebble: World) -> None:
    policy = {"tag": "issue", "value": "other.example"}
    pebble.tell_dns("add-caa", host=f"{SITE}.", policies=[policy])
    certificate = ordered(running, authority=authority_of(pebble), at=pebble.now())
    pebble.work(lambda: Issuance.objects.get().trouble != "")

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, issuance.error) == (
        "CHECKING", Reason.CAA, f"{SITE}: issue other.example",
    )  # fmt: skip

    pebble.tell_dns("clear-caa", host=f"{SITE}.")
    pebble.work(comes_to(certificate, "ISSUED"))


def test_a_name_that_stops_leading_here_is_ordered_anew_and_issued_when_it_leads_here_again(
    running: LoadBalancer, pebble: World
) -> None:
    certificate = ordered(running, authority=authority_of(pebble), at=pebble.now())
    pebble.tell_dns("add-a", host=f"{SITE}.", addresses=["127.0.0.99"])
    pebble.work(lambda: Issuance.objects.get().trouble != "")

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.trouble, issuance.order_url) == ("CHECKING", Reason.INVALID, "")
    assert SITE in issuance.error

    pebble.tell_dns("clear-a", host=f"{SITE}.")
    pebble.work(comes_to(certificate, "ISSUED"))
    assert pebble.issued() == [Issuance.objects.get().serial]


def test_every_second_nonce_is_rejected_and_nobody_notices(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[requests.Response] = []
    send = Network._send_request

    def noted(*values: Any, **named: Any) -> requests.Response:
        answers.append(send(*values, **named))
        return answers[-1]

    monkeypatch.setattr(Network, "_send_request", noted)
    with pebbles.world(nonces=50) as pebble:
        certificate = in_use(balancer_at(project, pebble), pebble)

        assert certificate.current is not None
        assert is_served(certificate.current, pebble)
        assert pebble.issued() == [certificate.current.serial]
    rejected = [one for one in answers if one.status_code == 400]
    assert rejected
    assert {one.json()["type"].rpartition(":")[2] for one in rejected} == {"badNonce"}


def die(*_: Any, **__: Any) -> Any:
    """As `kill -9` does: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def before_the_call(state: str) -> None:
    operations.STEPS[state] = replace(operations.STEPS[state], call=die)


def after(real: Callable[..., Any]) -> Callable[..., Any]:
    """Die after it, whatever came of it: also when the authority has just begun to look."""

    def call(*values: Any, **named: Any) -> None:
        try:
            real(*values, **named)
        finally:
            die()

    return call


def after_the_call(state: str) -> None:
    operations.STEPS[state] = replace(operations.STEPS[state], call=after(operations.STEPS[state].call))


def before_the_commit(state: str) -> None:
    """When its result is written, but not committed."""
    real = operations.STEPS[state].done

    def done(*values: Any, at: datetime) -> None:
        real(*values, at=at)
        die()

    operations.STEPS[state] = replace(operations.STEPS[state], done=done)


POINTS: tuple[Callable[[str], None], ...] = (before_the_call, after_the_call, before_the_commit)


def killed(arm: Callable[[str], None], state: str, pebble: World) -> None:
    """A worker of its own goes on until it is killed at this step; then its lease runs out."""
    connections.close_all()
    worker = os.fork()
    if not worker:
        try:
            arm(state)
            pebble.work(lambda: False)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(worker, 0)
    assert os.WIFSIGNALED(status), (arm, state)
    assert Issuance.objects.latest("pk").state == state
    Operation.objects.filter(state="RUNNING").update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.faults
@pytest.mark.parametrize("arm", POINTS)
def test_workers_killed_at_every_step_of_an_order_leave_exactly_one_certificate(
    cloned_db: object, capsys: pytest.CaptureFixture[str], record_property: Callable[[str, int], None],
    arm: Callable[[str], None],
) -> None:  # fmt: skip
    project = make.first_project(make.organisation(make.user()))
    with pebbles.world() as pebble:
        certificate = ordered(balancer_at(project, pebble), authority=authority_of(pebble), at=pebble.now())
        for state in operations.STEPS:
            killed(arm, state, pebble)
        pebble.work(comes_to(certificate, "ISSUED"))

        issuance = Issuance.objects.get()
        assert (issuance.state, issuance.trouble, issuance.attempts) == ("DONE", "", 0)
        assert pebble.issued() == [issuance.serial]
        assert [one.fingerprint for one in certificate.balancer.certificates.all()] == [issuance.fingerprint]
        assert is_served(issuance, pebble)
    record_property("faults", len(operations.STEPS))
    with capsys.disabled():
        sys.stdout.write(f"\n{arm.__name__}: {len(operations.STEPS)} workers killed, 1 certificate\n")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Turns the panel's clock: requests are received when it says."""

    def turn(at: datetime) -> None:
        monkeypatch.setattr(web, "datetime", type("Clock", (datetime,), {"now": classmethod(lambda *_: at)}))

    return turn


@pytest.mark.terms("84-2")
def test_declined_on_its_page_in_the_last_second_or_renewed_by_pebble_on_its_day(
    running: LoadBalancer, pebble: World, alice_client: Client, clock: Callable[[datetime], None]
) -> None:
    authority_of(pebble)
    posted = {"authority": "pebble", "method": "http-01", "key": "ecdsa", "opens_ports": "on", "accepted": CONSENTS}
    for name in ("stays.example.jp", "goes.example.jp"):
        answer = alice_client.post(reverse("certificate_new"), posted | {"balancer": running.number, "names": name})
        assert answer.status_code == 302
    pebble.work(lambda: Certificate.objects.filter(state="ISSUED").count() == 2)
    stays, goes = (again(Certificate.objects.get(names=[f"{name}.example.jp"])) for name in ("stays", "goes"))
    assert stays.current is not None
    assert goes.current is not None
    over = end_of_day(stays.current.life.opt_out_until)

    clock(over - timedelta(seconds=1))
    alice_client.post(reverse("certificate_opt_out", args=[goes.number]), {"nonce": uuid4()})
    clock(over)
    late = alice_client.post(reverse("certificate_opt_out", args=[stays.number]), {"nonce": uuid4()})

    assert (again(goes).state, again(stays).state, late.status_code) == ("OPTED_OUT", "ISSUED", 422)
    assert "更新しないお申し出の期限は" in late.content.decode()
    assert stays.renew_at is not None
    sweep_only(stays.renew_at - timedelta(seconds=1), "renew_certificates")
    assert len(pebble.issued()) == 2
    sweep_only(stays.renew_at, "renew_certificates")
    pebble.turn(stays.renew_at)
    pebble.work(lambda: again(stays).current != stays.current)

    renewed = again(stays).current
    assert renewed is not None
    assert set(pebble.issued()) == {stays.current.serial, goes.current.serial, renewed.serial}
    assert len(pebble.issued()) == 3
    assert is_served(renewed, pebble, "stays.example.jp")
    assert is_served(goes.current, pebble, "goes.example.jp")  # until it expires


@pytest.mark.faults
def test_workers_killed_at_every_step_of_a_renewal_and_of_revoking_leave_one_more_and_both_revoked(
    cloned_db: object, record_property: Callable[[str, int], None]
) -> None:
    project = make.first_project(make.organisation(make.user()))
    with pebbles.world() as pebble:
        certificate = in_use(balancer_at(project, pebble), pebble)
        former = certificate.current
        assert former is not None
        renewals.start(certificate, by=SYSTEM, at=pebble.now())
        for state in operations.STEPS:
            if state != Issuance.State.PROVING:
                assert is_served(former, pebble)  # until there is another
            killed(after_the_call, state, pebble)
        pebble.work(comes_to(certificate, "ISSUED"))
        renewed = again(certificate).current
        assert renewed is not None
        assert pebble.issued() == [former.serial, renewed.serial]
        assert is_served(renewed, pebble)

        endings.cancel(again(certificate), by=SYSTEM, at=pebble.now())
        connections.close_all()
        worker = os.fork()
        if not worker:
            Acme.revoke = after(Acme.revoke)  # type: ignore[method-assign]
            pebble.work(lambda: False)
        assert os.WIFSIGNALED(os.waitpid(worker, 0)[1])
        Operation.objects.filter(state="RUNNING").update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        pebble.work(lambda: not Issuance.objects.filter(revoked_at=None).exists())
        assert {pebble.status_of(one) for one in (former, renewed)} == {"Revoked"}
    record_property("faults", len(operations.STEPS) + 1)


@pytest.mark.full
def test_an_issue_takes_seconds_in_real_time(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """From the order to the certificate served, by the real clock, with all waits of workers; five times."""
    with pebbles.world(pace=1) as pebble:
        balancer, authority, taken = balancer_at(project, pebble), authority_of(pebble), []
        for n in range(5):
            begun = time.monotonic()
            certificate = ordered(balancer, f"n{n}.example.jp", authority=authority, at=pebble.now())
            pebble.work(comes_to(certificate, "ISSUED"))
            taken.append(time.monotonic() - begun)
            assert is_served(Issuance.objects.get(certificate=certificate), pebble, f"n{n}.example.jp")
    with capsys.disabled():
        sys.stdout.write(f"\nseconds for an issue: {', '.join(f'{one:.1f}' for one in taken)}\n")
    assert max(taken) < 15
