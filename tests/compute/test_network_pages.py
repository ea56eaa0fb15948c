"""Pages of networks, through the front door."""

from django.test import Client

from accounts.access import Actor
from accounts.projects.models import Project
from billing.contracts.models import Contract
from compute.networks.models import Block, Bridge, Interface, PacketFilter, Router, Switch
from compute.networks.routers import actions as routers
from compute.servers.models import Server
from tests.compute import networks
from tests.compute.test_server_pages import ORDER, fresh
from tests.make import NOON


def words(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_switch_is_ordered_edited_protected_and_deleted_in_the_browser(alice_client: Client) -> None:
    client = alice_client
    order = {"name": "backend", "zone": "is1b", "default_route": "192.168.0.1", "mask_length": "24", "tags": "a b"}
    assert client.post("/switches/new", {**order, **fresh(client, "/switches/new")}).status_code == 302
    switch = Switch.objects.get()
    url = f"/switches/{switch.number}/"
    assert (switch.name, switch.default_route, switch.mask_length, switch.tags) == (
        "backend", "192.168.0.1", 24, ["a", "b"],
    )  # fmt: skip

    assert "192.168.0.1" in words(client, url)
    assert "backend" in words(client, "/switches/")
    assert client.post(f"{url}edit", {"name": "inner", "mask_length": "16"}).status_code == 302
    assert client.post(f"{url}protection").status_code == 302
    assert client.post(f"{url}delete", {"confirm": "inner"}).status_code == 422
    assert client.post(f"{url}protection").status_code == 302
    assert "¥10" in words(client, f"{url}delete")
    assert client.post(f"{url}delete", {"confirm": "inner"}).status_code == 302

    switch.refresh_from_db()
    assert (switch.name, switch.mask_length, switch.state) == ("inner", 16, "DELETED")
    assert Contract.objects.get(subject_kind="compute.switch").state == "ENDED"


def test_the_price_of_an_order_is_shown_as_it_is_filled_in(alice_client: Client) -> None:
    live = {"HX-Request": "true"}

    assert "¥2,420" in alice_client.post("/switches/price", {"zone": "is1b"}, headers=live).content.decode()
    router = alice_client.post("/routers/price", {"zone": "is1b", "plan": "250mbps"}, headers=live)
    assert "¥18,150" in router.content.decode()


def test_an_interface_goes_from_the_shared_segment_to_a_switch_and_back(
    server: Server, project: Project, alice: Actor, alice_client: Client
) -> None:
    switch, client = networks.switch(project, by=alice), alice_client
    one = server.interfaces.get()
    page = f"/servers/{server.number}/network"

    assert str(one.shared_address) in words(client, page)
    assert client.post(f"/interfaces/{one.number}/network", {"network": switch.number}).status_code == 302
    assert client.post(f"/interfaces/{one.number}/address", {"user_address": "192.168.0.10"}).status_code == 302
    one.refresh_from_db()
    assert (one.switch, one.shared_address, one.user_address) == (switch, None, "192.168.0.10")
    assert "192.168.0.10" in words(client, f"/switches/{switch.number}/")
    assert server.name in client.post(f"/switches/{switch.number}/delete", {"confirm": "backend"}).content.decode()
    assert client.post(f"/interfaces/{one.number}/network", {"network": "shared"}).status_code == 302
    assert client.post(f"/interfaces/{one.number}/name", {"host_name": "www.example.jp."}).status_code == 302
    assert client.post(f"/servers/{server.number}/network/new", {"network": ""}).status_code == 302

    one.refresh_from_db()
    assert one.shared_address.host_name == "www.example.jp"
    assert [str(each) for each in server.interfaces.order_by("position")] == ["eth0", "eth1"]
    second = Interface.objects.get(position=1)
    assert client.post(f"/interfaces/{second.number}/remove").status_code == 302
    assert server.interfaces.count() == 1
    assert client.get(f"/interfaces/{one.number}/filter").status_code == 200


def test_a_running_servers_wires_are_not_changed(running_server: Server, alice_client: Client) -> None:
    one = running_server.interfaces.get()

    answer = alice_client.post(f"/interfaces/{one.number}/network", {"network": ""})

    assert answer.status_code == 422
    assert "停止" in answer.content.decode()
    assert Interface.objects.get().shared_address is not None


def test_a_server_is_ordered_on_a_switch_of_its_zone_only(project: Project, alice: Actor, alice_client: Client) -> None:
    here, far = networks.switch(project, by=alice), networks.switch(project, "far", place="tk1b", by=alice)

    wrong = alice_client.post("/servers/new", {**ORDER, "network": far.number})
    right = alice_client.post("/servers/new", {**ORDER, "network": here.number})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert 'id="id_network_error"' in wrong.content.decode()
    assert Interface.objects.get().switch == here


def test_a_router_is_ordered_grown_and_deleted_with_its_addresses_in_the_browser(alice_client: Client) -> None:
    client = alice_client
    order = {"plan": "100mbps", "length": "28", "zone": "is1b", "name": "edge"}
    assert client.post("/routers/new", {**order, **fresh(client, "/routers/new")}).status_code == 302
    router = Router.objects.get()
    url = f"/routers/{router.number}/"

    assert "198.19.80.0/28" in words(client, "/routers/")
    form = words(client, f"{url}addresses")
    assert "11個" in form or "11" in form
    assert "第11条第3項" in form
    far = client.post(f"{url}addresses", {"length": "28", "next_hop": "192.168.0.1"})
    assert (far.status_code, 'id="id_next_hop_error"' in far.content.decode()) == (422, True)
    assert client.post(f"{url}addresses", {"length": "28", "next_hop": "198.19.80.4"}).status_code == 302
    assert client.post(f"{url}ipv6").status_code == 302
    assert client.post(f"{url}bandwidth", {"plan": "250mbps"}).status_code == 302
    assert client.get(url).status_code == 302
    router.refresh_from_db()
    url = f"/routers/{router.number}/"
    own, more, ipv6 = router.blocks.in_order()
    detail = words(client, url)
    assert all(str(block) in detail for block in (own, more, ipv6))
    assert "250 Mbps" in detail

    assert client.post(f"/blocks/{more.number}/route", {"next_hop": "198.19.80.5"}).status_code == 302
    assert client.post(f"/blocks/{own.number}/names/198.19.80.4", {"host_name": "www.example.jp"}).status_code == 302
    assert "www.example.jp" in words(client, f"/blocks/{own.number}/")
    first = str(ipv6.network[1])
    assert (
        client.post(f"/blocks/{ipv6.number}/names/new", {"address": first, "host_name": "six.example.jp"}).status_code
        == 302
    )
    assert "six.example.jp" in words(client, f"/blocks/{ipv6.number}/")
    assert client.post(f"/blocks/{ipv6.number}/names/{first}", {"host_name": ""}).status_code == 302
    assert client.get(f"/blocks/{own.number}/names/nonsense").status_code == 404
    assert "¥3,300" in words(client, f"/blocks/{more.number}/remove")
    ending = words(client, f"{url}delete")
    assert str(more) in ending
    assert "11" in ending
    assert client.post(f"{url}delete", {"confirm": "edge"}).status_code == 302

    assert not Block.objects.alive().exists()
    assert set(Contract.objects.values_list("state", flat=True)) == {"ENDED"}


def test_a_packet_filter_is_made_edited_and_put_on_an_interface_in_the_browser(
    server: Server, alice_client: Client
) -> None:
    client = alice_client
    text = "allow tcp 198.51.100.0/24 * 22  # SSH\ndeny ip"
    bad = client.post("/packet-filters/new", {"name": "web", "zone": "is1b", "rules": "permit all"})
    assert (bad.status_code, 'id="id_rules_error"' in bad.content.decode()) == (422, True)
    assert PacketFilter.objects.count() == 0
    assert client.post("/packet-filters/new", {"name": "web", "zone": "is1b", "rules": text}).status_code == 302
    one = PacketFilter.objects.get()
    url = f"/packet-filters/{one.number}/"

    assert "198.51.100.0/24" in words(client, url)
    assert text in words(client, f"{url}rules")
    stale = one.expression_hash
    assert client.post(f"{url}rules", {"rules": "allow tcp * * 80", "known": stale}).status_code == 302
    assert client.post(f"{url}rules", {"rules": "deny ip", "known": stale}).status_code == 422
    one.refresh_from_db()
    assert [rule["action"] for rule in one.rules] == ["allow"]
    interface = server.interfaces.get()
    assert client.post(f"/interfaces/{interface.number}/filter", {"packet_filter": one.number}).status_code == 302
    assert server.name in words(client, url)
    assert client.post(f"{url}delete", {"confirm": "web"}).status_code == 422
    assert client.post(f"/interfaces/{interface.number}/filter", {"packet_filter": ""}).status_code == 302
    assert client.post(f"{url}edit", {"name": "www"}).status_code == 302
    assert client.post(f"{url}delete", {"confirm": "www"}).status_code == 302


def test_a_bridge_joins_switches_of_two_zones_in_the_browser(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    client = alice_client
    here, far = networks.switch(project, by=alice), networks.switch(project, "far", place="tk1b", by=alice)
    second = networks.switch(project, "second", by=alice)
    assert client.post("/bridges/new", {"name": "between", **fresh(client, "/bridges/new")}).status_code == 302
    bridge = Bridge.objects.get()
    url = f"/bridges/{bridge.number}/"

    assert client.post(f"{url}attach", {"switch": here.number}).status_code == 302
    assert client.post(f"{url}attach", {"switch": far.number}).status_code == 302
    assert client.post(f"{url}attach", {"switch": second.number}).status_code == 422
    assert "far" in words(client, url)
    assert "between" in words(client, f"/switches/{here.number}/")
    assert client.post(f"{url}delete", {"confirm": "between"}).status_code == 422
    for switch in (here, far):
        assert client.post(f"/switches/{switch.number}/detach").status_code == 302
    assert client.post(f"{url}edit", {"name": "across"}).status_code == 302
    assert client.post(f"{url}protection").status_code == 302
    assert client.post(f"{url}protection").status_code == 302
    assert client.post(f"{url}delete", {"confirm": "across"}).status_code == 302


def test_a_viewer_sees_networks_and_may_change_nothing(
    project: Project, alice: Actor, bob_client: Client, charlie_client: Client
) -> None:
    router = networks.router(project, by=alice)
    routers.add_ipv6(router, by=alice, at=NOON)
    switch, bridge = networks.switch(project, by=alice), networks.bridge(project, by=alice)
    one = networks.packet_filter(project, by=alice)

    for thing in (router, switch, bridge, one, *router.blocks.all()):
        url = thing.get_absolute_url()
        assert bob_client.get(url).status_code == 200, url
        assert charlie_client.get(url).status_code == 404, url
        assert bob_client.get(f"{url}{'remove' if isinstance(thing, Block) else 'delete'}").status_code == 403, url


def test_what_was_ordered_is_found_by_name_number_and_address(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    router = networks.router(project, by=alice)
    switch = networks.switch(project, by=alice)

    assert router.get_absolute_url() in words(alice_client, f"/search?q={router.number}")
    assert switch.get_absolute_url() in words(alice_client, "/search?q=backend")
    assert router.blocks.get().get_absolute_url() in words(alice_client, "/search?q=198.19.80.4")
