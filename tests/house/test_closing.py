"""Closing a project or an organisation across all apps, and the export of a customer's data."""

import json
import zipfile

import pytest

from accounts.access import Actor
from accounts.closing import export
from accounts.projects import actions as projects
from accounts.projects.models import Project
from compute.servers import actions as servers
from compute.servers.models import Server
from core.errors import Refused
from core.operations.draining import drain
from tests.compute.conftest import server_order
from tests.make import EVENING, MORNING, NOON


@pytest.fixture
def server(project: Project, alice: Actor) -> Server:
    made = servers.create(project, server_order(), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


def test_a_project_in_use_is_not_closed_and_an_empty_one_takes_no_orders(server: Server, alice: Actor) -> None:
    project = server.project
    with pytest.raises(Refused, match="web-01"):
        projects.close(project, by=alice, at=NOON)
    assert Project.objects.get(pk=project.pk).closed_at is None

    servers.delete(server, with_disks=[], by=alice, at=NOON)
    projects.close(project, by=alice, at=EVENING)

    with pytest.raises(Refused) as refusal:
        servers.create(Project.objects.get(pk=project.pk), server_order("web-02"), by=alice, at=EVENING)
    assert refusal.value.code == "project_closed"


def test_an_export_has_what_is_the_customers_and_nothing_of_strangers(
    server: Server, elsewhere: Project, charlie: Actor
) -> None:
    servers.create(elsewhere, server_order("theirs"), by=charlie, at=NOON)

    with export.archive(server.project.organisation) as file, zipfile.ZipFile(file) as package:
        found = {name: [json.loads(line) for line in package.read(name).splitlines()] for name in package.namelist()}

    assert [row["name"] for row in found["servers.jsonl"]] == ["web-01"]
    assert [row["service"] for row in found["contracts.jsonl"]] == ["server"]
    assert "theirs" not in json.dumps(found)
