"""A whole network in a real browser: built form by form, taken down by following the graph, invoiced to the yen."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from billing.contracts import Contract
from billing.invoices.closing import close
from billing.invoices.models import Invoice, InvoiceLine
from compute.load_balancers.models import LoadBalancer
from compute.networks.models import Block, Bridge, LocalRouter, Router, Switch
from compute.servers.models import Server
from core.calendar import Month
from core.operations.draining import drain
from tests import make
from tests.live import Panel
from tests.walk.window import send, sign_in, until, window

pytestmark = pytest.mark.browser
# One started hour of each, as the price list says; additional addresses are charged by whole months (11-3).
INVOICED = {
    ("router", "100mbps"): [25],
    ("address", "28"): [3300],
    ("server", "1core-1gb"): [7] * 3,
    ("ssd", "20gb"): [2] * 3,
    ("switch", ""): [10] * 3,
    ("local-router", ""): [20] * 2,
    ("load-balancer", ""): [15],
}
LONGEST = timedelta(minutes=10)  # a walk takes two


@pytest.fixture
def page(live_panel: Panel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The window of Alice, whose organisation was accepted."""
    now = datetime.now(UTC)
    if (left := Month.of(now).end - now) < LONGEST:  # on the last minutes of a month: walk in the next one
        time.sleep(left.total_seconds())
    alice = make.user("alice@example.jp", "Alice")
    make.organisation(alice, name="Garden")
    with window(live_panel, monkeypatch) as opened:
        sign_in(opened, alice.email, make.PASSWORD)
        yield opened


def fill(page: Page, picks: dict[str, str], values: dict[str, str]) -> None:
    """Choose of lists and cards, and type; every consent that is asked for is given."""
    for name, value in picks.items():
        card = page.locator(f"main [type=radio][name={name}][value='{value}']")
        if card.count():
            card.check()
        else:
            page.locator(f"main select[name={name}]").select_option(value)
    for name, value in values.items():
        page.fill(f"main [name={name}]", value)
    for box in page.locator("main input[name=accepted]").all():
        box.check()


def press(page: Page, button: Locator) -> None:
    """Press a form's button; a form that comes back wasn't right."""
    before = page.url
    send(page, button)
    assert page.url != before, page.inner_text("main")


def order(page: Page, at: str, *, picks: dict[str, str] | None = None, **values: str) -> None:
    """Fill the form at an address and press its button."""
    page.goto(at)
    fill(page, picks or {}, values)
    press(page, page.locator("main form button.primary").last)


def build(page: Page) -> None:
    """Everything the issue of a network is about, in the order in which one thing needs another."""
    order(page, "/routers/new", picks={"plan": "100mbps", "length": "28", "zone": "is1b"}, name="edge")
    router = Router.objects.get(name="edge")
    until(page, "利用可能", scripted=True)
    own = router.blocks.get(kind=Block.Kind.OWN)
    hop = str(own.network[4])
    order(page, f"/routers/{router.number}/addresses", picks={"length": "28"}, next_hop=hop)
    for name, zone in (("inner", "is1b"), ("partner", "is1b"), ("far", "tk1a")):
        order(page, "/switches/new", picks={"zone": zone}, name=name)
    switches = {switch.name: switch for switch in Switch.objects.all()}
    for name in ("web-01", "web-02", "db-01"):
        build_server(page, name, router, switches["inner"])
    order(page, "/bridges/new", name="is1b-tk1a")
    bridge = Bridge.objects.get()
    for name in ("inner", "far"):
        order(page, f"/bridges/{bridge.number}/attach", picks={"switch": str(switches[name].number)})
    build_peering(page, switches)
    order(page, "/load-balancers/new", picks={"zone": "is1b"}, name="front")
    at = f"/load-balancers/{LoadBalancer.objects.get().number}"
    order(page, f"{at}/ports/new", picks={"mode": "http"}, port="80")
    for n in (4, 5):
        order(page, f"{at}/servers/new", address=str(own.network[n]), port="80")


def build_server(page: Page, name: str, router: Router, inner: Switch) -> None:
    """A running server on the router's network and on the private switch."""
    network = str(Switch.objects.get(router=router).number)
    page.goto("/servers/new")
    page.locator("[name=start]").uncheck()
    picks = {"plan": "1core-1gb", "zone": "is1b", "disk": "ssd-20", "network": network}
    fill(page, picks, {"name": name})
    press(page, page.get_by_role("button", name="この内容で作成", exact=True).first)
    until(page, "停止中", scripted=True)
    server = Server.objects.get(name=name)
    order(page, f"/servers/{server.number}/network/new", picks={"network": str(inner.number)})
    page.goto(f"/servers/{server.number}/")
    send(page, page.get_by_role("button", name="起動", exact=True).first)
    until(page, "稼働中", scripted=True)


def build_peering(page: Page, switches: dict[str, Switch]) -> None:
    """Two local routers, each on a switch, that name each other with their secret keys (18, 19)."""
    keys = {}
    for name, switch, third in (("here", "inner", 10), ("there", "partner", 20)):
        order(page, "/local-routers/new", name=name)
        router = LocalRouter.objects.get(name=name)
        hosts = {"virtual": 1, "first": 2, "second": 3}
        wire = {field: f"192.168.{third}.{host}" for field, host in hosts.items()}
        picks = {"switch": str(switches[switch].number)}
        order(page, f"/local-routers/{router.number}/connect", picks=picks, length="24", vrid="100", **wire)
        page.goto(f"/local-routers/{router.number}/key")
        keys[name] = (str(router.number), page.locator("main dd").nth(1).inner_text().split()[0])
    for one, other in (("here", "there"), ("there", "here")):
        number, key = keys[other]
        order(page, f"/local-routers/{keys[one][0]}/add-peer", number=number, key=key)


def end(page: Page, contract: Contract) -> None:
    """End what a contract is about from its own page; what its dialog says must go first, goes first."""
    page.goto(contract.get_absolute_url())
    send(page, page.get_by_role("link", name="対象を開く"))
    thing = page.url
    page.goto(f"{thing}delete")
    while (needing := page.locator("main .callout.bad a").first).count():
        page.goto(needing.get_attribute("href") or "")
        if page.url == thing:
            send(page, page.get_by_role("button", name="ブリッジから切り離す", exact=True))
        else:
            end(page, Contract.objects.get(number=page.url.rstrip("/").rpartition("/")[2]))
        page.goto(f"{thing}delete")
    name = page.locator("main [name=confirm]")
    if name.count():
        name.fill(contract.name)
    for box in page.locator("main [name=disks]").all():
        box.check()
    press(page, page.locator("main form button.danger").last)
    drain(at=datetime.now(UTC))


def test_a_network_is_built_taken_down_and_invoiced_to_the_yen(page: Page) -> None:
    build(page)
    contracts = Contract.objects.filter(project__organisation__name="Garden")
    assert (
        contracts.count() == 15
    )  # router, addresses, 3 switches, 3 servers, 3 disks, bridge, 2 local routers, balancer
    for server in Server.objects.all():
        page.goto(f"/servers/{server.number}/stop")
        send(page, page.get_by_role("button", name="停止", exact=True).last)
        until(page, "停止中", scripted=True)

    while (contract := contracts.exclude(state="ENDED").order_by("pk").first()) is not None:
        end(page, contract)

    month = Month.of(datetime.now(UTC))
    closing = month.end + timedelta(hours=7)
    close(month, at=closing)
    drain(at=closing)
    invoice = Invoice.objects.get(organisation__name="Garden")
    subtotal = sum(sum(amounts) for amounts in INVOICED.values())
    assert lines(invoice) == INVOICED
    assert (invoice.subtotal, invoice.total) == (subtotal, subtotal + subtotal // 10)
    page.goto(f"/invoices/{invoice.number}")
    expect(page.locator("main")).to_contain_text(f"¥{invoice.total:,}")


def lines(invoice: Invoice) -> dict[tuple[str, str], list[int]]:
    """What is charged, by item and plan."""
    found: dict[tuple[str, str], list[int]] = {}
    for line in InvoiceLine.objects.filter(invoice=invoice, amount__gt=0).select_related("price").order_by("line_no"):
        found.setdefault((line.price.item_id, line.price.plan), []).append(line.amount)
    return found
