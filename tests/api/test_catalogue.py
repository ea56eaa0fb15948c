"""What every key may read: zones, regions, plans, the price list, the provider's archives; and SSH keys."""

from compute.library.models import SshKey
from compute.zones import Zone
from config.api_urls import ZoneCode
from tests.api.conftest import assert_refused

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1H6YqYqzH8XrSK4XhLJIc5Pyc8DGSlAqKIUYj3tWwe alice"


def test_zones_have_their_numbers_descriptions_and_two_name_servers(looking):
    zones = looking.get("zone").json["Zones"]

    found = {zone["Name"]: (zone["ID"], zone["Description"], zone["IsDummy"]) for zone in zones}
    assert found["is1a"] == ("31001", "石狩第1ゾーン", False)
    assert found["is1b"] == ("31002", "石狩第2ゾーン", False)
    assert found["tk1v"] == ("29001", "Sandbox", True)
    assert all(len(zone["Region"]["NameServers"]) == 2 for zone in zones)
    assert looking.get("zone/31002").json["Zone"]["Name"] == "is1b"
    assert [region["ID"] for region in looking.get("region").json["Regions"]] == ["210", "310"]


def test_the_addresses_have_the_zones_of_the_catalogue_and_no_others(db):
    assert set(ZoneCode.regex.split("|")) == set(Zone.objects.values_list("code", flat=True))


def test_plans_are_found_the_way_the_tools_ask(looking):
    wanted = {"CPU": [2], "MemoryMB": [4096]}
    terraform = {"CPU": ["2"], "MemoryMB": ["4096"], "ConfidentialVM": ["0"], "Commitment": ["standard"]}

    assert [plan["ID"] for plan in looking.get("product/server", {"Filter": wanted}).json["ServerPlans"]] == [
        "100002004"
    ]
    found = looking.get("product/server", {"Filter": terraform, "Sort": ["-Generation"]}).json["ServerPlans"]
    assert [(plan["ID"], plan["Generation"]) for plan in found] == [("100002004", 100)]
    assert looking.get("product/server/100001001").json["ServerPlan"]["Availability"] == "available"


def test_plans_of_a_zone_are_those_sold_there(looking):
    here = looking.get("product/server").json["Total"]
    tokyo = looking.get("/cloud/zone/tk1a/api/cloud/1.1/product/server").json["Total"]

    assert (here, tokyo) == (6, 5)


def test_disk_plans_carry_their_sizes(looking):
    plans = {plan["ID"]: plan for plan in looking.get("product/disk").json["DiskPlans"]}

    assert set(plans) == {"4", "2"}
    assert {"SizeMB": 20480, "Availability": "available"}.items() <= plans["4"]["Size"][0].items()


def test_the_price_list_is_public_and_in_whole_yen(nobody, db):
    answer = nobody.get("public/price")

    assert answer.status == 200
    assert nobody.get("public/price.json/").json == answer.json
    prices = {price["ServiceClassPath"]: price for price in answer.json["ServiceClasses"]}
    server = prices["cloud/server/1core-1gb"]["Price"]
    assert all(type(server[unit]) is int for unit in ("Base", "Hourly", "Daily", "Monthly"))
    assert 0 < server["Hourly"] < server["Daily"] < server["Monthly"]


def test_the_shared_archive_is_found_by_its_tags(looking):
    wanted = {"Tags.Name": [["current-stable", "distro-ubuntu"]], "Scope": ["shared"], "Availability": ["available"]}

    answer = looking.get("archive", {"Filter": wanted})

    assert [(a["Name"], a["SizeMB"]) for a in answer.json["Archives"]] == [("Ubuntu Server 24.04 LTS", 20480)]
    assert looking.get("archive", {"Filter": {"Scope": ["user"]}}).json["Archives"] == []
    number = answer.json["Archives"][0]["ID"]
    assert looking.get(f"archive/{number}").json["Archive"]["Zone"]["Name"] == "is1b"


def test_an_ssh_key_has_the_fingerprint_the_tools_expect(api, stranger):
    answer = api.post("sshkey", {"SSHKey": {"ID": 0, "Name": "alice", "Description": "", "PublicKey": KEY}})

    assert answer.status == 201
    key = answer.json["SSHKey"]
    assert (key["Name"], key["PublicKey"]) == ("alice", KEY)
    assert len(key["Fingerprint"]) == 47
    assert_refused(stranger.get(f"sshkey/{key['ID']}"), 404, "not_found")
    assert_refused(stranger.delete(f"sshkey/{key['ID']}"), 404, "not_found")
    assert api.delete(f"sshkey/{key['ID']}").status == 200
    assert_refused(api.get(f"sshkey/{key['ID']}"), 404, "not_found")


def test_what_is_no_public_key_is_refused(api):
    answer = api.post("sshkey", {"SSHKey": {"Name": "alice", "PublicKey": "ssh-rsa nonsense"}})

    assert_refused(answer, 400, "invalid_public_key")
    assert SshKey.objects.count() == 0


def test_a_disk_copies_an_archive_with_a_key(api):
    key = api.post("sshkey", {"SSHKey": {"Name": "alice", "PublicKey": KEY}}).json["SSHKey"]["ID"]
    ubuntu = {"Tags.Name": [["current-stable", "distro-ubuntu"]]}
    archive = api.get("archive", {"Filter": ubuntu}).json["Archives"][0]["ID"]
    order = {
        "Disk": {"Name": "d", "Plan": {"ID": "4"}, "SizeMB": 20480, "SourceArchive": {"ID": archive}},
        "Config": {"SSHKeys": [{"ID": key}]},
    }

    disk = api.post("disk", order).json["Disk"]

    assert (disk["SourceArchive"]["ID"], disk["MigratedMB"], disk["Server"]) == (archive, 0, None)
    renamed = api.put(f"disk/{disk['ID']}", {"Disk": {"Name": "e"}}).json["Disk"]
    assert (renamed["Name"], renamed["SizeMB"]) == ("e", 20480)
