"""Pages: list, order, detail, questions; who may; what staff see."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from certificates.authorities.models import Authority
from certificates.orders.models import Certificate, Challenge, Issuance
from compute.load_balancers.models import LoadBalancer
from core.operations.draining import drain
from tests.certificates.conftest import CONSENTS, SITE, again, issued, ordered
from tests.make import MORNING


def test_it_is_ordered_in_one_form(balancer: LoadBalancer, alice_client: Client) -> None:
    page = alice_client.get(f"{reverse('certificate_new')}?balancer={balancer.number}").content.decode()
    assert "ca-development" in page

    answer = alice_client.post(
        reverse("certificate_new"),
        {
            "balancer": balancer.number, "authority": "development", "names": "日本語.jp\nwww.example.jp",
            "method": "http-01", "key": "rsa", "opens_ports": "on", "accepted": CONSENTS,
        },
    )  # fmt: skip

    certificate = Certificate.objects.get()
    assert answer["Location"] == certificate.get_absolute_url()
    assert (certificate.names, certificate.name, certificate.key_kind) == (
        ["xn--wgv71a119e.jp", "www.example.jp"], "日本語.jp", "rsa",
    )  # fmt: skip
    shown = alice_client.get(certificate.get_absolute_url()).content.decode()
    assert "日本語.jp" in shown
    assert "ホスト名の事前確認" in shown


@pytest.mark.parametrize(
    "names, words",
    [
        ("192.0.2.7", "IPアドレス"), ("web.local", "内部ネットワーク"), ("co.jp", "別の所有者"), ("localhost", "形式"),
        ("*.example.jp", "DNS-01"), ("a.example.jp A.example.jp.", "重複"), ("-x.example.jp", "形式"),
        (f"{'a' * 60}.{'b' * 63}.{'c' * 63}.{'d' * 63}.jp", "253"), ("x.example", "内部ネットワーク"),
        (" ".join(f"n{n}.example.jp" for n in range(21)), "20"), ("[2001:db8::1]", "IPアドレス"),
        ("a_b.example.jp", "形式"),
    ],
)  # fmt: skip
def test_names_that_no_certificate_is_for_are_refused_at_the_field(
    balancer: LoadBalancer, alice_client: Client, names: str, words: str
) -> None:
    answer = alice_client.post(
        reverse("certificate_new"),
        {
            "balancer": balancer.number, "authority": "development", "names": names, "method": "http-01",
            "key": "ecdsa", "opens_ports": "on", "accepted": CONSENTS,
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["names"])
    assert not Certificate.objects.exists()
    assert not Issuance.objects.exists()


def test_lists_cost_the_same_for_1_and_5_rows(balancer: LoadBalancer, alice_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert alice_client.get(reverse("certificates")).status_code == 200
        return len(captured)

    issued(balancer)
    queries()
    one = queries()
    for n in range(4):
        ordered(balancer, f"n{n}.example.jp")

    assert queries() == one


def test_the_page_says_what_is_in_the_way_and_the_button_tries_again(
    balancer: LoadBalancer, alice_client: Client
) -> None:
    certificate = ordered(balancer, "elsewhere.example.jp")
    drain(at=MORNING)
    page = alice_client.get(certificate.get_absolute_url()).content.decode()
    assert "ホスト名が別の場所を指しています" in page
    assert "203.0.113.80" in page

    alice_client.post(reverse("certificate_retry", args=[certificate.number]))

    assert Issuance.objects.get().next_at is None


def test_records_of_dns_01_are_shown(balancer: LoadBalancer, alice_client: Client) -> None:
    certificate = ordered(balancer, "norecord.example.jp", method="dns-01")
    drain(at=MORNING)

    page = alice_client.get(certificate.get_absolute_url()).content.decode()

    assert "_acme-challenge.norecord.example.jp" in page
    assert Challenge.objects.get().record in page


@pytest.mark.parametrize("name", ["edit", "opt_out", "reissue", "cancel"])
def test_questions_are_asked_before_anything_is_done(
    certificate: Certificate, alice_client: Client, bob_client: Client, name: str
) -> None:
    address = reverse(f"certificate_{name}", args=[certificate.number])

    assert alice_client.get(address).status_code == 200
    assert bob_client.get(address).status_code == 403
    assert again(certificate).state == "ISSUED"


def test_it_is_cancelled_from_its_page(certificate: Certificate, alice_client: Client) -> None:
    answer = alice_client.post(reverse("certificate_cancel", args=[certificate.number]), {"nonce": uuid4()})

    assert answer["Location"] == reverse("certificates")
    assert again(certificate).state == "DELETED"
    assert alice_client.get(certificate.get_absolute_url()).status_code == 404


def test_the_load_balancers_page_leads_to_its_certificates(certificate: Certificate, alice_client: Client) -> None:
    address = reverse("balancer_certificates", args=[certificate.balancer.number])

    assert address in alice_client.get(certificate.balancer.get_absolute_url()).content.decode()
    whole = alice_client.get(address).content.decode()
    part = alice_client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert certificate.get_absolute_url() in part
    assert "<html" in whole
    assert "<html" not in part


def test_the_panel_answers_authorities_for_names_that_lead_to_it(balancer: LoadBalancer, client: Client) -> None:
    ordered(balancer, "norecord.example.jp", method="dns-01")
    waiting = ordered(balancer)
    issuance = waiting.issuances.get()
    Challenge.objects.create(issuance=issuance, name=SITE, token="abc", answer="abc.def")

    assert client.get("/.well-known/acme-challenge/abc").content == b"abc.def"
    assert client.get("/.well-known/acme-challenge/abd").status_code == 404


def test_it_is_found_by_its_host_names_and_exported(certificate: Certificate, alice_client: Client) -> None:
    found = alice_client.get(reverse("search"), {"q": SITE}).content.decode()
    csv = b"".join(alice_client.get(reverse("certificates"), {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]

    assert certificate.get_absolute_url() in found
    assert SITE in csv


@pytest.mark.parametrize("model", ["certificate", "issuance", "authority"])
def test_staff_see_what_is_due_what_fails_and_what_is_used(
    certificate: Certificate, balancer: LoadBalancer, staff_client: Client, model: str
) -> None:
    ordered(balancer, "elsewhere.example.jp")
    drain(at=MORNING)

    page = staff_client.get(reverse(f"admin:certificates_{model}_changelist"))

    assert page.status_code == 200
    assert b"PRIVATE" not in page.content


def test_staff_revoke_on_a_ground_they_choose(certificate: Certificate, staff_client: Client) -> None:
    address = reverse("admin:certificates_certificate_changelist")
    chosen = {"action": "revoke", "_selected_action": [certificate.pk]}
    asked = staff_client.post(address, chosen)
    assert "83-1" in asked.content.decode()

    staff_client.post(
        address, {**chosen, "confirmed": "1", "ground": "LAW", "reason": "A court said so.", "sure": "on"}
    )

    assert (again(certificate).state, again(certificate).reason) == ("REVOKED", "A court said so.")


def test_an_untrusted_authority_is_called_so(certificate: Certificate, alice: Actor, alice_client: Client) -> None:
    assert not Authority.objects.get(code="development").is_trusted

    assert "ブラウザに信頼されない" in alice_client.get(certificate.get_absolute_url()).content.decode()
