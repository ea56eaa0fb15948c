"""Authorities that answer badly, or not, or with certificates that no browser takes; each said, none installed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from certificates.authorities.models import Authority
from certificates.drivers import wire
from certificates.orders import endings
from certificates.orders.models import Certificate, Issuance
from certificates.reasons import Reason
from certificates.renewals import actions as renewals
from compute.load_balancers.models import LoadBalancer
from core.operations import performing
from core.operations.draining import drain
from core.operations.models import Operation
from tests.certificates import players
from tests.certificates.conftest import DAY, SITE, again, ordered, sweep
from tests.certificates.players import ILLS, PLACES, Answer, Player
from tests.compute import pki
from tests.make import MORNING

SOON = timedelta(seconds=30)
OFTEN = ("500", "429", "garbage", "a list", "nothing", "half of it")


@pytest.fixture
def player(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    """The authority, its clock at MORNING; nobody waits for it longer than a moment."""

    def unexpected(*values: Any, **named: Any) -> None:
        raise AssertionError((values, named))

    monkeypatch.setattr(wire, "SECONDS", 0.4)
    monkeypatch.setattr(performing.log, "exception", unexpected)
    with players.playing(MORNING) as made:
        yield made


def tried(balancer: LoadBalancer, player: Player) -> tuple[Certificate, Issuance]:
    """An order there, and how far it came at once."""
    certificate = ordered(balancer, authority=players.authority_of(player))
    drain(at=MORNING, within=SOON)
    return certificate, Issuance.objects.get(certificate=certificate)


def mended(certificate: Certificate, player: Player) -> None:
    """The authority works again: what is tried again by itself ends with a certificate."""
    player.ills.clear()
    player.spoil = str
    drain(at=MORNING + timedelta(seconds=3), within=SOON)
    for _attempt in range(3):
        waiting = Issuance.objects.get(certificate=certificate)
        if waiting.next_at is not None:
            sweep(waiting.next_at, "try_again")
    assert again(certificate).state == "ISSUED"
    assert certificate.balancer.certificates.filter(names=certificate.names).count() == 1


def is_understood(issuance: Issuance) -> None:
    """The customer sees what is in the way, what to do, and when it is tried again; nothing is installed."""
    certificate = again(issuance.certificate)
    assert (issuance.state in Issuance.STEPS, certificate.state) == (True, "REQUESTED")
    assert issuance.trouble in Reason.values
    assert issuance.error
    assert issuance.advice
    assert issuance.next_at is not None
    assert MORNING + SOON < issuance.next_at <= MORNING + DAY * 1.1
    assert (issuance.chain, certificate.balancer.certificates.filter(names=certificate.names).count()) == ("", 0)
    told = AuditEvent.objects.filter(subject_kind="certificates.certificate", subject_pk=certificate.pk)
    assert told.filter(verb=f"certificate.stuck_{issuance.trouble.lower()}").count() == 1
    assert not Operation.objects.filter(state__in=("RUNNING", "FAILED")).exists()


@pytest.mark.faults
@pytest.mark.parametrize("ill", [ill if ill in OFTEN else pytest.param(ill, marks=pytest.mark.full) for ill in ILLS])
def test_whatever_it_answers_wherever_is_said_and_tried_again(
    balancer: LoadBalancer, player: Player, ill: str, record_property: Callable[[str, int], None]
) -> None:
    authority = players.authority_of(player)
    for place in PLACES:
        Authority.objects.update(account_url="")
        authority.refresh_from_db()
        player.ills[place] = ILLS[ill]
        certificate = ordered(balancer, f"{place}.example.jp", authority=authority)
        drain(at=MORNING, within=timedelta(seconds=3))

        issuance = Issuance.objects.get(certificate=certificate)
        if issuance.trouble:
            is_understood(issuance)
        else:  # what is answered there isn't read: it is done, or the authority is looked at again
            assert (place, issuance.state) in [("challenge", "VALIDATING"), ("finalize", "FETCHING"), (place, "DONE")]
        mended(certificate, player)
    record_property("faults", len(PLACES))


@pytest.mark.parametrize(
    "ill, trouble, words",
    [
        ("500", "DOWN", "HTTP 500"), ("429", "LIMIT", "HTTP 429"), ("rate limited", "LIMIT", "It is rateLimited."),
        ("garbage", "UNUSABLE", "認証局の応答を解釈できませんでした。"), ("nothing", "DOWN", "応答がありませんでした"),
        ("a line that is cut", "DOWN", "接続できませんでした。"), ("an account that it forgot", "ACCOUNT", "Exist"),
        ("a megabyte and more", "DOWN", "応答がありませんでした"), ("a list", "UNUSABLE", "解釈できません"),
    ],
)  # fmt: skip
def test_reasons_are_in_plain_words(balancer: LoadBalancer, player: Player, ill: str, trouble: str, words: str) -> None:
    player.ills["order"] = ILLS[ill]

    _certificate, issuance = tried(balancer, player)

    assert issuance.state == ("CHECKING" if trouble == "ACCOUNT" else "ORDERING")
    assert issuance.trouble == trouble
    assert words in issuance.error


@pytest.mark.parametrize("ill, hours", [("429", 2), ("rate limited", 2), ("503 for an hour", 1)])
def test_it_is_not_asked_again_before_it_allows_it(
    balancer: LoadBalancer, player: Player, ill: str, hours: int
) -> None:
    player.ills["finalize"] = ILLS[ill]

    certificate, issuance = tried(balancer, player)

    assert issuance.next_at is not None
    assert issuance.next_at >= MORNING + timedelta(hours=hours)
    asked = len(player.asked)
    sweep(MORNING + timedelta(hours=hours) - SOON, "try_again")
    assert len(player.asked) == asked
    mended(certificate, player)


def test_one_that_is_at_work_for_ever_is_said_to_be_and_looked_at_less_and_less(
    balancer: LoadBalancer, player: Player
) -> None:
    finalize = player.on_finalize

    def slowly(key: str, *, csr: str) -> Answer:
        finalize(key, csr=csr)
        player.orders[0]["body"]["status"] = "processing"
        return players.said(player.orders[0]["body"])

    player.on_finalize = slowly  # type: ignore[method-assign]
    player.waits = "40"
    certificate, issuance = tried(balancer, player)
    assert (issuance.state, issuance.trouble) == ("FETCHING", "")

    drain(at=MORNING + SOON, within=timedelta(minutes=12))

    issuance.refresh_from_db()
    assert (issuance.state, issuance.trouble) == ("FETCHING", "DOWN")
    assert "処理が続いています" in issuance.error
    is_understood(issuance)
    asked = len(player.asked)
    drain(at=MORNING + timedelta(minutes=13), within=timedelta(minutes=10))
    assert len(player.asked) == asked
    player.orders[0]["body"]["status"] = "valid"
    mended(certificate, player)


def cut(chain: str) -> str:
    return chain[: len(chain) // 3]


def without_issuer(chain: str) -> str:
    return chain[: chain.index("-----END CERTIFICATE-----") + 26]


def turned(chain: str) -> str:
    leaf = without_issuer(chain)
    return chain.removeprefix(leaf) + leaf


def with_a_stranger(chain: str) -> str:
    return without_issuer(chain) + pki.issue("Somebody", at=MORNING, ca=True).pem


def of_another_key(_chain: str) -> str:
    root = pki.issue("Root", at=MORNING, ca=True)
    return pki.issue(SITE, SITE, by=root, at=MORNING).pem + root.pem


def too_long(chain: str) -> str:
    return chain * 4


def der(chain: str) -> str:
    return x509.load_pem_x509_certificate(chain.encode()).public_bytes(Encoding.DER).decode("latin-1")


SPOILS = (cut, without_issuer, turned, with_a_stranger, of_another_key, too_long, der)


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_chain_that_browsers_would_not_take_is_never_installed(
    balancer: LoadBalancer, player: Player, spoil: Callable[[str], str]
) -> None:
    player.spoil = spoil

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert (issuance.state, issuance.trouble, issuance.order_url) == ("CHECKING", "UNUSABLE", "")
    mended(certificate, player)
    assert len(player.orders) == 2


def test_one_for_other_names_is_never_installed(balancer: LoadBalancer, player: Player) -> None:
    sign = player.sign

    def other(csr: x509.CertificateSigningRequest) -> str:
        name = x509.SubjectAlternativeName([x509.DNSName("other.example.jp")])
        key = csr.public_key()

        class Request:
            extensions = x509.Extensions([x509.Extension(name.oid, False, name)])

            def public_key(self) -> Any:
                return key

        return sign(Request())  # type: ignore[arg-type]

    player.sign = other  # type: ignore[method-assign]

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert (issuance.trouble, issuance.error) == ("UNUSABLE", "other.example.jp")
    player.sign = sign  # type: ignore[method-assign]
    mended(certificate, player)


def test_an_expired_one_is_never_installed(balancer: LoadBalancer, player: Player) -> None:
    player.life = timedelta(minutes=30)

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert (issuance.trouble, "期限" in issuance.error) == ("UNUSABLE", True)
    player.life = players.LIFE
    mended(certificate, player)


def test_one_whose_issuer_has_expired_is_never_installed(balancer: LoadBalancer, player: Player) -> None:
    good = player.issuer
    player.issuer = pki.issue("Issuer", by=player.root, at=MORNING - 10 * DAY, days=5, ca=True)

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert issuance.trouble == "UNUSABLE"
    player.issuer = good
    mended(certificate, player)


def test_a_clock_a_day_ahead_is_waited_for_without_another_order(balancer: LoadBalancer, player: Player) -> None:
    player.begins = DAY

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert (issuance.state, issuance.trouble) == ("FETCHING", "NOT_YET")
    assert issuance.next_at is not None
    sweep(issuance.next_at, "try_again")
    certificate = again(certificate)
    assert (certificate.state, len(player.orders)) == ("ISSUED", 1)
    assert certificate.not_after == MORNING + DAY + players.LIFE


def test_a_clock_a_day_behind_changes_nothing_but_the_days(balancer: LoadBalancer, player: Player) -> None:
    player.begins = -DAY

    certificate, _issuance = tried(balancer, player)

    assert (again(certificate).state, again(certificate).not_after) == ("ISSUED", MORNING - DAY + players.LIFE)


def test_a_renewal_that_meets_it_leaves_the_present_one_served(balancer: LoadBalancer, player: Player) -> None:
    certificate, _issuance = tried(balancer, player)
    current = again(certificate).current
    player.ills["order"], player.spoil = ILLS["500"], of_another_key
    renewals.start(again(certificate), by=SYSTEM, at=MORNING + 70 * DAY)
    drain(at=MORNING + 70 * DAY, within=SOON)

    failing = again(certificate)
    assert current is not None
    assert (failing.state, failing.current) == ("RENEWAL_FAILED", current)
    assert [one.fingerprint for one in balancer.certificates.all()] == [current.fingerprint]
    renewal = Issuance.objects.get(ordinal=1)
    assert (renewal.trouble, renewal.error) == ("DOWN", "HTTP 500")
    assert renewal.next_at is not None


def test_a_revocation_is_asked_for_until_it_is_done(balancer: LoadBalancer, player: Player) -> None:
    certificate, _issuance = tried(balancer, player)
    for place, ill in (("revoke", "garbage"), ("dir", "nothing")):
        player.ills[place] = ILLS["500" if place == "revoke" else ill]
    endings.cancel(again(certificate), by=SYSTEM, at=MORNING)
    drain(at=MORNING, within=timedelta(minutes=10))
    assert player.revoked == {}

    player.ills.clear()
    drain(at=MORNING + timedelta(minutes=10), within=timedelta(minutes=5))

    assert list(player.revoked.values()) == [endings.CESSATION]
    assert Issuance.objects.get().revoked_at is not None


def test_a_revocation_is_not_asked_for_any_more_once_it_has_expired(balancer: LoadBalancer, player: Player) -> None:
    certificate, _issuance = tried(balancer, player)
    player.ills["revoke"] = ILLS["500"]
    player.asked.clear()

    endings.cancel(again(certificate), by=SYSTEM, at=MORNING + 88 * DAY)
    drain(at=MORNING + 88 * DAY, within=3 * DAY)

    assert 20 < player.asked.count("revoke") < 120  # in two days: each minute first, each hour at last
    assert Operation.objects.get(kind="certificate.revoke").state == "DONE"
    assert (player.revoked, Issuance.objects.get().revoked_at) == ({}, None)


@pytest.mark.parametrize("kind", ["accountDoesNotExist", "unauthorized"])
def test_an_account_that_it_forgot_is_opened_again(balancer: LoadBalancer, player: Player, kind: str) -> None:
    player.ills["finalize"] = lambda: players.problem(kind, 400)

    certificate, issuance = tried(balancer, player)

    is_understood(issuance)
    assert (issuance.state, issuance.trouble, issuance.order_url) == ("CHECKING", "ACCOUNT", "")
    mended(certificate, player)
    assert (player.asked.count("account"), len(player.orders)) == (2, 2)


def test_two_applications_never_share_an_order(balancer: LoadBalancer, player: Player) -> None:
    """Some authorities answer a second order for the same names with the first."""
    first, _issuance = tried(balancer, player)
    url = player.url("order", 0)

    def same() -> Answer:
        return players.said(player.orders[0]["body"], 201, Location=url)

    player.ills["order"] = same
    other = ordered(balancer, "blog.example.jp", authority=first.authority)
    drain(at=MORNING, within=SOON)

    issuance = Issuance.objects.get(certificate=other)
    assert (issuance.state, issuance.trouble, issuance.order_url) == ("ORDERING", "UNUSABLE", "")


@pytest.mark.parametrize(
    "header, seconds",
    [("30", 30), ("999999999999", 86_400), ("-5", 1), ("soon", 1), ("", 1), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
     ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400), ("٣", 1)],
)  # fmt: skip
def test_retry_after_is_read_whatever_it_says(header: str, seconds: float) -> None:
    assert wire.seconds_of(header, 1) == seconds
