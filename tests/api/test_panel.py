"""The panel's own API: the event log, its description, and the page that shows it."""

import json

import pytest
from django.test import Client

from accounts.levels import Level
from tests.api.conftest import assert_refused, client_of, ordered

PANEL = "/api/panel/1.0"


@pytest.fixture
def reading(project):
    """A key that may look, and read the event log."""
    return client_of(project, Level.VIEW, may_eventlog=True)


def test_the_root_says_what_there_is(nobody, db):
    answer = nobody.get(f"{PANEL}/")

    assert answer.status == 200
    assert answer.json == {"Version": "1.0", "Schema": f"{PANEL}/schema", "Docs": f"{PANEL}/docs", "is_ok": True}


def test_the_event_log_tells_what_happened_in_the_project(api, reading, stranger):
    number = ordered(api)
    ordered(stranger)

    answer = reading("GET", f"{PANEL}/events", query=f"Number={number}&Sort=At", accept_language="en")

    assert answer.status == 200
    events = [(event["Event"], event["Name"], event["ByKind"]) for event in answer.json["Events"]]
    assert events == [("server.created", "web-01", "key"), ("server.provisioned", "web-01", "system")]
    assert answer.json["Events"][0]["Text"] == "Server “web-01” was ordered"
    everything = reading("GET", f"{PANEL}/events", query="Event=server.created").json
    assert (everything["Total"], everything["Count"]) == (1, 1)


def test_the_event_log_is_for_keys_that_may_read_it(looking):
    assert_refused(looking.get(f"{PANEL}/events"), 403, "permission_denied")


@pytest.mark.parametrize("query", ["Nothing=1", "Count=-1", "At%3E=tomorrow", "Sort=Text", "%00=1", "From=%ff"])
def test_a_search_that_can_t_be_read_is_refused(reading, query):
    assert_refused(reading("GET", f"{PANEL}/events", query=query), 400, "bad_request")


def test_the_description_knows_every_address(db):
    document = Client().get(f"{PANEL}/schema", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()

    listing = document["paths"][f"{PANEL}/events"]["get"]
    assert {"Count", "From", "Event", "At"} <= {parameter["name"] for parameter in listing["parameters"]}
    assert listing["summary"] == "What happened in the key's project, newest first."
    assert document["paths"][f"{PANEL}/invoices/{{key}}"]["get"]["summary"] == "One Invoice"
    assert listing["security"] == [{"key": []}]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "basic"
    event = listing["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["Events"]["items"]
    assert event["properties"]["At"] == {"type": "string", "format": "date-time", "nullable": True}
    assert json.dumps(document).count("#/components/schemas/Error") >= 7


def test_the_page_of_the_description_alone_allows_inline_styles(db):
    page, elsewhere = Client().get(f"{PANEL}/docs"), Client().get("/healthz")

    assert page.status_code == 200
    assert b"swagger-ui" in page.content
    policy = [part.strip() for part in page.headers["Content-Security-Policy"].split(";")]  # in no certain order
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in elsewhere.headers["Content-Security-Policy"]
    assert b"<script>" not in page.content
    assert b"//cdn" not in page.content
