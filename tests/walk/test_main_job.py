"""The main job in a real browser, with and without JavaScript: from sign-up to the explained invoice."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from billing.invoices import closing as invoices
from billing.invoices.models import Invoice
from compute.servers.models import Server
from core.calendar import Month, jst_date
from core.operations.draining import drain
from tests.live import Panel
from tests.walk.window import send, until, window

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["javascript", "no javascript"])
def page(request: pytest.FixtureRequest, live_panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A new customer's window, with and without JavaScript."""
    with window(live_panel, monkeypatch, scripted=request.param) as opened:
        yield opened


def confirmation(panel: Panel, address: str) -> str:
    """The link of the mail that confirms an address."""
    mail = next(mail for mail in reversed(panel.mails()) if address in mail and "confirm-email" in mail)
    plain = mail.replace("=\n", "").replace("=3D", "=")
    found = re.search(r"/account/confirm-email/[^\s\"<>]+", plain)
    assert found is not None, mail
    return found.group()


def sign_up(page: Page, panel: Panel, address: str) -> None:
    page.goto("/account/signup/")
    page.fill("[name=name]", "春野 さくら")
    page.fill("[name=email]", address)
    for field in ("password1", "password2"):
        page.fill(f"[name={field}]", "hanami no kisetsu 77")
    send(page, page.get_by_role("button", name="新規登録", exact=True).first)
    deadline = time.monotonic() + 15
    while not any(address in mail for mail in panel.mails()):
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.2)
    page.goto(confirmation(panel, address))
    send(page, page.locator("form.form button").first)


def apply(page: Page, *, scripted: bool) -> None:
    """The organisation, its terms, and a card."""
    page.goto("/organisation/new")
    page.locator("[name=kind][value=CORPORATE]").check()
    values = {
        "name": "さくら園芸",
        "billing_name": "さくら園芸株式会社",
        "postal_code": "060-0001",
        "address": "札幌市中央区1-1",
    }
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    for box in page.locator("input[type=checkbox][name^=accept_]").all():
        box.check()
    send(page, page.locator("main form button.primary").last)
    page.goto("/cards/new")
    page.locator("[name=accepted]").check()
    send(page, page.locator("main form button.primary"))
    until(page, "4242", scripted=scripted)
    page.locator("[name=card][value=visa]").check()
    send(page, page.locator("main form button.primary"))
    page.goto("/cards")
    until(page, "4242", scripted=False)


def test_from_sign_up_to_the_explained_invoice(page: Page, live_panel: Panel, request: pytest.FixtureRequest) -> None:
    scripted = "no javascript" not in request.node.name
    kind = "js" if scripted else "plain"
    sign_up(page, live_panel, f"haruno-{kind}@example.jp")
    apply(page, scripted=scripted)

    page.goto("/servers/new")
    page.locator("[name=plan][value='1core-1gb']").check()
    page.fill("[name=name]", f"web-{kind}")
    if scripted:
        expect(page.locator("#price")).to_contain_text("1,595")
    send(page, page.get_by_role("button", name="この内容で作成", exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"web-{kind}")
    until(page, "稼働中", scripted=scripted)

    page.get_by_role("link", name="停止", exact=True).first.click()
    expect(page.get_by_text("サーバの料金はかかりません").first).to_be_visible()
    send(page, page.get_by_role("button", name="停止", exact=True).last)
    until(page, "停止中", scripted=scripted)
    server = Server.objects.select_related("project").get(name=f"web-{kind}")
    month = Month.of(server.created_at)
    closing = month.end + timedelta(hours=7)
    invoices.close(month, at=closing)
    drain(at=closing)

    invoice = Invoice.objects.get(organisation=server.project.organisation_id)
    assert jst_date(closing) == month.next.first_day
    page.goto("/invoices")
    page.locator(f"a[href='/invoices/{invoice.number}']").first.click()
    page.locator("details.line summary").first.click()
    # One started hour of 1 core 1 GB (7 yen) and of SSD 20 GB is what the price list says; tax is floored once.
    assert invoice.tax == invoice.subtotal // 10
    expect(page.locator("main")).to_contain_text(f"¥{invoice.total:,}")
    expect(page.locator("details.line[open]").first).to_contain_text("7")
