"""HTTPS from a real browser: ordered on the page, issued by Pebble, served by HAProxy, renewed, revoked at the end."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from playwright.sync_api import Page, expect

from accounts.projects.models import Project
from certificates.orders.models import Certificate, Issuance
from compute.load_balancers.models import LoadBalancer
from tests import make
from tests.certificates import pebbles
from tests.certificates.conftest import SITE, again, sweep
from tests.certificates.pebbles import World, authority_of, balancer_at, served
from tests.live import Panel
from tests.walk.window import send, sign_in, until, window

pytestmark = pytest.mark.browser


@pytest.fixture
def pebble(live_panel: Panel) -> Iterator[World]:
    with pebbles.world(pace=1) as made:
        yield made


@pytest.fixture
def balancer(pebble: World) -> LoadBalancer:
    alice = make.user("alice@example.jp", "Alice")
    project: Project = make.first_project(make.organisation(alice, name="Garden"))
    authority_of(pebble)
    return balancer_at(project, pebble)


@pytest.fixture
def page(balancer: LoadBalancer, live_panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    with window(live_panel, monkeypatch) as opened:
        sign_in(opened, "alice@example.jp", make.PASSWORD)
        yield opened


def shown(name: str, pebble: World) -> str:
    return served(name, pebble).fingerprint(hashes.SHA256()).hex()


@pytest.mark.terms("78-1")
@pytest.mark.terms("84-3")
@pytest.mark.terms("84-5")
def test_one_form_brings_https_that_renews_itself_and_is_revoked_when_it_is_cancelled(
    page: Page, balancer: LoadBalancer, pebble: World
) -> None:
    page.goto(f"/certificates/new?balancer={balancer.number}")
    page.fill("main [name=names]", f"{SITE}\nwww.{SITE}")
    page.locator("main select[name=authority]").select_option("pebble")
    for box in page.locator("main input[name=accepted]").all():
        box.check()
    begun = time.monotonic()
    send(page, page.get_by_role("button", name="証明書を注文する", exact=True).first)
    until(page, "利用中", scripted=True)
    seconds = time.monotonic() - begun

    certificate = again(Certificate.objects.get())
    first = certificate.current
    assert first is not None
    assert (shown(SITE, pebble), shown(f"www.{SITE}", pebble)) == (first.fingerprint, first.fingerprint)
    assert seconds < 30

    assert certificate.renew_at is not None
    sweep(certificate.renew_at - timedelta(minutes=1))
    assert Issuance.objects.count() == 1
    at = certificate.renew_at
    while again(certificate).current == first:  # by the simulator's clock: minutes for moments
        sweep(at, "renew_certificates", "try_again")
        time.sleep(0.1)
        at += timedelta(minutes=1)
        assert at < certificate.renew_at + timedelta(days=1)
    renewed = again(certificate).current
    assert renewed is not None
    assert (renewed.purpose, shown(SITE, pebble)) == ("RENEWAL", renewed.fingerprint)
    page.reload()
    expect(page.locator("main")).to_contain_text("更新")

    page.goto(f"/certificates/{certificate.number}/cancel")
    send(page, page.locator("main form button.danger").last)
    deadline = time.monotonic() + 20
    while Issuance.objects.filter(revoked_at=None).exists():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert {pebble.status_of(one) for one in (first, renewed)} == {"Revoked"}
    with pytest.raises(OSError):
        served(SITE, pebble)
