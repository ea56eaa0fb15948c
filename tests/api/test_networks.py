"""Networks through the API: the names that tools know, the same verbs as on the pages."""

from tests.api.conftest import assert_refused, ordered

SWITCH = {
    "Switch": {"Name": "backend", "Tags": ["a"], "UserSubnet": {"DefaultRoute": "192.168.0.1", "NetworkMaskLen": 24}}
}
ROUTER = {"Internet": {"Name": "edge", "NetworkMaskLen": 28, "BandWidthMbps": 100}}


def made(api, at, body, name):
    answer = api.post(at, body)
    assert answer.status == 201, answer.json
    return answer.json[name]


def test_a_switch_lives_and_names_its_servers(api):
    switch = made(api, "switch", SWITCH, "Switch")
    assert switch["UserSubnet"] == {"DefaultRoute": "192.168.0.1", "NetworkMaskLen": 24}
    assert (switch["Subnets"], switch["Bridge"], switch["HybridConnection"]) == ([], None, None)

    number = ordered(api, ConnectedSwitches=[{"Scope": "shared"}, {"ID": switch["ID"]}, None])

    nics = api.get(f"server/{number}").json["Server"]["Interfaces"]
    assert [nic["Switch"] and nic["Switch"]["Scope"] for nic in nics] == ["shared", "user", None]
    assert [one["ID"] for one in api.get(f"switch/{switch['ID']}/server").json["Servers"]] == [number]
    assert_refused(api.delete(f"switch/{switch['ID']}"), 409, "still_needed")
    assert (
        api.put(f"switch/{switch['ID']}", {"Switch": {"Name": "inner"}}).json["Switch"]["UserSubnet"]
        == switch["UserSubnet"]
    )
    assert api.delete(f"server/{number}").status == 200
    assert api.delete(f"switch/{switch['ID']}").status == 200
    assert_refused(api.get(f"switch/{switch['ID']}"), 404, "not_found")


def test_interfaces_are_added_wired_filtered_and_removed(api):
    number, switch = ordered(api), made(api, "switch", SWITCH, "Switch")
    rules = [{"Protocol": "tcp", "DestinationPort": "80", "Action": "allow"}, {"Protocol": "ip", "Action": "deny"}]
    one = made(api, "packetfilter", {"PacketFilter": {"Name": "web", "Expression": rules}}, "PacketFilter")
    nic = made(api, "interface", {"Interface": {"Server": {"ID": number}}}, "Interface")

    assert api.put(f"interface/{nic['ID']}/to/switch/{switch['ID']}").status == 200
    assert api.put(f"interface/{nic['ID']}/to/packetfilter/{one['ID']}").status == 200
    changed = api.put(f"interface/{nic['ID']}", {"Interface": {"UserIPAddress": "192.168.0.9"}}).json["Interface"]
    assert (changed["UserIPAddress"], changed["PacketFilter"]["ID"]) == ("192.168.0.9", one["ID"])
    assert_refused(api.delete(f"packetfilter/{one['ID']}"), 409, "still_needed")
    assert api.delete(f"interface/{nic['ID']}/to/packetfilter").status == 200
    assert api.delete(f"interface/{nic['ID']}/to/switch").status == 200
    assert api.put(f"interface/{nic['ID']}/to/switch/shared").status == 200
    assert api.get(f"interface/{nic['ID']}").json["Interface"]["Switch"]["Scope"] == "shared"
    assert api.delete(f"interface/{nic['ID']}").status == 200
    assert_refused(api.put(f"interface/{nic['ID']}/to/switch/shared"), 404, "not_found")
    assert_refused(api.put("interface/1/to/switch/shared"), 404, "not_found")


def test_rules_are_guarded_by_their_hash(api):
    rules = [
        {
            "Protocol": "TCP",
            "SourceNetwork": "198.51.100.0/24",
            "DestinationPort": 22,
            "Action": "Allow",
            "Description": "SSH",
        }
    ]
    one = made(api, "packetfilter", {"PacketFilter": {"Name": "web", "Expression": rules}}, "PacketFilter")
    assert one["Expression"] == [
        {"Action": "allow", "Protocol": "tcp", "SourceNetwork": "198.51.100.0/24", "SourcePort": "",
         "DestinationPort": "22", "Description": "SSH"},
    ]  # fmt: skip
    body = {"PacketFilter": {"Expression": []}, "OriginalExpressionHash": one["ExpressionHash"]}

    assert api.put(f"packetfilter/{one['ID']}", body).json["PacketFilter"]["Expression"] == []
    body["PacketFilter"]["Expression"] = rules
    assert_refused(api.put(f"packetfilter/{one['ID']}", body), 409, "expression_changed")
    for bad in ("x", ["x"], [{"Protocol": "gre", "Action": "allow"}], [{"Protocol": ["tcp"]}]):
        assert api.put(f"packetfilter/{one['ID']}", {"PacketFilter": {"Expression": bad}}).status == 400
    assert api.get(f"packetfilter/{one['ID']}").json["PacketFilter"]["Expression"] == []


def test_a_router_gets_subnets_ipv6_names_and_another_bandwidth(api):
    router = made(api, "internet", ROUTER, "Internet")
    [own] = router["Switch"]["Subnets"]
    assert (own["NetworkAddress"], own["NetworkMaskLen"], own["DefaultRoute"]) == ("198.19.80.0", 28, "198.19.80.1")
    assert own["IPAddresses"] == {"Min": "198.19.80.4", "Max": "198.19.80.14"}
    at = f"internet/{router['ID']}"

    subnet = made(api, f"{at}/subnet", {"NetworkMaskLen": 28, "NextHop": "198.19.80.4"}, "Subnet")
    assert len(subnet["IPAddresses"]) == 16
    assert api.put(f"{at}/subnet/{subnet['ID']}", {"NextHop": "198.19.80.5"}).json["Subnet"]["NextHop"] == "198.19.80.5"
    assert_refused(api.post(f"{at}/subnet", {"NetworkMaskLen": 28}), 400, "bad_request")
    assert_refused(api.post(f"{at}/subnet", {"NetworkMaskLen": 24, "NextHop": "198.19.80.4"}), 400, "invalid_length")
    net = made(api, f"{at}/ipv6net", None, "IPv6Net")
    assert net["IPv6PrefixLen"] == 64
    named = api.put("ipaddress/198.19.80.4", {"IPAddress": {"HostName": "www.example.jp"}})
    assert named.json["IPAddress"]["HostName"] == "www.example.jp"
    grown = api.put(f"{at}/bandwidth", {"Internet": {"BandWidthMbps": 250}}).json["Internet"]
    assert (grown["BandWidthMbps"], grown["ID"] != router["ID"]) == (250, True)
    at = f"internet/{grown['ID']}"
    assert api.delete(f"{at}/ipv6net/{net['ID']}").status == 200
    assert api.delete(f"{at}/subnet/{subnet['ID']}").status == 200
    assert_refused(api.delete(f"{at}/subnet/{subnet['ID']}"), 404, "not_found")
    assert api.delete(at).status == 200
    assert_refused(api.get("ipaddress/198.19.80.4"), 404, "not_found")


def test_a_bridge_names_the_switches_it_joins(api):
    bridge, switch = made(api, "bridge", {"Bridge": {"Name": "b"}}, "Bridge"), made(api, "switch", SWITCH, "Switch")

    assert api.put(f"switch/{switch['ID']}/to/bridge/{bridge['ID']}").status == 200

    found = api.get(f"bridge/{bridge['ID']}").json["Bridge"]
    assert [(one["ID"], one["Zone"]["Name"]) for one in found["Info"]["Switches"]] == [(switch["ID"], "is1b")]
    assert api.get(f"switch/{switch['ID']}").json["Switch"]["Bridge"]["ID"] == bridge["ID"]
    assert_refused(api.delete(f"bridge/{bridge['ID']}"), 409, "still_needed")
    assert api.delete(f"switch/{switch['ID']}/to/bridge").status == 200
    assert api.delete(f"bridge/{bridge['ID']}").status == 200


def test_strangers_find_no_networks_and_lookers_change_none(api, stranger, looking):
    number, router = ordered(api), made(api, "internet", ROUTER, "Internet")
    nic = api.get(f"server/{number}").json["Server"]["Interfaces"][0]["ID"]
    switch = router["Switch"]["ID"]
    things = [f"internet/{router['ID']}", f"switch/{switch}", f"interface/{nic}", "ipaddress/198.19.80.4"]

    for at in things:
        assert looking.get(at).status == 200, at
        assert stranger.get(at).status == 404, at
        assert stranger.put(at, {}).status == 404, at
        assert looking.put(at, {}).status == 403, at
    assert_refused(looking.post("switch", SWITCH), 403, "permission_denied")
    assert_refused(looking.post("interface", {"Interface": {"Server": {"ID": number}}}), 403, "permission_denied")
    assert_refused(stranger.post("interface", {"Interface": {"Server": {"ID": number}}}), 404, "not_found")
    assert [one["IPAddress"] for one in api.get("ipaddress", {"Count": 1}).json["IPAddress"]] == ["198.18.64.4"]
    assert api.get("product/internet").json["InternetPlans"][0]["BandWidthMbps"] == 100
