"""One verb for many rows: tried out first, then each on its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor, Level
from accounts.audit.models import AuditEvent
from accounts.bulk import actions as bulk
from accounts.bulk import lists, tasks
from accounts.bulk.models import BulkRow, BulkRun
from accounts.members.models import Grant
from accounts.notices.models import Notice
from accounts.projects.models import Project
from compute.disks.models import Disk
from compute.library import labels
from compute.servers import actions as servers
from compute.servers.bulk import SERVERS
from compute.servers.models import Server
from core.errors import Refused
from core.operations.draining import drain
from core.operations.models import Operation
from tests.compute.conftest import disk_order, server_order
from tests.house.test_gates import fingerprint
from tests.make import MORNING, NOON


def made(project: Project, *names: str, by: Actor, **changes: Any) -> list[Server]:
    """Servers of these names, prepared and stopped."""
    rows = [servers.create(project, server_order(name, **changes), by=by, at=MORNING) for name in names]
    drain(at=MORNING)
    return [row.refreshed() for row in rows]


def picked(client: Client, verb: str, rows: list[Server], **more: Any) -> BulkRun:
    """The run that the list's form begins."""
    form = {"list": "servers", "verb": verb, "pick": [row.number for row in rows], **more}
    answer = client.post("/bulk/new", form)
    run = BulkRun.objects.latest("pk")
    assert answer["Location"] == run.get_absolute_url()
    return run


def results(run: BulkRun) -> dict[str, str]:
    return dict(run.rows.values_list("name", "state"))


def states() -> dict[str, str]:
    return dict(Server.objects.values_list("name", "state"))


def go(client: Client, run: BulkRun, **form: str) -> Any:
    return client.post(f"{run.get_absolute_url()}act", form)


def test_the_dry_run_says_what_would_happen_to_each_row_and_changes_nothing(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    one, two = made(project, "a", "b", by=alice)
    servers.start(two, by=alice, at=NOON)
    before = {k: v for k, v in fingerprint().items() if not k.startswith(("accounts_bulk", "django_"))}

    run = picked(alice_client, "start", [one, two])

    assert results(run) == {"a": "READY", "b": "REFUSED"}
    assert {k: v for k, v in fingerprint().items() if not k.startswith(("accounts_bulk", "django_"))} == before
    assert "起動中" in run.rows.get(name="b").text


def test_a_refused_row_does_not_stop_the_others(project: Project, alice: Actor, alice_client: Client) -> None:
    one, two, three = made(project, "a", "b", "c", by=alice)
    run = picked(alice_client, "start", [one, two, three])
    servers.start(two, by=alice, at=NOON)

    go(alice_client, run)

    assert results(run) == {"a": "DONE", "b": "FAILED", "c": "DONE"}
    assert states() == {"a": "STARTING", "b": "STARTING", "c": "STARTING"}
    assert run.refreshed().state == "DONE"
    assert AuditEvent.objects.filter(verb="server.started").count() == 3
    assert AuditEvent.objects.get(verb="bulk.acted").data["count"] == 3


def test_the_whole_filtered_set_is_taken_when_asked(project: Project, alice: Actor, alice_client: Client) -> None:
    made(project, "web-01", "web-02", "db-01", by=alice)

    run = picked(alice_client, "start", [], all="yes", q="web")

    assert results(run) == {"web-01": "READY", "web-02": "READY"}


def test_deleting_asks_for_the_number_of_rows(project: Project, alice: Actor, alice_client: Client) -> None:
    rows = made(project, "a", "b", by=alice)
    run = picked(alice_client, "delete", rows)

    refused = go(alice_client, run, count="1")
    assert (refused.status_code, states()) == (422, {"a": "STOPPED", "b": "STOPPED"})
    go(alice_client, run, count="2")

    assert states() == {"a": "DELETED", "b": "DELETED"}


def test_servers_go_with_their_disks_only_when_that_is_chosen(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    one, two = (made(project, name, by=alice, disk=disk_order(name))[0] for name in ("a", "b"))

    go(alice_client, picked(alice_client, "delete", [one]), count="1")
    go(alice_client, picked(alice_client, "delete_whole", [two]), count="1")

    assert dict(Disk.objects.values_list("name", "state")) == {"a": "AVAILABLE", "b": "DELETED"}


def test_protected_rows_are_left_out_with_the_reason(project: Project, alice: Actor, alice_client: Client) -> None:
    one, two = made(project, "a", "b", by=alice)
    labels.protect(one, "server", protected=True, by=alice, at=NOON)

    run = picked(alice_client, "delete", [one, two])

    assert results(run) == {"a": "REFUSED", "b": "READY"}
    assert "保護" in alice_client.get(run.get_absolute_url()).content.decode()


def test_without_ticks_nothing_begins(project: Project, alice: Actor, alice_client: Client) -> None:
    made(project, "a", by=alice)

    answer = alice_client.post("/bulk/new", {"list": "servers", "verb": "start"}, follow=True)

    assert "選ばれていません" in answer.content.decode()
    assert BulkRun.objects.count() == 0


def test_a_lower_level_sees_the_buttons_blocked_and_is_refused(
    project: Project, alice: Actor, bob_client: Client
) -> None:
    rows = made(project, "a", by=alice)

    page = bob_client.get("/servers/").content.decode()
    answer = bob_client.post("/bulk/new", {"list": "servers", "verb": "start", "pick": [rows[0].number]})

    assert 'name="verb"' not in page
    assert (answer.status_code, BulkRun.objects.count()) == (403, 0)


def test_a_stranger_picks_nothing_of_ours_and_sees_no_run(
    project: Project, alice: Actor, alice_client: Client, charlie_client: Client
) -> None:
    rows = made(project, "a", by=alice)
    run = picked(alice_client, "start", rows)

    answer = charlie_client.post("/bulk/new", {"list": "servers", "verb": "start", "pick": [rows[0].number]})

    assert (answer.status_code, BulkRun.objects.count()) == (302, 1)
    assert charlie_client.get(run.get_absolute_url()).status_code == 404
    assert bulk_states(run) == ("READY", {"a": "READY"})


def bulk_states(run: BulkRun) -> tuple[str, dict[str, str]]:
    return run.refreshed().state, results(run)


def test_unknown_lists_and_verbs_are_not_found(alice_client: Client) -> None:
    assert alice_client.post("/bulk/new", {"list": "x", "verb": "start"}).status_code == 404
    assert alice_client.post("/bulk/new", {"list": "servers", "verb": "x"}).status_code == 404


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows at once, so that three are left to a worker."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)


@pytest.mark.usefixtures("small")
def test_more_rows_than_a_request_can_are_done_by_a_worker_who_tells(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    rows = made(project, "a", "b", "c", by=alice)

    run = picked(alice_client, "start", rows)
    assert bulk_states(run) == ("REHEARSING", dict.fromkeys("abc", "NEW"))
    assert 'hx-trigger="every 2s"' in alice_client.get(run.get_absolute_url()).content.decode()
    drain(at=run.created_at)
    assert bulk_states(run) == ("READY", dict.fromkeys("abc", "READY"))
    go(alice_client, run)
    drain(at=run.refreshed().state_changed_at)

    assert bulk_states(run) == ("DONE", dict.fromkeys("abc", "DONE"))
    assert states() == dict.fromkeys("abc", "RUNNING")
    assert Notice.objects.get(kind="bulk.done").title == "起動：3 件が完了しました"


@pytest.mark.usefixtures("small")
def test_who_has_lost_the_right_meanwhile_does_nothing_more(
    project: Project, alice: Actor, bob: Actor, bob_user: Any, bob_client: Client
) -> None:
    grant = Grant.objects.get(member__user=bob_user)
    Grant.objects.filter(pk=grant.pk).update(level=Level.POWER)
    run = picked(bob_client, "start", made(project, "a", "b", "c", by=alice))
    drain(at=run.created_at)
    go(bob_client, run)
    Grant.objects.filter(pk=grant.pk).update(level=Level.VIEW)

    drain(at=run.refreshed().state_changed_at)

    assert results(run) == dict.fromkeys("abc", "FAILED")
    assert states() == dict.fromkeys("abc", "STOPPED")


@pytest.mark.usefixtures("small")
def test_stopping_leaves_the_rest_as_it_is(project: Project, alice: Actor, alice_client: Client) -> None:
    run = picked(alice_client, "start", made(project, "a", "b", "c", by=alice))
    drain(at=run.created_at)
    go(alice_client, run)
    bulk.resume(BulkRun.objects.get(pk=run.pk), at=NOON)

    alice_client.post(f"{run.get_absolute_url()}stop")
    drain(at=run.refreshed().state_changed_at)

    assert bulk_states(run) == ("STOPPED", {"a": "DONE", "b": "DONE", "c": "READY"})
    assert states()["c"] == "STOPPED"


def test_a_row_is_done_once_however_often_it_is_asked(project: Project, alice: Actor) -> None:
    rows = made(project, "a", by=alice)
    run = bulk.begin(SERVERS, SERVERS.verb("start"), Server.objects.all(), project=project, by=alice, at=NOON)
    bulk.at_once(run, by=alice, at=NOON)
    bulk.act(run, by=alice, at=NOON)
    rival = BulkRun.objects.get(pk=run.pk)
    row = run.rows.get()
    bulk.at_once(run, by=alice, at=NOON)

    bulk.perform(SERVERS.verb("start"), row, rows[0], by=alice, at=NOON)
    bulk.at_once(rival, by=alice, at=NOON)

    assert (BulkRow.objects.get().state, rival.state) == ("DONE", "DONE")
    assert AuditEvent.objects.filter(verb="server.started").count() == 1
    with pytest.raises(Refused):
        bulk.act(run, by=alice, at=NOON)


def test_something_unexpected_at_one_row_is_told_and_the_others_go_on(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    one, two = made(project, "a", "b", by=alice)
    run = picked(alice_client, "start", [one, two])
    Server.objects.filter(pk=one.pk).update(stopped_since=None, state="DELETED")

    go(alice_client, run)

    assert results(run) == {"a": "FAILED", "b": "DONE"}


def test_what_a_dead_request_left_is_finished_by_a_worker(project: Project, alice: Actor) -> None:
    made(project, "a", by=alice)
    run = bulk.begin(SERVERS, SERVERS.verb("start"), Server.objects.all(), project=project, by=alice, at=NOON)
    later = NOON + timedelta(minutes=6)

    tasks.go_on(later)
    drain(at=later)

    assert run.refreshed().state == "READY"
    assert Operation.objects.filter(kind="bulk.work").count() == 1


def test_runs_are_forgotten_after_30_days(project: Project, alice: Actor) -> None:
    made(project, "a", by=alice)
    run = bulk.begin(SERVERS, SERVERS.verb("start"), Server.objects.all(), project=project, by=alice, at=NOON)
    bulk.at_once(run, by=alice, at=NOON)

    tasks.forget_bulk(NOON + timedelta(days=29))
    assert BulkRun.objects.exists()
    tasks.forget_bulk(NOON + timedelta(days=31))

    assert not BulkRun.objects.exists()
    assert not BulkRow.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "servers",
        "disks",
        "archives",
        "cdroms",
        "switches",
        "routers",
        "bridges",
        "filters",
        "balancers",
        "local_routers",
        "aws_connections",
        "sims",
    ],
)
def test_every_list_can_be_picked_from(name: str, alice_client: Client) -> None:
    listed = lists.found(name)

    assert [verb.name for verb in listed.verbs if verb.typed]
    assert alice_client.get(reverse(name)).status_code == 200


def test_the_page_of_a_run_costs_the_same_for_1_and_30_rows(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    one = made(project, "a", by=alice)
    small_run = picked(alice_client, "start", one)
    large_run = picked(alice_client, "start", one + made(project, *(f"s{n}" for n in range(29)), by=alice))
    costs = []
    for run in (small_run, large_run):
        alice_client.get(run.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as seen:
            alice_client.get(run.get_absolute_url())
        costs.append(len(seen))

    assert costs[0] == costs[1]
