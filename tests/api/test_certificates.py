"""Certificates through the API: ordered, read, declined, cancelled; and what tools know of load balancers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import consents
from accounts.access import SYSTEM
from certificates.orders.models import Certificate
from core.operations.draining import drain
from tests.api.conftest import assert_refused
from tests.certificates.conftest import CONSENTS, balancer_of, issued
from tests.compute import pki

PANEL = "/api/panel/1.0/certificates"
SITE = "shop.example.jp"


@pytest.fixture
def balancer(project, alice):
    return balancer_of(project, by=alice, at=datetime.now(UTC))


def order(balancer, **more):
    return {"Certificate": {"LoadBalancer": {"ID": balancer.number}, "Names": [SITE, "日本語.jp"], **more}}


def ready():
    drain(at=datetime.now(UTC), within=timedelta(0))


@pytest.mark.terms("78-1", "78-2", "79-1")
def test_one_is_ordered_read_renamed_declined_and_cancelled(api, balancer):
    assert_refused(api.post(PANEL, order(balancer)), 409, "consent_needed")
    made = api.post(PANEL, order(balancer, Accepted=list(CONSENTS), Tags=["web"]))
    assert made.status == 201, made.json
    at = f"{PANEL}/{made.json['Certificate']['ID']}"
    ready()

    found = api.get(at).json["Certificate"]
    assert (found["State"], found["Names"], found["Tags"]) == ("ISSUED", [SITE, "xn--wgv71a119e.jp"], ["web"])
    assert (found["LoadBalancer"]["ID"], found["Authority"]["Code"]) == (str(balancer.number), "development")
    [issuance] = found["Issuances"]
    assert (issuance["State"], issuance["NotAfter"]) == ("DONE", found["NotAfter"])
    renamed = api.put(at, {"Certificate": {"Name": "shop"}}).json["Certificate"]
    assert (renamed["Name"], renamed["Tags"]) == ("shop", ["web"])
    assert api.get(f"{at}/renewal").json["Renewal"]["Enabled"] is True
    for _twice in range(2):
        assert api.put(f"{at}/renewal", {"Enabled": False}).json["Certificate"]["State"] == "OPTED_OUT"
    assert api.put(f"{at}/renewal", {"Enabled": True}).json["Certificate"]["State"] == "ISSUED"
    assert_refused(api.put(f"{at}/retry"), 409, "conflict")
    assert_refused(api.put(f"{at}/reissue"), 409, "too_early")
    assert api.delete(at).status == 200
    ready()
    assert Certificate.objects.get().state == "DELETED"


@pytest.mark.parametrize(
    "more, status, code",
    [
        ({"Names": []}, 400, "invalid_name"),
        ({"Names": ["*.example.jp"]}, 400, "invalid_name"),
        ({"Names": ["192.0.2.1"]}, 400, "invalid_name"),
        ({"Names": ["co.jp"]}, 400, "invalid_name"),
        ({"Names": ["db.internal"]}, 400, "invalid_name"),
        ({"Names": [SITE, SITE]}, 400, "invalid_name"),
        ({"Names": [f"{'a' * 64}.example.jp"]}, 400, "invalid_name"),
        ({"Names": [".".join(["a" * 60] * 5) + ".jp"]}, 400, "invalid_name"),
        ({"Names": "shop.example.jp"}, 400, "bad_request"),
        ({"LoadBalancer": {"ID": 1}}, 404, "not_found"),
        ({"LoadBalancer": None}, 400, "bad_request"),
        ({"Authority": {"Code": "nobody"}}, 400, "bad_request"),
        ({"Validation": "tls-alpn-01"}, 400, "bad_request"),
        ({"Key": "dsa"}, 400, "bad_request"),
    ],
)
def test_what_cant_be_ordered_is_refused_and_nothing_is_written(api, balancer, more, status, code):
    assert_refused(api.post(PANEL, order(balancer, Accepted=list(CONSENTS), **more)), status, code)
    assert not Certificate.objects.exists()


def test_strangers_find_nothing_and_lookers_change_nothing(api, balancer, looking, stranger, elsewhere):
    made = issued(balancer, at=datetime.now(UTC))
    at = f"{PANEL}/{made.number}"

    assert looking.get(at).status == 200
    assert stranger.get(PANEL).json["Certificates"] == []
    body = {"Enabled": False}
    for method, rest, sent in (
        ("PUT", "/renewal", body), ("PUT", "/retry", None), ("PUT", "/reissue", None), ("DELETE", "", None),
    ):  # fmt: skip
        assert_refused(looking(method, at + rest, sent), 403, "permission_denied")
        assert_refused(stranger(method, at + rest, sent), 404, "not_found")
    theirs = balancer_of(elsewhere, at=datetime.now(UTC))
    assert_refused(api.post(PANEL, order(theirs, Accepted=list(CONSENTS))), 404, "not_found")
    item = f"commonserviceitem/{balancer.number}/proxylb/sslcertificate"
    assert looking.get(item).status == 200
    assert_refused(looking.delete(item), 403, "permission_denied")
    assert_refused(stranger.get(item), 404, "not_found")


def test_a_list_costs_the_same_queries_for_1_and_4(api, balancer, django_assert_num_queries):
    issued(balancer, at=datetime.now(UTC))
    api.get(PANEL)
    with CaptureQueriesContext(connection) as one:
        api.get(PANEL)
    for n in range(3):
        issued(balancer, f"site{n}.example.jp", at=datetime.now(UTC))

    with django_assert_num_queries(len(one.captured_queries)):
        assert len(api.get(PANEL).json["Certificates"]) == 4


def pair(name, serial=1):
    """As tools send it: the certificate, its issuer, the key."""
    now = datetime.now(UTC)
    root = pki.issue("Root", at=now, ca=True)
    site = pki.issue(name, name, by=root, at=now)
    return {"ServerCertificate": site.pem, "IntermediateCertificate": root.pem, "PrivateKey": site.key_pem}


def test_tools_install_read_replace_and_remove_certificates_of_ones_own(api, balancer):
    at = f"commonserviceitem/{balancer.number}/proxylb/sslcertificate"
    assert api.get(at).json["ProxyLB"] == {"PrimaryCert": None, "AdditionalCerts": []}
    first, second = pair("www.example.jp"), pair("blog.example.jp")

    put = api.put(at, {"ProxyLB": {"PrimaryCert": first, "AdditionalCerts": [second]}})

    assert put.status == 200, put.json
    found = api.get(at).json["ProxyLB"]
    assert found["PrimaryCert"]["CertificateCommonName"] == "www.example.jp"
    assert (found["PrimaryCert"]["ServerCertificate"], found["PrimaryCert"]["PrivateKey"]) == (
        first["ServerCertificate"], "",
    )  # fmt: skip
    assert [one["CertificateCommonName"] for one in found["AdditionalCerts"]] == ["blog.example.jp"]
    broken = {"PrimaryCert": pair("www.example.jp"), "AdditionalCerts": [{**second, "PrivateKey": "?"}]}
    assert_refused(api.put(at, {"ProxyLB": broken}), 400, "invalid_certificate")
    assert api.get(at).json["ProxyLB"] == found
    assert api.put(at, {"ProxyLB": {"PrimaryCert": pair("www.example.jp"), "AdditionalCerts": []}}).status == 200
    left = api.get(at).json["ProxyLB"]
    assert (left["PrimaryCert"]["CertificateCommonName"], left["AdditionalCerts"]) == ("www.example.jp", [])
    assert api.delete(at).status == 200
    assert api.get(at).json["ProxyLB"]["PrimaryCert"] is None


def test_tools_see_what_we_look_after_and_have_it_issued_anew(api, balancer, time_machine):
    at = f"commonserviceitem/{balancer.number}"
    assert_refused(api.put(f"{at}/proxylb/letsencryptrenew"), 409, "not_found")
    consents.accept(balancer.project.organisation, CONSENTS, by=SYSTEM, at=datetime.now(UTC))
    made = issued(balancer, f"{SITE} www.{SITE}", at=datetime.now(UTC))
    setting = api.get(at).json["CommonServiceItem"]["Settings"]["ProxyLB"]["LetsEncrypt"]
    assert setting == {"CommonName": SITE, "Enabled": True, "SubjectAltNames": [f"www.{SITE}"]}
    kept = api.get(f"{at}/proxylb/sslcertificate").json["ProxyLB"]["PrimaryCert"]["ServerCertificate"]
    assert api.delete(f"{at}/proxylb/sslcertificate").status == 200  # ours stays
    time_machine.move_to(datetime.now(UTC) + timedelta(days=2), tick=False)

    assert api.put(f"{at}/proxylb/letsencryptrenew").status == 200
    ready()

    assert made.issuances.count() == 2
    assert api.get(f"{at}/proxylb/sslcertificate").json["ProxyLB"]["PrimaryCert"]["ServerCertificate"] != kept
    named = api.get("commonserviceitem", {"Filter": {"Provider.Class": "proxylb"}}).json["CommonServiceItems"]
    assert [one["ID"] for one in named] == [str(balancer.number)]
    assert api.put(at, {"CommonServiceItem": {"Name": "front"}}).json["CommonServiceItem"]["Name"] == "front"
