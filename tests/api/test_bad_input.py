"""Bad input: a clear sentence with a code and the field, nothing half-written, never a 500 of the client's making."""

import pytest
from django.db import OperationalError

from compute.disks.models import Disk
from compute.servers.models import Server
from tests.api.conftest import ORDER, assert_refused, ordered


def wrong(**values):
    return {"Server": {**ORDER["Server"], **values}}


@pytest.mark.parametrize(
    "body, code, field",
    [
        (wrong(Name="x" * 65), "bad_request", "Server.Name"),
        (wrong(Name=""), "bad_request", "Server.Name"),
        (wrong(Name=None), "bad_request", "Server.Name"),
        (wrong(Name={"a": 1}), "bad_request", "Server.Name"),
        (wrong(Description="x" * 513), "bad_request", "Server.Description"),
        (wrong(Tags=["x" * 33]), "bad_request", "Server.Tags"),
        (wrong(Tags=[str(n) for n in range(11)]), "bad_request", "Server.Tags"),
        (wrong(Tags="web"), "bad_request", "Server.Tags"),
        (wrong(Tags=[["web"]]), "bad_request", "Server.Tags"),
        (wrong(ServerPlan={"CPU": 3, "MemoryMB": 1024}), "invalid_plan", "Server.ServerPlan.ID"),
        (wrong(ServerPlan={"ID": 7}), "invalid_plan", "Server.ServerPlan.ID"),
        (wrong(ServerPlan={"ID": 10**17}), "invalid_plan", "Server.ServerPlan.ID"),
        (wrong(ServerPlan={"CPU": "many", "MemoryMB": 1024}), "bad_request", "Server.ServerPlan.CPU"),
        (wrong(ServerPlan={"CPU": 1.5, "MemoryMB": 1024}), "bad_request", "Server.ServerPlan.CPU"),
        (wrong(ServerPlan=None), "bad_request", "Server.ServerPlan.CPU"),
        (wrong(ServerPlan=7), "bad_request", "Server.ServerPlan.CPU"),
        (wrong(ConnectedSwitches=[{"ID": "x"}]), "bad_request", "Server.ConnectedSwitches.0.ID"),
        (wrong(ConnectedSwitches="shared"), "bad_request", "Server.ConnectedSwitches"),
        (wrong(PrivateHost={"ID": 113000000001}), "bad_request", "Server.PrivateHost"),
        ({}, "bad_request", "Server.ServerPlan.CPU"),
        ({"Server": []}, "bad_request", "Server.ServerPlan.CPU"),
        ({"Server": "x"}, "bad_request", "Server.ServerPlan.CPU"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_by_field_and_writes_nothing(api, body, code, field):
    answer = api.post("server", body)

    assert_refused(answer, 400, code)
    assert answer.json["field"] == field
    assert Server.objects.count() == 0


def test_a_plan_not_sold_in_the_zone_is_refused(api):
    order = wrong(ServerPlan={"CPU": 8, "MemoryMB": 32768})

    answer = api.post("/cloud/zone/tk1a/api/cloud/1.1/server", order)

    assert_refused(answer, 400, "invalid_plan")
    assert Server.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"Server":',
        b"\xff\xfe",
        b'{"Server":{"Name":"\\u0000"}}',
        b"Server=1",
        b"[1]",
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
)
def test_a_malformed_body_is_refused(api, raw):
    assert_refused(api("POST", "server", raw), 400, "bad_request")


def test_a_body_that_is_too_large_is_refused(api):
    assert_refused(api("POST", "server", b'"' + b"x" * 3_000_000 + b'"'), 413, "request_entity_too_large")


@pytest.mark.parametrize(
    "query",
    ['{"Count":1', "{", "Count=1", '{"Filter":{"Name":"%00"}}', "%00", "%ff", "\xff", '{"From":' + "9" * 400 + "}"],
)
def test_a_malformed_query_is_refused(api, query):
    assert_refused(api("GET", "server", query=query), 400, "bad_request")


@pytest.mark.parametrize(
    "number, status",
    [("abc", 404), ("1", 404), ("113700009999", 404), ("9" * 30, 400), ("1%00", 404), ("-1", 404), ("１", 404)],
)
def test_a_number_that_is_none_is_refused(api, number, status):
    assert api.get(f"server/{number}").status == status
    assert api.put(f"server/{number}/power").status == status


def test_a_body_of_any_content_type_is_read(api):
    for kind in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
        "multipart/form-data; boundary=x",
        "x/y; charset=z",
    ):
        number = api.post("server", ORDER, content_type=kind).json["Server"]["ID"]
        assert number.isdigit()

    assert Server.objects.count() == 5


def test_saklient_says_put_and_delete_inside_a_post(api):
    number = ordered(api)

    renamed = api.post(f"server/{number}", {"Server": {"Name": "web-02"}}, x_sakura_http_method="PUT")
    booted = api.post(f"server/{number}/power", b"null", x_sakura_http_method="PUT")

    assert renamed.json["Server"]["Name"] == "web-02"
    assert booted.status == 202


def test_a_fault_of_ours_is_the_envelope_too(api, monkeypatch):
    monkeypatch.setattr("compute.servers.actions.create", lambda *args, **options: 1 / 0)

    answer = api.post("server", ORDER)

    assert_refused(answer, 500, "internal_server_error")
    assert "division" not in answer.json["error_msg"]


def test_a_database_that_is_away_asks_to_try_again(api, monkeypatch):
    def away(*args, **options):
        raise OperationalError("terminating connection")

    monkeypatch.setattr("compute.servers.actions.create", away)

    answer = api.post("server", ORDER)

    assert_refused(answer, 503, "service_unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_the_disk_of_another_size_or_place_is_refused_and_nothing_is_written(api, stranger):
    number = int(ordered(api))
    theirs = int(ordered(stranger))
    base = {"Name": "d", "Plan": {"ID": 4}, "SizeMB": 20480}
    cases = [
        ({**base, "SizeMB": 30720}, 400, "invalid_disk_size"),
        ({**base, "SizeMB": 20481}, 400, "bad_request"),
        ({**base, "SizeMB": None}, 400, "bad_request"),
        ({**base, "Plan": {"ID": 9}}, 400, "invalid_plan"),
        ({**base, "SourceArchive": {"ID": 7}}, 404, "not_found"),
        ({**base, "Server": {"ID": theirs}}, 404, "not_found"),
        ({**base, "Server": {"ID": 7}}, 404, "not_found"),
        ({**base, "SourceDisk": {"ID": 7}}, 404, "not_found"),
        ({**base, "EncryptionAlgorithm": "aes256_xts"}, 400, "bad_request"),
    ]
    for disk, status, code in cases:
        assert_refused(api.post("disk", {"Disk": disk}), status, code)
    config = {"Password": "secret", "SSHKeys": []}
    answer = api.post("disk", {"Disk": {**base, "Server": {"ID": number}}, "Config": config})
    assert_refused(answer, 400, "invalid_password")

    assert Disk.objects.count() == 0
