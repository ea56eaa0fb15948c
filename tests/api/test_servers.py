"""Servers through the API: the same verbs as on the pages, with the quirks of the wire."""

from accounts.access import SYSTEM
from billing import contracts
from tests.api.conftest import ORDER, assert_refused, ordered, work
from tests.make import MORNING


def test_a_server_is_created_down_on_the_shared_segment(api):
    answer = api.post("server", {"Server": {**ORDER["Server"], "ConnectedSwitches": [{"Scope": "shared"}]}})

    assert answer.status == 201
    assert (answer.json["is_ok"], answer.json["Success"]) == (True, True)
    server = answer.json["Server"]
    assert (server["Name"], server["Tags"], server["Description"]) == ("web-01", ["web"], "")
    assert server["Instance"]["Status"] == "down"
    assert server["ServerPlan"] == {
        "ID": "100001001", "Name": "1Core-1GB", "CPU": 1, "MemoryMB": 1024, "GPU": 0, "GPUModel": "",
        "CPUModel": "uncategorized", "Commitment": "standard", "Generation": 100, "ConfidentialVM": False,
        "ServiceClass": "cloud/plan/1core-1gb", "Availability": "available",
    }  # fmt: skip
    assert (server["Zone"]["ID"], server["Zone"]["Name"], server["Zone"]["Description"]) == (
        "31002",
        "is1b",
        "石狩第2ゾーン",
    )
    assert len(server["Zone"]["Region"]["NameServers"]) == 2
    [interface] = server["Interfaces"]
    assert interface["IPAddress"] == "198.18.64.4"
    assert interface["Switch"]["Scope"] == "shared"
    assert interface["Switch"]["Subnet"]["DefaultRoute"] == "198.18.64.1"
    assert server["CreatedAt"].endswith("+09:00")


def test_a_server_has_the_whole_life_that_the_wire_knows(api):
    number = ordered(api)

    assert api.put(f"server/{number}/power").status == 202
    assert api.get(f"server/{number}").json["Server"]["Instance"]["Status"] == "down"
    work()
    assert api.get(f"server/{number}").json["Server"]["Instance"]["Status"] == "up"
    assert api.put(f"server/{number}/reset").json["Success"] == "Accepted"
    work()
    assert api.delete(f"server/{number}/power", {"Force": True}).status == 202
    assert api.get(f"server/{number}").json["Server"]["Instance"]["Status"] == "up"
    work()
    assert api.get(f"server/{number}").json["Server"]["Instance"]["Status"] == "down"
    assert api.delete(f"server/{number}").json == {"Success": True, "is_ok": True}
    assert_refused(api.get(f"server/{number}"), 404, "not_found")


def test_power_that_is_on_already_is_a_conflict(api):
    number = ordered(api)
    api.put(f"server/{number}/power")
    work()

    assert_refused(api.put(f"server/{number}/power"), 409, "conflict")
    assert api.get(f"server/{number}").json["Server"]["Instance"]["Status"] == "up"


def test_power_that_is_off_already_is_a_conflict(api):
    number = ordered(api)

    assert_refused(api.delete(f"server/{number}/power"), 409, "conflict")


def test_a_server_still_in_preparation_asks_to_try_again(api):
    number = api.post("server", ORDER).json["Server"]["ID"]

    assert api.get(f"server/{number}").json["Server"]["Availability"] == "migrating"
    assert_refused(api.put(f"server/{number}/power"), 409, "still_creating")


def test_another_plan_gives_another_number_and_the_old_one_is_gone(api):
    number = ordered(api)

    answer = api.put(f"server/{number}/plan", {"CPU": 2, "MemoryMB": 4096, "Generation": 0, "Commitment": "standard"})

    assert answer.status == 200
    server = answer.json["Server"]
    assert server["ID"] != number
    assert (server["ServerPlan"]["CPU"], server["ServerPlan"]["MemoryMB"]) == (2, 4096)
    assert_refused(api.get(f"server/{number}"), 404, "not_found")
    assert_refused(api.put(f"server/{number}/power"), 404, "not_found")
    assert api.get(f"server/{server['ID']}").status == 200


def test_a_running_server_keeps_its_plan(api):
    number = ordered(api)
    api.put(f"server/{number}/power")
    work()

    assert_refused(api.put(f"server/{number}/plan", {"CPU": 2, "MemoryMB": 4096}), 409, "conflict")
    assert api.get(f"server/{number}").json["Server"]["ServerPlan"]["CPU"] == 1


def test_a_server_is_renamed_and_keeps_what_was_not_sent(api):
    number = ordered(api, Description="first")

    answer = api.put(f"server/{number}", {"Server": {"Name": "web-02", "Icon": {"ID": 0}, "ID": 0}})

    server = answer.json["Server"]
    assert (server["Name"], server["Description"], server["Tags"]) == ("web-02", "first", ["web"])


def test_a_server_goes_with_its_disk_when_that_is_said(api):
    number = ordered(api)
    disk = {"Disk": {"Name": "d", "Plan": {"ID": 4}, "SizeMB": 20480, "Server": {"ID": int(number)}}}
    answer = api.post("disk", disk)
    assert (answer.status, answer.json["Disk"]["Availability"]) == (201, "migrating")
    work()
    assert [d["Availability"] for d in api.get(f"server/{number}").json["Server"]["Disks"]] == ["available"]
    mine = int(answer.json["Disk"]["ID"])

    wrong = api.delete(f"server/{number}", {"WithDisk": [mine, 1]})
    right = api.delete(f"server/{number}", {"WithDisk": [mine]})

    assert_refused(wrong, 400, "bad_request")
    assert wrong.json["field"] == "WithDisk"
    assert right.status == 200
    assert_refused(api.get(f"disk/{mine}"), 404, "not_found")


def test_numbers_are_json_numbers_everywhere_for_clients_that_ask(api):
    number = ordered(api)

    server = api.get(f"server/{number}", x_sakura_bigint_as_int="1").json["Server"]

    assert server["ID"] == int(number)
    assert server["Zone"]["Region"]["ID"] == 310
    assert isinstance(server["Interfaces"][0]["ID"], int)


def test_measurements_are_given_every_five_minutes_while_it_runs(api, time_machine):
    time_machine.move_to("2026-11-01T00:00:00+09:00", tick=False)
    number = ordered(api)
    assert api.get(f"server/{number}/monitor").json["Data"] == {}
    api.put(f"server/{number}/power")
    work()

    time_machine.move_to("2026-11-03T00:00:00+09:00", tick=False)
    day = api.get(f"server/{number}/monitor").json["Data"]
    hour = {"Start": "2026-11-01T00:00:00+09:00", "End": "2026-11-01T01:00:00+09:00"}
    first = api.get(f"server/{number}/monitor", hour).json["Data"]

    assert (len(day), len(first)) == (288, 12)
    assert min(first) == "2026-11-01T00:00:00+09:00"
    assert all(0 < value["CPU-TIME"] < 1 for value in day.values())
    assert_refused(api.get(f"server/{number}/monitor", {"Start": "yesterday"}), 400, "bad_request")


def test_a_disk_is_put_into_a_server_and_taken_out_of_it_while_that_is_down(api):
    number = ordered(api)
    disk = api.post("disk", {"Disk": {"Name": "d", "Plan": {"ID": 4}, "SizeMB": 20480}}).json["Disk"]["ID"]
    work()

    assert api.put(f"disk/{disk}/to/server/{number}").status == 200
    assert_refused(api.put(f"disk/{disk}/to/server/{number}"), 409, "conflict")
    api.put(f"server/{number}/power")
    work()
    assert_refused(api.delete(f"disk/{disk}/to/server"), 409, "conflict")
    api.delete(f"server/{number}/power")
    work()
    assert api.delete(f"disk/{disk}/to/server").status == 200
    assert api.get(f"disk/{disk}").json["Disk"]["Server"] is None


def test_an_order_beyond_the_quota_is_a_conflict_and_makes_nothing(api, project):
    contracts.set_limit("server", 1, project=project, by=SYSTEM, at=MORNING)
    ordered(api)

    assert_refused(api.post("server", ORDER), 409, "quota_exceeded")

    assert api.get("server").json["Total"] == 1
