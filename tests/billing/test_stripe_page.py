"""Stripe's card page in a real browser: the number goes to Stripe (localstripe here) and never to the panel."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from billing.inbox.models import GatewayEvent
from billing.payments.drivers import gateway
from billing.payments.models import Card, CardSetup
from config.management.commands.screenshots import session_of
from tests import databases, live, make
from tests.look.browser import chromium

pytestmark = pytest.mark.browser
GATEWAY = "billing.payments.drivers.stripe.Stripe"
GOOD, DECLINED, ASKS = "4242424242424242", "4000000000000002", "4000002500003155"


@dataclass
class Shop:
    """A panel that pays by Stripe: where it is, whose session, where Stripe is."""

    url: str
    session: str
    stripe: str


@pytest.fixture(scope="module")
def shop(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    stripe_address: str,
) -> Iterator[Shop]:
    values = {
        "PAYMENT_GATEWAY": GATEWAY,
        "STRIPE_API": stripe_address,
        "STRIPE_SCRIPT": f"{stripe_address}/js.stripe.com/v3/",
        "STRIPE_SECRET_KEY": "sk_test_1",
        "STRIPE_PUBLIC_KEY": "pk_test_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1",
    }
    data = tmp_path_factory.mktemp("panel")
    with django_db_blocker.unblock(), databases.clone() as database:
        owner = make.user("alice@example.jp", "Alice")
        make.organisation(owner, accepted=False)
        session = session_of(owner)
        with (
            override_settings(**values, STRIPE_ORIGINS=[stripe_address]),
            live.panel(database, data, values | {"STRIPE_ORIGINS": stripe_address}) as panel,
        ):
            gateway.cache_clear()
            yield Shop(panel.url, session, stripe_address)
    gateway.cache_clear()


@pytest.fixture(scope="module")
def browser(shop: Shop) -> Iterator[Browser]:
    """Opened after the panel: Playwright keeps an event loop in this thread, in which Django asks no database."""
    with chromium() as opened:
        yield opened


@dataclass
class Desk:
    """A window, what the browser complained of and what it sent to the panel."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


def window(browser: Browser, shop: Shop, **options: Any) -> Desk:
    context = browser.new_context(base_url=shop.url, reduced_motion="reduce", **options)
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": shop.session, "url": shop.url}])
    desk = Desk(context, context.new_page())
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    desk.page.on("console", lambda said: desk.complaints.append(said.text) if said.type == "error" else None)
    desk.page.on(
        "request", lambda sent: desk.sent.append(sent.post_data or "") if sent.url.startswith(shop.url) else None
    )
    return desk


@pytest.fixture
def desk(browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    opened = window(browser, shop, locale="ja-JP", viewport={"width": 390, "height": 900}, color_scheme="dark")
    yield opened
    opened.context.close()


def agree(page: Page) -> None:
    """Accept what is asked, which is asked once, and go on to the card's fields."""
    page.goto("/cards/new")
    tick = page.get_by_label("読んで同意しました")
    if tick.count():
        tick.check()
    page.locator("main form button.primary").click()


def begin(page: Page) -> CardSetup:
    """Agree and wait for the card's fields."""
    agree(page)
    expect(page.locator("[data-stripe-key] button.primary")).to_be_enabled()
    return CardSetup.objects.latest("pk")


def type_card(page: Page, number: str) -> None:
    """Into the fields that Stripe's script put there."""
    for name, value in {"number": number, "exp_month": "12", "exp_year": "31", "cvc": "123"}.items():
        page.get_by_placeholder(name, exact=True).fill(value)
    page.locator("[data-stripe-key] button.primary").click()


def test_a_card_is_registered_by_stripe_and_the_panel_never_sees_its_number(desk: Desk) -> None:
    setup = begin(desk.page)
    assert Axe().run(desk.page, options={"rules": {"label": {"enabled": False}}}).response["violations"] == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 390

    type_card(desk.page, GOOD)
    desk.page.wait_for_url("**/cards")

    expect(desk.page.locator("main")).to_contain_text("Visa •••• 4242")
    assert setup.refreshed().state == "DONE"
    assert Card.objects.filter(removed_at=None).count() == 1
    assert [text for text in desk.sent if GOOD in text] == []
    assert desk.complaints == []


def test_a_declined_card_is_explained_in_japanese_and_another_may_be_tried(desk: Desk) -> None:
    setup = begin(desk.page)

    type_card(desk.page, DECLINED)
    expect(desk.page.get_by_role("alert")).to_have_text("カード会社に承認されませんでした。")
    assert setup.refreshed().state == "READY"
    type_card(desk.page, GOOD)
    desk.page.wait_for_url("**/cards")

    assert setup.refreshed().state == "DONE"


@pytest.mark.parametrize("answer", ["Complete authentication", "Fail authentication"])
def test_the_bank_may_ask_back(desk: Desk, answer: str) -> None:
    setup = begin(desk.page)

    type_card(desk.page, ASKS)
    desk.page.get_by_text(answer).click()

    if answer.startswith("Complete"):
        desk.page.wait_for_url("**/cards")
        assert setup.refreshed().state == "DONE"
    else:
        expect(desk.page.get_by_role("alert")).to_be_visible()
        assert setup.refreshed().state == "READY"


def test_other_pages_allow_nothing_from_elsewhere(desk: Desk, shop: Shop) -> None:
    begin(desk.page)

    here = desk.context.request.get(desk.page.url).headers["content-security-policy"]
    elsewhere = desk.context.request.get("/cards").headers["content-security-policy"]

    policy = dict(part.strip().split(" ", 1) for part in here.split(";"))
    assert policy["script-src"] == policy["connect-src"] == f"'self' {shop.stripe}"
    assert policy["frame-src"] == shop.stripe
    assert policy["style-src"] == "'self'"
    assert shop.stripe not in elsewhere


def test_when_stripe_can_not_be_reached_the_page_says_so(desk: Desk, shop: Shop) -> None:
    desk.page.route(f"{shop.stripe}/**", lambda route: route.abort())

    agree(desk.page)

    expect(desk.page.get_by_role("alert")).to_contain_text("カード会社に接続できません。")
    expect(desk.page.locator("[data-stripe-key] button.primary")).to_be_disabled()


def test_without_javascript_the_page_says_what_is_needed(browser: Browser, shop: Shop, desk: Desk) -> None:
    begin(desk.page)
    plain = window(browser, shop, locale="en-GB", java_script_enabled=False)

    plain.page.goto(desk.page.url)

    assert "needs JavaScript" in plain.page.locator("main noscript").inner_html()
    assert plain.page.locator("[data-stripe-key] button.primary").is_disabled()
    plain.context.close()


def test_stripes_own_call_reaches_the_inbox(desk: Desk, shop: Shop) -> None:
    """localstripe calls for payments only; of ours there is none, so it is kept and changes nothing."""
    begin(desk.page)
    type_card(desk.page, GOOD)
    desk.page.wait_for_url("**/cards")
    body = json.dumps({"url": f"{shop.url}/gateway/events", "secret": "whsec_1"}).encode()
    urllib.request.urlopen(f"{shop.stripe}/_config/webhooks/panel", body).close()

    gateway().charge("inbox-charge", Card.objects.get(removed_at=None).token, 500)

    deadline = time.monotonic() + 15
    paid = GatewayEvent.objects.filter(kind="payment_intent.succeeded")
    while not paid.exclude(result="").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [row.result for row in paid] == ["NOT_OURS"]
