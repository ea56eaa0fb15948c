"""A whole network by programs: built, looked at, taken down in the order the graph asks for, invoiced to the yen."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Any

import pytest

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts import Contract
from billing.invoices.closing import close
from billing.invoices.models import Invoice, InvoiceLine
from core.calendar import JST, Month
from tests.api.conftest import ApiClient, assert_refused, client_of, work

BUILT = datetime(2026, 11, 3, 10, tzinfo=JST)
TAKEN_DOWN = BUILT + timedelta(hours=30)  # a day and six hours
PANEL = "/api/panel/1.0/load-balancers"
TOKYO = "/cloud/zone/tk1a/api/cloud/1.1"
# What the price list says for a day and six hours; additional addresses are charged by whole months (11-3).
INVOICED = {
    ("router", "100mbps"): [275 + 6 * 25],
    ("address", "28"): [3300],
    ("server", "1core-1gb"): [79 + 6 * 7] * 3,
    ("ssd", "20gb"): [22 + 6 * 2] * 3,
    ("switch", ""): [110 + 6 * 10] * 3,
    ("local-router", ""): [220 + 6 * 20] * 2,
    ("load-balancer", ""): [165 + 6 * 15],
}


@pytest.fixture
def api(project: Project, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    """Alice's key, which asks more often than people do."""
    monkeypatch.setattr("accounts.api_keys.limits.PER_SECOND", 1_000_000)
    return client_of(project)


def made(api: ApiClient, at: str, body: Any, name: str) -> dict[str, Any]:
    """The new thing, when the workers have done what it takes."""
    answer = api.post(at, body)
    assert answer.status == 201, answer.json
    work()
    return dict(answer.json[name])


def did(api: ApiClient, method: str, at: str, body: Any = None) -> Any:
    """What a change answers, when the workers are done with it."""
    answer = api(method, at, body)
    assert answer.status in (200, 201, 202), (at, answer.json)
    work()
    return answer.json


def order(name: str, switch: str) -> dict[str, Any]:
    return {"Server": {"Name": name, "ServerPlan": {"CPU": 1, "MemoryMB": 1024}, "ConnectedSwitches": [{"ID": switch}]}}


def router_settings(switch: str, zone: str, third: int, peer: dict[str, Any] | None = None) -> dict[str, Any]:
    """Of a local router on 192.168.<third>.0/24, naming its peer or nobody."""
    here = {"VirtualIPAddress": f"192.168.{third}.1", "IPAddress": [f"192.168.{third}.2", f"192.168.{third}.3"],
            "NetworkMaskLen": 24, "VRID": 100}  # fmt: skip
    place = {"Code": switch, "Category": "cloud", "ZoneID": zone}
    return {"LocalRouter": {"Switch": place, "Interface": here, "Peers": [peer] if peer else None,
                            "StaticRoutes": None}}  # fmt: skip


class Network:
    """The numbers of what was built."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api
        self.router = made(
            api, "internet", {"Internet": {"Name": "edge", "NetworkMaskLen": 28, "BandWidthMbps": 100}}, "Internet"
        )
        [own] = self.router["Switch"]["Subnets"]
        self.first = own["IPAddresses"]["Min"]
        extra = {"NetworkMaskLen": 28, "NextHop": self.first}
        self.subnet = made(api, f"internet/{self.router['ID']}/subnet", extra, "Subnet")
        self.inner = made(api, "switch", {"Switch": {"Name": "inner"}}, "Switch")["ID"]
        self.far = made(api, f"{TOKYO}/switch", {"Switch": {"Name": "far"}}, "Switch")["ID"]
        self.partner = made(api, "switch", {"Switch": {"Name": "partner"}}, "Switch")["ID"]
        self.servers = [self.server("web-01"), self.server("web-02"), self.server("db-01")]
        self.bridge = made(api, "bridge", {"Bridge": {"Name": "is1b-tk1a"}}, "Bridge")["ID"]
        did(api, "PUT", f"switch/{self.inner}/to/bridge/{self.bridge}")
        did(api, "PUT", f"{TOKYO}/switch/{self.far}/to/bridge/{self.bridge}")
        self.local = [self.local_router("here", self.inner, 10), self.local_router("there", self.partner, 20)]
        self.peer()
        self.balancer = self.load_balancer()

    def server(self, name: str) -> str:
        """A running server with a disk, on the router's network and on the private switch."""
        api = self.api
        number = str(made(api, "server", order(name, self.router["Switch"]["ID"]), "Server")["ID"])
        source = api.get("archive", {"Filter": {"Name": "Ubuntu"}}).json["Archives"][0]["ID"]
        disk = {"Name": name, "Plan": {"ID": 4}, "SizeMB": 20480, "SourceArchive": {"ID": source}}
        did(api, "PUT", f"disk/{made(api, 'disk', {'Disk': disk}, 'Disk')['ID']}/to/server/{number}")
        nic = made(api, "interface", {"Interface": {"Server": {"ID": number}}}, "Interface")["ID"]
        did(api, "PUT", f"interface/{nic}/to/switch/{self.inner}")
        did(api, "PUT", f"server/{number}/power")
        return number

    def local_router(self, name: str, switch: str, third: int) -> dict[str, Any]:
        body = {
            "CommonServiceItem": {
                "Name": name,
                "Provider": {"Class": "localrouter"},
                "Remark": {"Accepted": ["peering"]},
                "Settings": router_settings(switch, "is1b", third),
            }
        }
        return made(self.api, "commonserviceitem", body, "CommonServiceItem")

    def peer(self) -> None:
        """Each names the other with its secret key (18, 19)."""
        here, there = self.local
        for one, other, switch, third in ((here, there, self.inner, 10), (there, here, self.partner, 20)):
            named = {
                "ID": other["ID"],
                "SecretKey": other["Status"]["SecretKeys"][0],
                "Enabled": True,
                "Description": "",
            }
            settings = router_settings(switch, "is1b", third, named)
            did(self.api, "PUT", f"commonserviceitem/{one['ID']}", {"CommonServiceItem": {"Settings": settings}})

    def load_balancer(self) -> str:
        body = {"LoadBalancer": {"Name": "front", "Zone": {"Name": "is1b"}}}
        at = f"{PANEL}/{made(self.api, PANEL, body, 'LoadBalancer')['ID']}"
        did(self.api, "POST", f"{at}/ports", {"Port": 80, "Protocol": "http"})
        for host in (self.first, str(IPv4Address(self.first) + 1)):
            did(self.api, "POST", f"{at}/servers", {"IPAddress": host, "Port": 80})
        return at


def test_a_network_is_built_taken_down_and_invoiced_to_the_yen(api, garden: Organisation, time_machine) -> None:
    time_machine.move_to(BUILT, tick=False)
    network = Network(api)

    up = api.get(f"commonserviceitem/{network.local[0]['ID']}/health").json["LocalRouter"]["Peers"]
    assert up == [{"ID": str(network.local[1]["ID"]), "Status": "up", "Routes": ["192.168.20.0/24"]}]
    joined = api.get(f"bridge/{network.bridge}").json["Bridge"]["Info"]["Switches"]
    assert {one["Zone"]["Name"] for one in joined} == {"is1b", "tk1a"}
    states = [api.get(f"server/{number}").json["Server"]["Instance"]["Status"] for number in network.servers]
    assert states == ["up"] * 3
    running = Contract.objects.filter(project__organisation=garden).count()

    time_machine.move_to(TAKEN_DOWN, tick=False)
    nothing_goes_too_early(api, network)
    take_down(api, network)

    assert running == Contract.objects.filter(project__organisation=garden, state="ENDED").count()
    closed = close(Month(2026, 11), at=datetime(2026, 12, 1, 6, tzinfo=JST))
    assert closed.written == 1
    assert lines() == INVOICED
    invoice = Invoice.objects.get(organisation=garden)
    subtotal = sum(sum(amounts) for amounts in INVOICED.values())
    assert (invoice.subtotal, invoice.tax, invoice.total) == (subtotal, subtotal // 10, subtotal + subtotal // 10)


def nothing_goes_too_early(api: ApiClient, network: Network) -> None:
    """What others stand on is refused, with a reason, and stays (AM-12)."""
    for at in (f"switch/{network.inner}", f"bridge/{network.bridge}", f"internet/{network.router['ID']}"):
        assert_refused(api.delete(at), 409, "still_needed")
        assert api.get(at).status == 200


def take_down(api: ApiClient, network: Network) -> None:
    """From the outside in: what needs others before what it needs."""
    did(api, "DELETE", network.balancer)
    for one in network.local:
        did(api, "DELETE", f"commonserviceitem/{one['ID']}")
    for number in network.servers:
        did(api, "DELETE", f"server/{number}/power", {"Force": True})
        disks = [disk["ID"] for disk in api.get(f"server/{number}").json["Server"]["Disks"]]
        did(api, "DELETE", f"server/{number}", {"WithDisk": disks})
    did(api, "DELETE", f"switch/{network.inner}/to/bridge")
    did(api, "DELETE", f"{TOKYO}/switch/{network.far}/to/bridge")
    did(api, "DELETE", f"bridge/{network.bridge}")
    for at in (f"switch/{network.inner}", f"switch/{network.partner}", f"{TOKYO}/switch/{network.far}"):
        did(api, "DELETE", at)
    did(api, "DELETE", f"internet/{network.router['ID']}")  # its additional addresses end with it (11-1)


def lines() -> dict[tuple[str, str], list[int]]:
    """The amounts of the only invoice, by item and plan."""
    found: dict[tuple[str, str], list[int]] = {}
    for line in InvoiceLine.objects.select_related("price").order_by("line_no"):
        if line.amount:
            found.setdefault((line.price.item_id, line.price.plan), []).append(line.amount)
    return found
