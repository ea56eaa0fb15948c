"""Many SIMs at once: tried out first, each with its own result; nobody else's."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.bulk.models import BulkRun
from accounts.projects.models import Project
from core.operations.draining import drain
from mobile.sims import actions
from mobile.sims.models import Sim
from tests.make import MORNING
from tests.mobile import world


def begun(client: Client, verb: str, sims: list[Sim], **more: str) -> BulkRun:
    """The run that the list's form begins, tried out."""
    form = {"list": "sims", "verb": verb, "pick": [sim.number for sim in sims], **more}
    answer = client.post("/bulk/new", form)
    run = BulkRun.objects.latest("pk")
    assert answer["Location"] == run.get_absolute_url()
    drain(at=datetime.now(UTC))
    return run


def states(sims: list[Sim]) -> list[str]:
    return [sim.refreshed().state for sim in sims]


def test_many_are_deactivated_and_activated_each_with_its_result(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    sims = [world.registered(project, by=alice) for _each in range(3)]
    actions.deactivate(sims[0], by=alice, at=MORNING)
    drain(at=datetime.now(UTC))
    before = states(sims)

    run = begun(alice_client, "deactivate", sims)
    assert states(sims) == before  # so far it was only tried out
    alice_client.post(f"{run.get_absolute_url()}act")
    drain(at=datetime.now(UTC))

    assert states(sims) == ["INACTIVE"] * 3
    assert sorted(run.rows.values_list("state", flat=True)) == ["DONE", "DONE", "REFUSED"]


@pytest.mark.terms("36-2")
def test_deleting_many_asks_for_their_number_and_leaves_the_protected(
    project: Project, alice: Actor, alice_client: Client
) -> None:
    sims = [world.registered(project, by=alice) for _each in range(3)]
    protecting = begun(alice_client, "protect", sims[:1])
    alice_client.post(f"{protecting.get_absolute_url()}act")
    drain(at=datetime.now(UTC))
    run = begun(alice_client, "delete", sims)

    alice_client.post(f"{run.get_absolute_url()}act", {"count": "7"})
    drain(at=datetime.now(UTC))
    assert "DELETED" not in states(sims)
    alice_client.post(f"{run.get_absolute_url()}act", {"count": "2"})
    drain(at=datetime.now(UTC))

    assert states(sims)[1:] == ["DELETED"] * 2
    assert states(sims)[0] != "DELETED"


def test_a_stranger_picks_nothing(project: Project, alice: Actor, charlie_client: Client, charlie: Actor) -> None:
    sim = world.registered(project, by=alice)

    charlie_client.post("/bulk/new", {"list": "sims", "verb": "delete", "pick": [sim.number]})

    assert not BulkRun.objects.exclude(rows=None).exists()
    assert sim.refreshed().state != "DELETED"
