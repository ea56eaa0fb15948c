"""Searches: filters, sorting, paging, what an answer holds, and what a list costs."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import assert_refused, ordered, work


@pytest.fixture
def fleet(api):
    """web-01 (web, tokyo) up, web-02 (web), db 100% (db), in this order."""
    first = ordered(api, Name="web-01", Tags=["web", "tokyo"])
    ordered(api, Name="web-02", Tags=["web"])
    ordered(api, Name="db 100%", Tags=["db"], ServerPlan={"CPU": 2, "MemoryMB": 4096})
    api.put(f"server/{first}/power")
    work()
    return first


def names(api, **query) -> list[str]:
    answer = api.get("server", query)
    assert answer.status == 200, answer.json
    return [server["Name"] for server in answer.json["Servers"]]


def test_a_list_says_where_it_begins_and_how_much_there_is(api, fleet):
    answer = api.get("server", {"From": 1, "Count": 1})

    assert {key: answer.json[key] for key in ("From", "Count", "Total", "is_ok")} == {
        "From": 1, "Count": 1, "Total": 3, "is_ok": True,
    }  # fmt: skip
    assert [server["Name"] for server in answer.json["Servers"]] == ["web-02"]
    assert api.get("server", {"From": 9}).json["Total"] == 3
    assert len(names(api, Count=0)) == 3


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({"Name": "web"}, ["web-01", "web-02"]),
        ({"Name": "WEB 02"}, ["web-02"]),
        ({"Name": "100%"}, ["db 100%"]),
        ({"Name": ["web-01", "db 100%"]}, ["web-01", "db 100%"]),
        ({"Name": ["web"]}, []),
        ({"Name": []}, []),
        ({"Tags.Name": [["web", "tokyo"]]}, ["web-01"]),
        ({"Tags.Name": ["tokyo", "db"]}, ["web-01", "db 100%"]),
        ({"Tags.Name": "web"}, ["web-01", "web-02"]),
        ({"Instance.Status": ["up"]}, ["web-01"]),
        ({"Instance.Status": "down"}, ["web-02", "db 100%"]),
        ({"ServerPlan.CPU": ["2"]}, ["db 100%"]),
        ({"ServerPlan.CPU": [1], "Name": "02"}, ["web-02"]),
        ({"ServerPlan.CPU>": 1}, ["db 100%"]),
        ({"ServerPlan.MemoryMB<=": "1024"}, ["web-01", "web-02"]),
        ({"ServerPlan.CPU": ["two"]}, []),
        ({"ServerPlan.ConfidentialVM": ["0"]}, ["web-01", "web-02", "db 100%"]),
        ({"ServerPlan.ConfidentialVM": [True]}, []),
        ({"CreatedAt<": "2020-01-01"}, []),
        ({"CreatedAt>=": "2020-01-01T00:00:00+09:00"}, ["web-01", "web-02", "db 100%"]),
        ({"Zone.Name": ["is1b", "is1a"]}, ["web-01", "web-02", "db 100%"]),
        ({"ID": ["1"]}, []),
        ({"ID": [99999999999999999]}, []),
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_finds(api, fleet, wanted, found):
    assert names(api, Filter=wanted) == found


def test_a_list_is_sorted(api, fleet):
    assert names(api, Sort=["-Name"]) == ["web-02", "web-01", "db 100%"]
    assert names(api, Sort=["-ServerPlan.CPU", "Name"]) == ["db 100%", "web-01", "web-02"]


def test_an_answer_has_only_what_is_included(api, fleet):
    [server, *_rest] = api.get("server", {"Include": ["ID", "ServerPlan.CPU"]}).json["Servers"]
    assert server == {"ID": fleet, "ServerPlan": {"CPU": 1}}

    item = api.get(f"server/{fleet}", {"Exclude": ["Zone", "Instance.Host"]}).json["Server"]
    assert "Zone" not in item
    assert set(item["Instance"]) == {"Status", "StatusChangedAt", "CDROM"}


@pytest.mark.parametrize(
    "query",
    [
        {"Filter": {"contract__project": ["1"]}},
        {"Filter": {"Name__startswith": "w"}},
        {"Filter": {"Nothing": "x"}},
        {"Filter": {"Name": {"a": 1}}},
        {"Filter": {"Name": None}},
        {"Filter": {"Name": [["a"]]}},
        {"Filter": {"Disks.Name": ["x"]}},
        {"Filter": {"Tags.Name<": "x"}},
        {"Filter": {"Instance.Status>": "up"}},
        {"Filter": {"CreatedAt<": "tomorrow"}},
        {"Filter": {"ServerPlan.CPU<": "few"}},
        {"Filter": {"ServerPlan": ["x"]}},
        {"Sort": ["project__organisation"]},
        {"Sort": ["Tags"]},
        {"Sort": ["-"]},
        {"Sort": ["Instance"]},
    ],
    ids=str,
)
def test_a_search_by_what_is_not_declared_is_refused(api, project, query):
    assert_refused(api.get("server", query), 400, "bad_request")


def test_a_list_costs_the_same_queries_for_1_and_for_many(api, fleet, django_assert_num_queries):
    with django_assert_num_queries(4) as few:
        assert len(names(api, Filter={"Name": "db"})) == 1
    with django_assert_num_queries(4):
        assert len(names(api)) == 3
    assert "accounts_apikey" in few.captured_queries[0]["sql"]


NAMES = st.sampled_from(
    ["ID", "Name", "Tags.Name", "Instance.Status", "ServerPlan.CPU", "CreatedAt", "Zone.IsDummy", "Disks"]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
OPERANDS = SCALARS | st.lists(SCALARS | st.lists(st.text(max_size=5), max_size=2), max_size=3)


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    st.dictionaries(st.tuples(NAMES, st.sampled_from(["", "<", "<=", ">", ">="])).map("".join), OPERANDS, max_size=3),
    st.lists(NAMES.flatmap(lambda name: st.sampled_from([name, f"-{name}"])), max_size=2),
)
def test_no_search_breaks_the_server(api, filters, sort):
    answer = api.get("server", {"Filter": filters, "Sort": sort})

    assert answer.status in (200, 400), answer.json
