"""Load balancers: ordered, configured, deleted; what a certificate must be; pages and API."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.deadlines import Deadline
from accounts.projects.models import Project
from billing.contracts.models import Contract
from compute.drivers.models import SimulatedFault, SimulatedMachine
from compute.load_balancers import actions as balancers
from compute.load_balancers import pem
from compute.load_balancers.actions import BalancerOrder, Health
from compute.load_balancers.models import BalancerCertificate, Listener, LoadBalancer, Target
from compute.networks.models import Address
from compute.zones import Zone
from core.errors import Refused
from core.operations.draining import drain
from core.operations.models import Operation
from tests.api.conftest import ApiClient, assert_refused, client_of, work
from tests.compute import pki
from tests.compute.conftest import spans
from tests.compute.test_server_pages import fresh
from tests.make import EVENING, MORNING, NOON

PANEL = "/api/panel/1.0/load-balancers"


def order(name: str = "lb", zone: str = "is1b") -> BalancerOrder:
    return BalancerOrder(name, Zone.objects.get(code=zone))


@pytest.fixture
def balancer(project: Project, alice: Actor) -> LoadBalancer:
    made = balancers.create(project, order(), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


@pytest.fixture
def site() -> tuple[str, str]:
    """A chain of two and the key of the leaf."""
    root = pki.issue("Root", at=MORNING, ca=True)
    leaf = pki.issue("www.example.jp", "example.jp", "www.example.jp", by=root, at=MORNING)
    return leaf.pem + root.pem, leaf.key_pem


def known(balancer: LoadBalancer) -> dict[str, Any]:
    """The configuration that the driver has."""
    return dict(SimulatedMachine.objects.get(ref=balancer.ref).spec)


@pytest.mark.terms("2-1")
def test_it_is_charged_from_its_order_until_it_is_deleted_and_gives_back_its_address(
    project: Project, alice: Actor
) -> None:
    made = balancers.create(project, order(), by=alice, at=MORNING)
    assert spans(made) == [("load-balancer.", MORNING, None)]
    drain(at=MORNING)
    address = made.refreshed().address
    assert (made.state, Address.objects.get(address=address).is_taken) == ("RUNNING", True)

    balancers.delete(made, by=alice, at=NOON)
    drain(at=NOON)

    assert spans(made) == [("load-balancer.", MORNING, NOON)]
    assert Contract.objects.get(pk=made.contract_id).state == "ENDED"
    assert Address.objects.get(address=address).is_taken is False
    assert not SimulatedMachine.objects.filter(ref=made.ref).exists()


def test_one_that_can_not_be_made_is_not_charged_on(project: Project, alice: Actor) -> None:
    SimulatedFault.objects.create(call="configure_balancer", error="Rejected", text="No room.", times=1)

    made = balancers.create(project, order(), by=alice, at=MORNING)
    drain(at=MORNING)

    assert (made.refreshed().state, made.error, spans(made)) == ("FAILED", "No room.", [])
    with pytest.raises(Refused):
        balancers.listen(made, 80, "http", by=alice, at=NOON)
    balancers.delete(made, by=alice, at=NOON)


def test_the_driver_gets_all_of_it_and_no_private_key_is_kept_in_the_open(
    balancer: LoadBalancer, alice: Actor, site: tuple[str, str]
) -> None:
    installed = balancers.install(balancer, *site, by=alice, at=NOON)
    balancers.listen(balancer, 443, "https", by=alice, at=NOON)
    balancers.listen(balancer, 80, "http", redirects=True, by=alice, at=NOON)
    first = balancers.add_target(balancer, "198.18.64.9", 8080, by=alice, at=NOON)
    balancers.enable(first, enabled=False, by=alice, at=NOON)
    balancers.set_health(balancer, Health("/ok", "example.jp", 30), sticky=True, by=alice, at=NOON)
    drain(at=NOON)

    spec = known(balancer)
    assert [(one["port"], one["mode"], one["redirects"]) for one in spec["listeners"]] == [
        (80, "http", True), (443, "https", False),
    ]  # fmt: skip
    assert [(one["address"], one["port"], one["enabled"]) for one in spec["targets"]] == [("198.18.64.9", 8080, False)]
    assert spec["health"] == {"path": "/ok", "host": "example.jp", "seconds": 30}
    assert (spec["sticky"], spec["certificates"]) == (True, [installed.fingerprint])
    assert b"PRIVATE KEY" not in bytes(installed.private_key)
    assert site[1].strip() in installed.pem()
    assert Operation.objects.filter(kind="balancer.configure", error="superseded").count() == 5


def test_a_change_that_is_refused_outside_is_told_and_the_next_one_clears_it(
    balancer: LoadBalancer, alice: Actor
) -> None:
    SimulatedFault.objects.create(call="configure_balancer", error="Rejected", text="Bad line.", times=1)
    balancers.listen(balancer, 80, "http", by=alice, at=NOON)
    drain(at=NOON)
    assert (balancer.refreshed().state, balancer.error) == ("RUNNING", "Bad line.")

    balancers.listen(balancer, 81, "http", by=alice, at=EVENING)
    drain(at=EVENING)

    assert balancer.refreshed().error == ""
    assert [one["port"] for one in known(balancer)["listeners"]] == [80, 81]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0", "224.0.0.1", "::1", "x", "1.2.3", ""],
)
def test_an_address_that_is_not_reached_from_here_is_refused(
    balancer: LoadBalancer, alice: Actor, address: str
) -> None:
    with pytest.raises(Refused) as refusal:
        balancers.add_target(balancer, address, 80, by=alice, at=NOON)

    assert refusal.value.field == "address"
    assert Target.objects.count() == 0


def test_limits_and_repeats_are_refused(balancer: LoadBalancer, alice: Actor) -> None:
    for port in range(8001, 8011):
        balancers.listen(balancer, port, "tcp", by=alice, at=NOON)
    for wrong in ((8001, "tcp"), (9000, "tcp"), (0, "tcp"), (70_000, "tcp"), (81, "udp"), (443, "https")):
        with pytest.raises(Refused):
            balancers.listen(balancer, *wrong, by=alice, at=NOON)
    with pytest.raises(Refused):
        balancers.listen(balancer, 82, "tcp", redirects=True, by=alice, at=NOON)
    with pytest.raises(Refused):
        balancers.add_target(balancer, balancer.address, 80, by=alice, at=NOON)
    for health in (Health("no-slash"), Health("/a b"), Health("/", "a\nb"), Health("/", "", 1)):
        with pytest.raises(Refused):
            balancers.set_health(balancer, health, sticky=False, by=alice, at=NOON)

    assert Listener.objects.count() == 10


def test_the_last_certificate_stays_while_https_is_spoken(
    balancer: LoadBalancer, alice: Actor, site: tuple[str, str]
) -> None:
    installed = balancers.install(balancer, *site, by=alice, at=NOON)
    https = balancers.listen(balancer, 443, "https", by=alice, at=NOON)
    assert Deadline.objects.get(done_at=None).due_at == installed.not_after
    with pytest.raises(Refused):
        balancers.uninstall(installed, by=alice, at=NOON)

    balancers.unlisten(https, by=alice, at=NOON)
    balancers.uninstall(installed, by=alice, at=NOON)

    assert not BalancerCertificate.objects.exists()
    assert not Deadline.objects.filter(done_at=None).exists()


def test_a_pair_is_read_with_its_names_and_life(site: tuple[str, str]) -> None:
    found = pem.pair(*site, at=NOON)

    assert found.names == ("www.example.jp", "example.jp")
    assert found.chain.count("BEGIN CERTIFICATE") == 2
    assert found.not_before < NOON < found.not_after


def test_a_pair_that_no_browser_could_use_is_refused_at_its_field(site: tuple[str, str]) -> None:
    chain, key = site
    leaf, root = (f"{part}-----END CERTIFICATE-----\n" for part in chain.split("-----END CERTIFICATE-----\n")[:2])
    other = pki.issue("other", "other.example.jp", at=NOON)
    expired = pki.issue("old", "old.example.jp", at=NOON, days=0)
    early = pki.issue("early", "early.example.jp", at=NOON + 10 * pki.DAY)
    nameless = pki.issue("nameless", at=NOON)
    past = pki.issue("Past", at=NOON - 10 * pki.DAY, ca=True, days=1)
    orphan = pki.issue("orphan", "orphan.example.jp", by=past, at=NOON)
    cases = [
        ("chain", "", key), ("chain", "hello", key), ("chain", leaf * 6, key), ("chain", leaf + other.pem, key),
        ("chain", expired.pem, expired.key_pem), ("chain", early.pem, early.key_pem),
        ("chain", nameless.pem, nameless.key_pem), ("private_key", root + leaf, key), ("private_key", chain, "hello"),
        ("chain", orphan.pem + past.pem, orphan.key_pem),
        ("private_key", chain, other.key_pem), ("chain", "x" * 70_000, key), ("private_key", chain, "\x00"),
    ]  # fmt: skip
    for field, wrong_chain, wrong_key in cases:
        with pytest.raises(Refused) as refusal:
            pem.pair(wrong_chain, wrong_key, at=NOON)
        assert (refusal.value.field, refusal.value.status) == (field, 400)


# -- pages ---------------------------------------------------------------------------------------------------------


def test_it_is_ordered_set_up_and_deleted_on_pages(project: Project, alice_client: Client) -> None:
    new = {"name": "lb", "zone": "is1b", **fresh(alice_client, "/load-balancers/new")}
    assert alice_client.post("/load-balancers/new", new).status_code == 302
    made = LoadBalancer.objects.get()
    at = made.get_absolute_url()
    work()
    steps = [("ports/new", {"port": "80", "mode": "http"}), ("servers/new", {"address": "198.18.64.9", "port": "80"}),
             ("health", {"path": "/ok", "host": "", "seconds": "15"}), ("edit", {"name": "front"})]  # fmt: skip

    for step, form in steps:
        assert alice_client.post(f"{at}{step}", {**form, **fresh(alice_client, f"{at}{step}")}).status_code == 302
    work()

    page = alice_client.get(at).content.decode()
    assert all(words in page for words in ("front", "198.18.64.9:80", "正常", "GET /ok"))
    target = Target.objects.get()
    assert alice_client.post(f"{at}servers/{target.pk}/switch").status_code == 302
    assert Target.objects.get().enabled is False
    assert alice_client.post(f"{at}servers/{target.pk}/remove").status_code == 302
    assert alice_client.post(f"{at}ports/80/close").status_code == 302
    assert (
        alice_client.post(f"{at}delete", {"confirm": "front", **fresh(alice_client, f"{at}delete")}).status_code == 302
    )
    assert alice_client.get(at).status_code == 404


def test_a_certificate_is_pasted_and_removed_and_a_wrong_one_named_at_its_field(
    balancer: LoadBalancer, alice_client: Client
) -> None:
    leaf = pki.issue("www.example.jp", "www.example.jp", at=datetime.now(UTC))
    at = f"{balancer.get_absolute_url()}certificates/new"

    wrong = alice_client.post(at, {"chain": leaf.pem, "private_key": "no", **fresh(alice_client, at)})
    assert (wrong.status_code, BalancerCertificate.objects.count()) == (422, 0)
    assert re.search(r'id="id_private_key_error"', wrong.content.decode())
    right = alice_client.post(at, {"chain": leaf.pem, "private_key": leaf.key_pem, **fresh(alice_client, at)})

    assert right.status_code == 302
    page = alice_client.get(balancer.get_absolute_url()).content.decode()
    assert "www.example.jp" in page
    assert "PRIVATE KEY" not in page
    remove = f"{balancer.get_absolute_url()}certificates/{BalancerCertificate.objects.get().pk}/remove"
    assert alice_client.post(remove, fresh(alice_client, remove)).status_code == 302


def test_a_viewer_sees_no_buttons_and_a_stranger_nothing(
    balancer: LoadBalancer, bob_client: Client, charlie_client: Client
) -> None:
    at = balancer.get_absolute_url()

    assert "ports/new" not in bob_client.get(at).content.decode()
    assert bob_client.post(f"{at}ports/new").status_code == 403
    assert charlie_client.get(at).status_code == 404


def test_the_list_asks_the_same_however_long_it_is(
    project: Project, balancer: LoadBalancer, alice: Actor, alice_client: Client
) -> None:
    with CaptureQueriesContext(connection) as one:
        alice_client.get("/load-balancers/")
    for number in range(4):
        balancers.create(project, order(f"more-{number}"), by=alice, at=NOON)
    with CaptureQueriesContext(connection) as many:
        page = alice_client.get("/load-balancers/").content.decode()

    assert "more-3" in page
    assert len(many) <= len(one)


# -- API -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def api(project: Project, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    monkeypatch.setattr("accounts.api_keys.limits.PER_SECOND", 1_000_000)
    return client_of(project)


def test_a_program_does_the_same(api: ApiClient, site: tuple[str, str], time_machine: Any) -> None:
    time_machine.move_to(NOON)
    made = api.post(PANEL, {"LoadBalancer": {"Name": "lb", "Zone": {"Name": "is1b"}}})
    assert made.status == 201
    at = f"{PANEL}/{made.json['LoadBalancer']['ID']}"
    work()

    assert api.post(f"{at}/certificates", {"Chain": site[0], "PrivateKey": site[1]}).status == 201
    assert api.post(f"{at}/ports", {"Port": 443, "Protocol": "https"}).status == 201
    assert api.post(f"{at}/servers", {"IPAddress": "198.18.64.9", "Port": 80}).status == 201
    assert api.put(f"{at}/servers/198.18.64.9:80", {"Enabled": False}).status == 200
    assert api.put(at, {"LoadBalancer": {"HealthCheck": {"Path": "/ok"}, "Sticky": True}}).status == 200
    work()

    found = api.get(at).json["LoadBalancer"]
    assert (found["State"], found["Sticky"], found["HealthCheck"]) == (
        "RUNNING", True, {"Path": "/ok", "Host": "", "Seconds": 10},
    )  # fmt: skip
    assert found["Ports"] == [{"Port": 443, "Protocol": "https", "RedirectsToHTTPS": False}]
    assert found["Servers"] == [{"IPAddress": "198.18.64.9", "Port": 80, "Enabled": False}]
    [certificate] = found["Certificates"]
    assert certificate["Names"] == ["www.example.jp", "example.jp"]
    assert_refused(api.delete(f"{at}/certificates/{certificate['Fingerprint']}"), 409, "in_use")
    assert api.delete(f"{at}/ports/443").status == 200
    assert api.delete(f"{at}/certificates/{certificate['Fingerprint']}").status == 200
    assert api.delete(f"{at}/servers/198.18.64.9:80").status == 200
    assert api.delete(at).status == 200
    assert_refused(api.get(at), 404, "not_found")


def test_a_program_gets_clear_errors(api: ApiClient, balancer: LoadBalancer, elsewhere: Project) -> None:
    at = f"{PANEL}/{balancer.number}"

    assert_refused(api.post(PANEL, {"LoadBalancer": {"Name": "lb", "Zone": {"Name": "mars"}}}), 400, "bad_request")
    assert_refused(api.post(f"{at}/ports", {"Port": "x", "Protocol": "http"}), 400, "bad_request")
    assert_refused(api.post(f"{at}/servers", {"IPAddress": "10.0.0.1", "Port": 80}), 400, "invalid_address")
    assert_refused(api.post(f"{at}/certificates", {"Chain": "x", "PrivateKey": "y"}), 400, "invalid_certificate")
    for gone in ("ports/80", "ports/x", "servers/1.2.3.4:80", "certificates/00"):
        assert_refused(api.delete(f"{at}/{gone}"), 404, "not_found")
    stranger = client_of(elsewhere)
    assert_refused(stranger.get(at), 404, "not_found")
    assert_refused(stranger.post(f"{at}/ports", {"Port": 80, "Protocol": "http"}), 404, "not_found")
