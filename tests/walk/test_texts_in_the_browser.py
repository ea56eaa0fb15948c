"""SMS from a browser and from a program, through the daemon to a real SMSC, back as receipts, onto the invoice."""

import json
import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.plugin import DjangoDbBlocker

from accounts.organisations.models import Organisation
from billing.invoices.closing import close
from billing.invoices.models import Invoice, InvoiceLine
from core.calendar import Month
from core.operations.draining import drain
from sms.messages.models import Message
from sms.subscriptions.models import Kind, Subscription
from tests import databases, live, make
from tests.api.conftest import CLOUD, basic
from tests.live import Panel
from tests.servers.smsc import Smsc
from tests.sms.test_smpp import Daemon, until
from tests.walk.window import send, sign_in, window
from tests.walk.window import until as shown

pytestmark = pytest.mark.browser
TEXT = "ご予約は明日10時です。\n縁側商店"


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[Smsc]:
    center = Smsc(tmp_path)
    center.start()
    yield center
    center.kill()


@pytest.fixture
def live_panel(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, smsc: Smsc, tmp_path: Path, settings
) -> Iterator[Panel]:
    """The panel with a supplier that is reached by SMPP, and the daemon that holds the link."""
    settings.SMS_DRIVER = "sms.drivers.smpp.Smpp"
    data = tmp_path / "panel"
    data.mkdir()
    with django_db_blocker.unblock(), databases.clone() as database:
        daemon = Daemon(database.url, smsc.port, "rate=100&window=10&timeout=5")
        daemon.start()
        try:
            with live.panel(database, data, {"SMS_DRIVER": settings.SMS_DRIVER}) as panel:
                yield panel
        finally:
            daemon.kill()


@pytest.fixture
def page(live_panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The window of Alice, whose organisation was accepted."""
    alice = make.user("alice@example.jp", "Alice")
    make.organisation(alice, name="Garden")
    with window(live_panel, monkeypatch) as opened:
        sign_in(opened, alice.email, make.PASSWORD)
        yield opened


def order(page: Page, kind: Kind) -> Subscription:
    """Order one of the two kinds, accepting what belongs to it."""
    page.goto(f"/sms/order/{kind.value}")
    for box in page.locator("main input[name=accepted]").all():
        box.check()
    send(page, page.locator("main form button.primary").last)
    return Subscription.objects.get(kind=kind)


def code_by_program(panel: Panel, esme: Subscription) -> None:
    """What a shop's login asks the API for."""
    key, secret = make.api_key(esme.project, at=datetime.now(UTC))
    order = {"ESME": {"destination": "818012345678", "sender": "Shop", "otpOperation": "generate"}}
    request = urllib.request.Request(
        f"{panel.url}{CLOUD}/commonserviceitem/{esme.number}/esme/2fa/otp",
        json.dumps(order).encode(),
        {"Authorization": basic(str(key.token), secret), "Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 201


@pytest.mark.terms("67-1", "70-1")
def test_texts_reach_the_smsc_come_back_as_receipts_and_are_on_the_invoice(
    page: Page, live_panel: Panel, smsc: Smsc
) -> None:
    order(page, Kind.A2P)
    codes = order(page, Kind.TWO_FACTOR)
    page.goto("/sms/messages/new")
    page.fill("main [name=destination]", "090-1234-5678")
    page.fill("main [name=body]", TEXT)
    expect(page.locator("#price")).to_contain_text("¥13")
    send(page, page.locator("main form button.primary").last)
    shown(page, "配達済み", scripted=True)  # the page asks by itself
    code_by_program(live_panel, codes)
    until(lambda: Message.objects.filter(state="DELIVERED").count() == 2)

    first, second = sorted(smsc.took(), key=lambda line: str(line["to"]), reverse=True)
    assert (first["to"], first["coding"], first["receipt"]) == ("819012345678", 8, 1)
    assert bytes.fromhex(first["text"]).decode("utf-16-be") == TEXT
    assert second["to"] == "818012345678"
    assert re.search(r"【Shop】認証コード: \d{6}\n", text_of(second))
    page.goto("/sms/messages")
    assert page.locator("main tbody tr").count() == 2
    assert "1234" not in page.inner_text("main tbody")

    month = Month.of(datetime.now(UTC))
    closing = month.end + timedelta(hours=7)
    close(month, at=closing)
    drain(at=closing)
    invoice = Invoice.objects.get(organisation=Organisation.objects.get(name="Garden"))
    lines = InvoiceLine.objects.filter(invoice=invoice, amount__gt=0).values_list("price__item", "quantity", "amount")
    assert sorted(lines) == [("sms.2fa", 1, 11), ("sms.a2p", 1, 13)]
    assert (invoice.subtotal, invoice.total) == (24, 26)
    page.goto(f"/invoices/{invoice.number}")
    expect(page.locator("main")).to_contain_text("¥26")


def text_of(line: dict[str, object]) -> str:
    """What a journal's line says, in the coding it names."""
    octets = bytes.fromhex(str(line["text"]))
    return octets.decode("utf-16-be") if line["coding"] == 8 else octets.decode("latin-1")
