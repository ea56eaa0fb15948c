"""Staff interrupt a SIM, a project or everything: scope, reason, mail; no fee depends on it."""

import pytest
from django.core import mail

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from core.errors import Refused
from core.operations.draining import drain
from mobile.connect.models import Interruption
from mobile.drivers import carrier
from mobile.sims import interruptions
from tests import make
from tests.make import EVENING, NOON
from tests.mobile import world


def line(sim):
    return carrier().lines([sim.iccid], at=EVENING)[sim.iccid]


@pytest.mark.terms("47-1")
def test_a_sim_with_mass_traffic_is_taken_down_told_and_up_again(sim, garden, charlie):
    before = world.spans(sim)
    one = interruptions.interrupt("MASS_TRAFFIC", "300 GB in an hour", sim=sim, by=SYSTEM, at=NOON)
    drain(at=NOON)

    assert line(sim).active is False
    assert sim.refreshed().state == "ACTIVE"
    notice = Notice.objects.get(kind="mobile.interrupted")
    assert notice.user.email == "alice@example.jp"
    assert "300 GB in an hour" in notice.text
    assert "300 GB in an hour" in mail.outbox[-1].body
    with pytest.raises(Refused):
        interruptions.interrupt("TECHNICAL", "again", sim=sim, by=SYSTEM, at=NOON)

    interruptions.resume(one, by=SYSTEM, at=EVENING)
    drain(at=EVENING)
    assert line(sim).active is True
    assert Notice.objects.filter(kind="mobile.resumed").count() == 1
    assert world.spans(sim) == before
    with pytest.raises(Refused):
        interruptions.resume(one, by=SYSTEM, at=EVENING)


@pytest.mark.terms("47-1")
def test_everybody_concerned_is_told_and_nobody_else(project, sim, elsewhere, alice_client, charlie_client):
    interruptions.interrupt("MAINTENANCE", "Work on one project", project=project, by=SYSTEM, at=NOON)
    assert {one.user.email for one in Notice.objects.filter(kind="mobile.interrupted")} == {"alice@example.jp"}
    assert "Work on one project" in alice_client.get("/connect").text
    assert "Work on one project" in alice_client.get(f"/sims/{sim.number}/").text
    assert "Work on one project" not in charlie_client.get("/connect").text

    world.registered(elsewhere)
    interruptions.interrupt("TECHNICAL", "A cable was cut", by=SYSTEM, at=NOON)
    told = Notice.objects.filter(kind="mobile.interrupted", text__contains="A cable was cut")
    assert {one.user.email for one in told} == {"alice@example.jp", "charlie@example.jp"}


def test_staff_interrupt_in_the_admin(sim, staff_client, project):
    at = "/staff/mobile/interruption/add/"
    sent = {"iccid": sim.iccid, "ground": "BUSINESS", "reason": "Because."}

    assert staff_client.post(at, {**sent, "iccid": world.iccid()}).status_code == 200
    assert staff_client.post(at, {**sent, "project": project.pk}).status_code == 200
    assert not Interruption.objects.exists()
    assert staff_client.post(at, sent).status_code == 302

    one = Interruption.objects.get()
    assert (one.sim, one.ground) == (sim, "BUSINESS")
    staff_client.post("/staff/mobile/interruption/", {"action": "resume", "_selected_action": one.pk})
    one.refresh_from_db()
    assert one.ended_at is not None
    assert make.first_project(project.organisation) == project
