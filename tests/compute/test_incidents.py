"""Incidents and maintenance: recorded by staff, told to whom they touch, counted in the uptime (9-1, 77-1)."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import access
from accounts.notices.models import Notice
from billing.credits import uptime
from billing.credits.models import Outage
from compute.incidents import actions, tasks
from compute.incidents.actions import Report
from compute.incidents.forms import IncidentForm
from compute.incidents.models import Affected, Incident
from compute.servers import actions as servers
from compute.zones import Zone
from core.calendar import JST, Month
from core.errors import Refused
from core.operations.draining import drain
from tests.cast import browser
from tests.compute.conftest import server_order
from tests.make import MORNING

APRIL = Month(2026, 4)
TEN = datetime(2026, 4, 2, 1, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEWS = {"text_ja": "直りました。", "text_en": "It is fixed."}


@pytest.fixture
def staff(staff_user):
    return access.staff(staff_user)


def report(cause="FAULT", start=TEN, end=None, **changes):
    words = {"title_ja": "障害", "title_en": "Trouble", "text_ja": "停電です。", "text_en": "No power."}
    zone = changes.pop("zone", None) or Zone.objects.get(code="is1b")
    return Report(cause=cause, zone=zone, starts_at=start, ends_at=end, **words | changes)


def minutes_out(server):
    """Minutes of April that count."""
    return uptime.of(server.contract, APRIL, until=APRIL.end).outage / 60


def causes(server):
    return sorted(Outage.objects.filter(contract=server.contract).values_list("cause", flat=True))


@pytest.mark.terms("9-1")
def test_an_incident_counts_by_the_minute_from_its_beginning_to_its_end(running_server, staff):
    incident = actions.record(report(), [running_server], by=staff, at=TEN + HOUR)

    assert incident.state == "ONGOING"
    actions.end(incident, ends_at=TEN + 2 * HOUR, **NEWS, by=staff, at=TEN + 3 * HOUR)

    incident.refresh_from_db()
    assert (incident.state, incident.starts_at.second, incident.ends_at.second) == ("ENDED", 0, 0)
    assert minutes_out(running_server) == 120


@pytest.mark.terms("9-1")
def test_announced_maintenance_does_not_count_but_what_it_overruns_does(running_server, staff):
    start = TEN + 24 * HOUR
    plan = report("MAINTENANCE", start, start + 2 * HOUR)
    incident = actions.record(plan, [running_server], by=staff, at=TEN)
    assert (incident.state, minutes_out(running_server)) == ("ANNOUNCED", 0)

    actions.end(incident, ends_at=start + 3 * HOUR, **NEWS, by=staff, at=start + 3 * HOUR)

    assert causes(running_server) == ["FAULT", "MAINTENANCE"]
    assert minutes_out(running_server) == 60


@pytest.mark.terms("9-1")
def test_maintenance_begins_and_ends_as_announced_unless_staff_say_that_it_overran(running_server, staff):
    start = TEN.replace(second=0) + 24 * HOUR
    plan = report("MAINTENANCE", start, start + 2 * HOUR)
    incident = actions.record(plan, [running_server], by=staff, at=TEN)

    tasks.follow_maintenance(start - HOUR)
    assert (incident.refreshed().state, tasks.next_step(start - HOUR)) == ("ANNOUNCED", start)
    tasks.follow_maintenance(start)
    assert (incident.refreshed().state, tasks.next_step(start)) == ("ONGOING", start + 2 * HOUR)
    tasks.follow_maintenance(start + 2 * HOUR)
    assert (incident.refreshed().state, tasks.next_step(start + 2 * HOUR)) == ("ENDED", None)
    assert minutes_out(running_server) == 0

    actions.end(incident, ends_at=start + 3 * HOUR, **NEWS, by=staff, at=start + 4 * HOUR)
    assert minutes_out(running_server) == 60


@pytest.mark.terms("9-1")
@pytest.mark.parametrize("start, end", [(TEN - HOUR, TEN + HOUR), (TEN, TEN + HOUR), (TEN + HOUR, None)])
def test_maintenance_is_announced_before_it_begins_and_says_its_end(running_server, staff, start, end):
    with pytest.raises(Refused):
        actions.record(report("MAINTENANCE", start, end), [running_server], by=staff, at=TEN)

    assert Incident.objects.count() == Outage.objects.count() == Notice.objects.filter(kind="incident").count() == 0


@pytest.mark.parametrize(
    "start, end",
    [(TEN + HOUR, None), (TEN - HOUR, TEN - HOUR), (TEN - HOUR, TEN - 2 * HOUR), (TEN - HOUR, TEN + HOUR)],
)
def test_a_fault_has_begun_and_ends_after_its_beginning(running_server, staff, start, end):
    with pytest.raises(Refused):
        actions.record(report(start=start, end=end), [running_server], by=staff, at=TEN)

    assert Incident.objects.count() == Outage.objects.count() == 0


def test_an_incident_touches_servers_of_its_zone(running_server, staff):
    for touched, zone in (([], "is1b"), ([running_server], "tk1a")):
        other = Zone.objects.get(code=zone)
        with pytest.raises(Refused):
            actions.record(report(zone=other), touched, by=staff, at=TEN + HOUR)

    assert Incident.objects.count() == Affected.objects.count() == 0


@pytest.mark.terms("9-1")
def test_time_in_which_the_customer_had_stopped_it_does_not_count(running_server, alice, staff):
    servers.stop(running_server, by=alice, at=TEN)
    drain(at=TEN)
    running_server.refresh_from_db()
    servers.start(running_server, by=alice, at=TEN + HOUR)
    drain(at=TEN + HOUR)

    trouble = report(start=TEN - HOUR, end=TEN + 3 * HOUR)
    actions.record(trouble, [running_server], by=staff, at=TEN + 4 * HOUR)

    assert minutes_out(running_server) == 180  # all four hours but the one that Alice had it stopped


@pytest.mark.terms("9-1")
def test_a_stop_by_staff_is_no_excuse(running_server, staff):
    servers.stop(running_server, by=staff, at=TEN)
    drain(at=TEN)

    trouble = report(start=TEN - HOUR, end=TEN + 3 * HOUR)
    actions.record(trouble, [running_server], by=staff, at=TEN + 4 * HOUR)

    assert minutes_out(running_server) == 240


def test_a_server_that_was_never_started_was_not_out(project, alice, staff):
    server = servers.create(project, server_order("idle"), by=alice, at=MORNING)
    drain(at=MORNING)

    actions.record(report(end=TEN + HOUR), [server], by=staff, at=TEN + 2 * HOUR)

    assert minutes_out(server) == 0


@pytest.mark.terms("77-1")
def test_a_fault_that_sms_caused_is_recorded_and_does_not_count(running_server, staff):
    actions.record(report("SMS", end=TEN + 20 * HOUR), [running_server], by=staff, at=TEN + 21 * HOUR)

    assert (causes(running_server), minutes_out(running_server)) == (["SMS"], 0)


def test_maintenance_is_called_off_before_it_begins(running_server, staff):
    start = TEN + 24 * HOUR
    incident = actions.record(report("MAINTENANCE", start, start + HOUR), [running_server], by=staff, at=TEN)

    with pytest.raises(Refused):
        actions.cancel(incident, **NEWS, by=staff, at=start)
    actions.cancel(incident, **NEWS, by=staff, at=TEN + HOUR)

    assert (incident.refreshed().state, Outage.objects.count()) == ("CANCELLED", 0)
    with pytest.raises(Refused):
        actions.say(incident, **NEWS, by=staff, at=TEN + 2 * HOUR)


@pytest.mark.parametrize("ends_at", [TEN - HOUR, TEN, TEN + 3 * HOUR])
def test_an_end_that_cannot_be_is_refused(running_server, staff, ends_at):
    incident = actions.record(report(), [running_server], by=staff, at=TEN + HOUR)

    with pytest.raises(Refused):
        actions.end(incident, ends_at=ends_at, **NEWS, by=staff, at=TEN + 2 * HOUR)

    assert incident.refreshed().state == "ONGOING"


def test_those_whose_servers_it_touches_are_told_once_each_time(running_server, elsewhere, staff, alice_user):
    incident = actions.record(report(), [running_server], by=staff, at=TEN + HOUR)
    actions.say(incident, **NEWS, by=staff, at=TEN + HOUR)
    actions.end(incident, ends_at=TEN + 2 * HOUR, **NEWS, by=staff, at=TEN + 2 * HOUR)

    told = Notice.objects.filter(kind="incident").order_by("pk")
    assert {notice.user for notice in told} == {alice_user}
    assert [notice.occasion.partition(":")[0] for notice in told] == ["recorded", "update", "ended"]
    assert (running_server.name in told[0].text, "停電です。" in told[0].text) == (True, True)


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language, title", [("ja", "障害"), ("en", "Trouble")])
def test_the_status_page_is_public_and_in_both_languages(client, running_server, staff, language, title):
    incident = actions.record(report(), [running_server], by=staff, at=TEN + HOUR)
    actions.say(incident, **NEWS, by=staff, at=TEN + HOUR)
    client.cookies["language"] = language

    page, one = client.get(reverse("status")), client.get(incident.get_absolute_url())

    assert (page.status_code, one.status_code) == (200, 200)
    assert title in page.content.decode()
    assert NEWS[f"text_{language}"] in one.content.decode()
    assert running_server.name not in one.content.decode()


def test_those_it_touches_see_it_at_their_server_and_in_the_list(running_server, staff, alice_client, charlie_client):
    incident = actions.record(report(), [running_server], by=staff, at=TEN + HOUR)

    address = incident.get_absolute_url()
    assert address in alice_client.get(running_server.get_absolute_url()).content.decode()
    assert address in alice_client.get(reverse("servers")).content.decode()
    assert running_server.name in alice_client.get(address).content.decode()
    assert running_server.name not in charlie_client.get(address).content.decode()


def test_the_page_of_a_server_shows_its_uptime(running_server, alice_client):
    page = alice_client.get(running_server.get_absolute_url()).content.decode()

    assert "100.000 %" in page


def test_the_status_page_costs_the_same_for_one_and_three(client, running_server, staff):
    def record(n):
        actions.record(report(start=TEN + n * HOUR), [running_server], by=staff, at=TEN + 9 * HOUR)

    record(0)
    client.get(reverse("status"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("status"))
    record(1)
    record(2)
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("status"))

    assert len(one) == len(three) <= 5


# -- staff ---------------------------------------------------------------------------------------------------------


FILLED = {
    "cause": "FAULT", "servers": "", "starts_at": "2026-04-02 10:00", "ends_at": "", "title_ja": "障害",
    "title_en": "Trouble", "text_ja": "停電", "text_en": "No power",
}  # fmt: skip


def test_staff_name_servers_by_number_or_take_all_of_the_zone(running_server):
    zone = {"zone": running_server.zone.pk}

    everything = IncidentForm({**FILLED, **zone})
    one = IncidentForm({**FILLED, **zone, "servers": f"{running_server.number}"})
    wrong = IncidentForm({**FILLED, **zone, "servers": f"{running_server.number} 1 x"})

    assert everything.is_valid()
    assert one.is_valid()
    assert everything.cleaned_data["servers"] == one.cleaned_data["servers"] == [running_server]
    assert not wrong.is_valid()
    assert "1, x" in wrong.errors["servers"][0]


def act(client, action, incident, **values):
    """Choose an action for an incident, and confirm it."""
    form = {"action": action, "_selected_action": str(incident.pk), "confirmed": "1", **values}
    client.post(reverse("admin:compute_incident_changelist"), form, follow=True)


def test_staff_record_an_incident_write_news_and_end_it(staff_user, running_server):
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    staff_client = browser(staff_user)
    form = {
        "cause": "FAULT", "zone": running_server.zone.pk, "servers": str(running_server.number),
        "starts_at": "2026-04-02 10:00", "ends_at": "", "title_ja": "障害", "title_en": "Trouble", "text_ja": "停電",
        "text_en": "No power",
    }  # fmt: skip
    add = reverse("admin:compute_incident_add")

    assert staff_client.get(add).status_code == 200
    refused = staff_client.post(add, {**form, "cause": "MAINTENANCE"})
    assert (refused.status_code, Incident.objects.count()) == (200, 0)
    answer = staff_client.post(add, form, follow=True)

    incident = Incident.objects.get()
    assert (answer.status_code, incident.starts_at) == (200, datetime(2026, 4, 2, 10, tzinfo=JST))
    news = {"text_ja": "続報", "text_en": "News"}
    act(staff_client, "say", incident, **news)
    act(staff_client, "end", incident, ends_at="2026-04-02 11:00", **news)
    incident.refresh_from_db()
    assert (incident.state, incident.updates.count()) == ("ENDED", 2)
