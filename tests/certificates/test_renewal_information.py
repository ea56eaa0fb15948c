"""What an authority says later: when to renew (RFC 9773), what it has revoked (CRL); against acme2certifier too."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from certificates.authorities import actions as authorities
from certificates.authorities.models import Authority
from certificates.drivers import driver_of, revoked
from certificates.drivers.acme import reference_of
from certificates.orders import endings
from certificates.orders.models import Certificate, Issuance
from certificates.reasons import Trouble
from certificates.renewals import actions as renewals
from compute.load_balancers.models import LoadBalancer
from core.fetch import allowed_networks
from core.operations.draining import drain
from core.operations.models import Operation
from tests.certificates import players
from tests.certificates.conftest import DAY, SITE, again, ordered, sweep
from tests.certificates.players import ILLS, Player
from tests.compute import pki
from tests.make import MORNING
from tests.servers import acme2certifier

HOUR = timedelta(hours=1)


@pytest.fixture
def player(db: None, settings: object) -> Iterator[Player]:
    """An authority with renewal information; its list may be fetched from this machine."""
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]  # type: ignore[attr-defined]
    allowed_networks.cache_clear()
    with players.playing(MORNING, has_ari=True) as made:
        yield made


@pytest.fixture
def certificate(balancer: LoadBalancer, player: Player) -> Certificate:
    made = ordered(balancer, authority=players.authority_of(player))
    drain(at=MORNING, within=timedelta(seconds=30))
    assert again(made).state == "ISSUED"
    return again(made)


def looked_up(certificate: Certificate, at: datetime) -> Certificate:
    """As it is after the daily look at its authority."""
    sweep(at, "watch")
    return again(certificate)


@pytest.mark.terms("84-2")
def test_the_window_of_the_authority_decides_when_it_is_renewed(certificate: Certificate, player: Player) -> None:
    assert certificate.current is not None
    opens = certificate.current.life.opens
    player.window = (opens + 2 * DAY, opens + 3 * DAY)
    assert player.window[0] <= (looked_up(certificate, MORNING + DAY).renew_at or MORNING) <= player.window[1]

    player.window = (opens + 5 * DAY, opens + 6 * DAY)
    assert player.window[0] <= (looked_up(certificate, MORNING + 2 * DAY).renew_at or MORNING) <= player.window[1]


def test_a_window_in_the_past_renews_at_once_and_the_order_says_what_it_replaces(
    certificate: Certificate, player: Player
) -> None:
    player.window = (MORNING + HOUR, MORNING + 2 * HOUR)
    looked_up(certificate, MORNING + DAY)

    sweep(MORNING + DAY, "renew_certificates")

    renewed = again(certificate).current
    assert renewed is not None
    assert certificate.current is not None
    assert (renewed.ordinal, renewed.state) == (1, "DONE")
    leaf = x509.load_pem_x509_certificate(certificate.current.chain.encode())
    assert [order["replaces"] for order in player.orders] == ["", reference_of(leaf)]


def test_the_name_of_a_certificate_in_renewal_information_is_that_of_the_rfc() -> None:
    """The example of RFC 9773, 4.1: a serial number whose first bit is set has a zero byte before it."""
    root = pki.issue("Root", at=MORNING, ca=True)
    identifier = bytes.fromhex("69885b6b87464041e1b37b847ba0ae2cde01c8d4")
    leaf = (
        x509.CertificateBuilder()
        .subject_name(pki.name("x"))
        .issuer_name(root.certificate.subject)
        .public_key(root.key.public_key())
        .serial_number(0x8765_4321)
        .not_valid_before(MORNING)
        .not_valid_after(MORNING + DAY)
        .add_extension(x509.AuthorityKeyIdentifier(identifier, None, None), critical=False)
        .sign(root.key, hashes.SHA256())
    )

    assert reference_of(leaf) == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"
    assert reference_of(root.certificate) == ""


def test_what_was_replaced_already_is_ordered_without_that_word(certificate: Certificate, player: Player) -> None:
    """A worker that was killed after it had ordered is told so when the order is made again (409)."""
    assert certificate.current is not None
    driver = driver_of(certificate.authority)
    name = driver.reference(certificate.current.chain)
    driver.begin((SITE,), replaces=name, at=MORNING)

    renewals.start(certificate, by=SYSTEM, at=MORNING + 70 * DAY)
    drain(at=MORNING + 70 * DAY, within=timedelta(seconds=30))

    assert [order["replaces"] for order in player.orders] == ["", name, ""]
    assert again(certificate).state == "ISSUED"


def test_what_the_authority_revoked_is_seen_on_its_signed_list_and_mended(
    certificate: Certificate, player: Player
) -> None:
    assert certificate.current is not None
    player.window = (MORNING + 70 * DAY, MORNING + 71 * DAY)
    assert looked_up(certificate, MORNING + DAY).state == "ISSUED"
    player.revoked[int(certificate.current.serial, 16)] = 1

    found = looked_up(certificate, MORNING + 2 * DAY)

    assert (found.state, found.watch_trouble) == ("REVOKED", "")
    assert Notice.objects.filter(kind="certificate.revoked_by_ca").count() == 1


def test_a_list_that_somebody_else_signed_is_ignored_and_shown_to_staff(
    certificate: Certificate, player: Player, staff_client: Client
) -> None:
    assert certificate.current is not None
    player.list_signer = pki.issue("Issuer", at=MORNING, ca=True)
    player.revoked[int(certificate.current.serial, 16)] = 1
    opens = certificate.current.life.opens
    player.window = (opens + 2 * DAY, opens + 3 * DAY)

    found = looked_up(certificate, MORNING + DAY)

    assert (found.state, found.watched_at) == ("ISSUED", MORNING + DAY)
    assert "署名が、発行元のものではありません" in found.watch_trouble
    assert player.url("crl") in found.watch_trouble
    assert player.window[0] <= (found.renew_at or MORNING) <= player.window[1]  # the window is believed all the same
    page = staff_client.get(reverse("admin:certificates_certificate_changelist"), {"due": "unseen"}).content.decode()
    assert "署名が、発行元のものではありません" in page
    player.list_signer = None
    player.revoked.clear()
    assert looked_up(certificate, MORNING + 2 * DAY).watch_trouble == ""


@pytest.mark.parametrize("ill", ["500", "garbage", "an empty answer", "a line that is cut"])
def test_a_list_that_cannot_be_read_changes_nothing_and_is_shown_to_staff(
    certificate: Certificate, player: Player, ill: str
) -> None:
    player.ills["crl"] = ILLS[ill]

    found = looked_up(certificate, MORNING + DAY)

    assert (found.state, found.watched_at) == ("ISSUED", MORNING + DAY)
    assert player.url("crl") in found.watch_trouble or "127.0.0.1" in found.watch_trouble
    assert not Operation.objects.filter(state="FAILED").exists()


def test_a_list_that_is_out_of_date_proves_nothing_but_what_is_on_it(certificate: Certificate, player: Player) -> None:
    assert certificate.current is not None
    player.list_life = -timedelta(minutes=30)
    found = looked_up(certificate, MORNING + DAY)
    assert (found.state, "期限が切れています" in found.watch_trouble) == ("ISSUED", True)

    player.revoked[int(certificate.current.serial, 16)] = 1
    assert looked_up(certificate, MORNING + 2 * DAY).state == "REVOKED"


@pytest.mark.parametrize(
    "answer",
    [
        {}, [], {"suggestedWindow": 7}, {"suggestedWindow": {"start": "x", "end": "y"}},
        {"suggestedWindow": {"start": "2026-06-02T00:00:00", "end": "2026-06-03T00:00:00"}},
        {"suggestedWindow": {"start": "2026-06-03T00:00:00Z", "end": "2026-06-02T00:00:00Z"}},
        {"suggestedWindow": {"start": "2026-02-31T00:00:00Z", "end": "2026-06-02T00:00:00Z"}},
    ],
)  # fmt: skip
def test_a_window_that_is_none_leaves_the_day_of_renewal_and_is_shown_to_staff(
    certificate: Certificate, player: Player, answer: object
) -> None:
    player.ills["renewal-info"] = lambda: players.said(answer)
    player.revoked.clear()

    found = looked_up(certificate, MORNING + DAY)

    assert (found.renew_at, found.watched_at) == (certificate.renew_at, MORNING + DAY)
    assert found.watch_trouble == "認証局の応答を解釈できませんでした。"


# -- acme2certifier ---------------------------------------------------------------------------------------------------


@pytest.fixture
def server(db: None, tmp_path: Path, settings: object) -> Iterator[acme2certifier.Running]:
    settings.ACME_CONTACT = "certificates@engawa.example"  # type: ignore[attr-defined]
    with acme2certifier.serve(tmp_path, datetime.now(UTC)) as running:
        yield running


def test_acme2certifier_binds_issues_says_when_renews_and_revokes(
    server: acme2certifier.Running, balancer: LoadBalancer
) -> None:
    at = datetime.now(UTC)
    authority = Authority.objects.create(
        code="a2c", name="acme2certifier", driver="acme", directory=server.directory, terms="ca-development",
        is_open=True,
    )  # fmt: skip
    certificate = ordered(balancer, authority=authority, at=at)
    drain(at=at, within=timedelta(seconds=30))
    assert Issuance.objects.get().trouble == "ACCOUNT"  # it wants a binding

    authorities.set_binding(authority, key_id=acme2certifier.EAB_ID, key=acme2certifier.EAB_KEY, by=SYSTEM, at=at)
    at += timedelta(minutes=2)
    sweep(at, "try_again")
    certificate = again(certificate)
    assert (certificate.state, Issuance.objects.get().error) == ("ISSUED", "")
    first = certificate.current
    assert first is not None
    window = driver_of(certificate.authority).window(first.chain)
    assert window is not None
    assert first.not_before is not None
    assert first.not_after is not None
    assert first.not_before < window.start < window.end <= first.not_after

    renewals.start(certificate, by=SYSTEM, at=at)
    drain(at=at, within=timedelta(seconds=30))
    second = again(certificate).current
    assert second is not None
    assert (second.ordinal, second.serial != first.serial) == (1, True)

    endings.cancel(again(certificate), by=SYSTEM, at=at)
    drain(at=at, within=timedelta(minutes=5))
    assert not Issuance.objects.filter(revoked_at=None).exists()
    content = server.crl.read_bytes()
    for issuance in (first, second):
        leaf, issuer = x509.load_pem_x509_certificates(issuance.chain.encode())
        assert revoked.listed(leaf, issuer, content, at=at)
        stranger = pki.issue("Engawa test CA", at=at, ca=True).certificate
        with pytest.raises(Trouble):
            revoked.listed(leaf, stranger, content, at=at)
