"""A small world of servers, made by the verbs themselves."""

from datetime import datetime
from typing import Any

import pytest

from accounts.access import Actor
from accounts.projects.models import Project
from billing.meters.models import Span
from compute.archives.models import Archive
from compute.disks.actions import DiskOrder
from compute.servers import actions as servers
from compute.servers.actions import ServerOrder
from compute.servers.models import Server
from compute.zones import DiskPlan, ServerPlan, Zone
from core.operations.draining import drain
from tests.make import MORNING


def server_order(name: str = "web-01", **changes: Any) -> ServerOrder:
    """One core, 1 GB, no disk, in is1b, unless said otherwise."""
    values = {"zone": Zone.objects.get(code="is1b"), "plan": ServerPlan.objects.get(code="1core-1gb"), **changes}
    return ServerOrder(name, **values)


def disk_order(name: str = "web-01", *, size_gb: int = 20) -> DiskOrder:
    """An SSD with Ubuntu, in is1b."""
    zone = Zone.objects.get(code="is1b")
    archive = Archive.objects.get(zone=zone, name__startswith="Ubuntu")
    return DiskOrder(name, zone, DiskPlan.objects.get(code="ssd"), size_gb, archive)


def spans(subject: Any) -> list[tuple[str, datetime, datetime | None]]:
    """What the contract of a thing was metered for: ("server.1core-1gb", from, to)."""
    rows = Span.objects.filter(contract=subject.contract).order_by("period")
    return [(f"{row.item_id}.{row.plan}", row.period.lower, row.period.upper) for row in rows]


@pytest.fixture
def server(project: Project, alice: Actor) -> Server:
    """Alice's server, prepared and stopped."""
    made = servers.create(project, server_order(), by=alice, at=MORNING)
    drain(at=MORNING)
    return made.refreshed()


@pytest.fixture
def running_server(server: Server, alice: Actor) -> Server:
    """Alice's server, running since MORNING."""
    servers.start(server, by=alice, at=MORNING)
    drain(at=MORNING)
    return server.refreshed()
