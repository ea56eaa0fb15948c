"""One collection whose items belong to several apps: those of SMS, and bridges in the place of another app's."""

from typing import Any

import pytest
from django.urls import include, path

from accounts.access import ARRANGE, CREATE
from accounts.api import Resources, labels
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.models import Bridge
from config import urls as panel
from core.api import Fixed, Id, Instant, Part, Reply, Tags, Text, Together
from sms.api import items as esmes
from tests.api.conftest import assert_refused
from tests.compute import networks
from tests.sms.conftest import ordered as sms_ordered

pytestmark = pytest.mark.urls(__name__)
SPAN = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Tags": Tags("tags"),
        "Provider": {"Class": Fixed("span")},
        "Remark": {"Length": Text("description")},
        "CreatedAt": Instant("created_at"),
    }
)
spans = Resources(
    "commonserviceitem", "CommonServiceItem", "CommonServiceItems", fields=SPAN,
    rows=lambda request: Bridge.objects.select_related("contract"),
)  # fmt: skip


@spans.creates(level=CREATE)
def create(request: Any, body: Any) -> Bridge:
    """Make one."""
    named = labels(body, "CommonServiceItem")
    return bridges.create(request.project, **named, by=request.actor, at=request.now)


@spans.changes(level=ARRANGE)
def change(request: Any, bridge: Bridge, body: Any) -> Bridge:
    """Rename one."""
    bridges.edit(bridge, **labels(body, "CommonServiceItem", bridge), by=request.actor, at=request.now)
    return bridge


@spans.deletes(level=CREATE)
def delete(request: Any, bridge: Bridge, body: Any) -> None:
    """Delete one."""
    bridges.delete(bridge, by=request.actor, at=request.now)


@spans.verb("GET", "health", level=ARRANGE)
def health(request: Any, bridge: Bridge, body: Any) -> Reply:
    """A verb of one class alone."""
    return Reply({"Span": {"Status": "ok"}})


ITEMS = Together("Provider.Class", {"esme": esmes, "span": spans})
urlpatterns = [path("cloud/zone/<zone:zone>/api/cloud/1.1/", include(ITEMS.urls)), *panel.urlpatterns]


@pytest.fixture
def mixed(project, alice):
    """b, a2 (esme), c, in this order; numbers as texts."""
    first = networks.bridge(project, "b", by=alice)
    codes = sms_ordered(project, "TWO_FACTOR", by=alice)
    codes.name = "a2"
    codes.save(update_fields=["name"])
    return [str(one.number) for one in (first, codes, networks.bridge(project, "c", by=alice))]


def found(api, **query) -> list[str]:
    answer = api.get("commonserviceitem", query)
    assert answer.status == 200, answer.json
    return [item["Name"] for item in answer.json["CommonServiceItems"]]


def test_a_list_holds_the_items_of_all_apps_in_the_order_they_were_made(api, mixed):
    answer = api.get("commonserviceitem")

    assert [(one["ID"], one["Provider"]["Class"]) for one in answer.json["CommonServiceItems"]] == [
        (mixed[0], "span"), (mixed[1], "esme"), (mixed[2], "span"),
    ]  # fmt: skip
    assert {key: answer.json[key] for key in ("From", "Count", "Total")} == {"From": 0, "Count": 3, "Total": 3}


@pytest.mark.parametrize(
    "query, names",
    [
        ({"Sort": ["Name"]}, ["a2", "b", "c"]),
        ({"Sort": ["-Name"]}, ["c", "b", "a2"]),
        ({"Sort": ["-CreatedAt", "Name"]}, ["a2", "b", "c"]),
        ({"From": 1, "Count": 1}, ["a2"]),
        ({"From": 1, "Count": 1, "Sort": ["Name"]}, ["b"]),
        ({"From": 9}, []),
        ({"Filter": {"Name": "2"}}, ["a2"]),
        ({"Filter": {"Name": ["b", "a2"]}, "Sort": ["Name"]}, ["a2", "b"]),
        ({"Filter": {"Provider.Class": "span"}}, ["b", "c"]),
        ({"Filter": {"Provider.Class": ["esme"]}}, ["a2"]),
        ({"Filter": {"Provider.Class": ["span", "esme"]}}, ["b", "a2", "c"]),
        ({"Filter": {"Provider.Class": "nothing"}}, []),
        ({"Filter": {"Remark.Length": "x"}}, []),
    ],
    ids=str,
)
def test_a_search_goes_over_all_of_them(api, mixed, query, names):
    assert found(api, **query) == names


def test_a_page_tells_how_many_there_are_in_all(api, mixed):
    answer = api.get("commonserviceitem", {"Count": 2})

    assert (answer.json["Count"], answer.json["Total"]) == (2, 3)


@pytest.mark.parametrize("query", [{"Filter": {"Nothing": "x"}}, {"Sort": ["Nothing"]}, {"Sort": ["Remark.Length"]}])
def test_a_name_that_not_all_have_is_refused(api, mixed, query):
    assert_refused(api.get("commonserviceitem", query), 400, "bad_request")


def test_include_picks_from_each(api, mixed):
    answer = api.get("commonserviceitem", {"Include": ["ID", "Remark.Length"]}).json["CommonServiceItems"]

    assert answer == [
        {"ID": mixed[0], "Remark": {"Length": ""}},
        {"ID": mixed[1]},
        {"ID": mixed[2], "Remark": {"Length": ""}},
    ]


def test_thirty_cost_the_queries_of_three(api, mixed, project, alice, django_assert_max_num_queries):
    for number in range(27):
        networks.bridge(project, f"more {number}", by=alice)

    with django_assert_max_num_queries(8):
        assert len(found(api)) == 30


def test_an_item_is_made_by_its_class(api, project):
    answer = api.post("commonserviceitem", {"CommonServiceItem": {"Name": "n", "Provider": {"Class": "span"}}})

    assert (answer.status, answer.json["CommonServiceItem"]["Provider"]) == (201, {"Class": "span"})
    assert Bridge.objects.get().project == project


@pytest.mark.parametrize("provider", [{}, {"Class": ""}, {"Class": "dns"}, {"Class": ["span"]}, None])
def test_a_class_that_is_not_sold_is_refused_and_nothing_made(api, provider):
    answer = api.post("commonserviceitem", {"CommonServiceItem": {"Name": "n", "Provider": provider}})

    assert_refused(answer, 400, "bad_request")
    assert answer.json["field"] == "CommonServiceItem.Provider.Class"
    assert Bridge.objects.count() == 0


def test_an_id_finds_the_item_whichever_app_has_it(api, mixed):
    assert [api.get(f"commonserviceitem/{number}").json["CommonServiceItem"]["Name"] for number in mixed] == [
        "b",
        "a2",
        "c",
    ]

    renamed = [api.put(f"commonserviceitem/{n}", {"CommonServiceItem": {"Name": f"new {n}"}}).status for n in mixed]

    assert renamed == [200, 200, 200]
    assert found(api) == [f"new {number}" for number in mixed]
    assert api.delete(f"commonserviceitem/{mixed[2]}").status == 200
    assert_refused(api.get(f"commonserviceitem/{mixed[2]}"), 404, "not_found")


def test_a_verb_of_one_class_does_not_find_the_others(api, mixed):
    assert api.get(f"commonserviceitem/{mixed[0]}/health").json["Span"] == {"Status": "ok"}
    assert_refused(api.get(f"commonserviceitem/{mixed[1]}/health"), 404, "not_found")
    assert api.get(f"commonserviceitem/{mixed[1]}/esme/logs").json["ESME"]["logs"] == []


def test_a_stranger_sees_none_of_them(stranger, looking, mixed):
    assert found(stranger) == []
    for number in mixed:
        assert_refused(stranger.get(f"commonserviceitem/{number}"), 404, "not_found")
        assert_refused(stranger.delete(f"commonserviceitem/{number}"), 404, "not_found")
        assert_refused(looking.delete(f"commonserviceitem/{number}"), 403, "permission_denied")
