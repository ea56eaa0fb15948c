"""Graphs of a server's last day, from the hypervisor's measurements."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from compute.drivers import Sample, hypervisor
from compute.servers.models import Server
from compute.servers.operations import ref
from core.calendar import JST

STEP = timedelta(hours=1)
DAY = timedelta(hours=24)
Graph = tuple[str, list[tuple[str, float]]]


def graphs(server: Server, *, at: datetime) -> list[Graph]:
    """Title and points (time in JST, value) of each graph; empty while the server is down."""
    if not server.is_up or server.started_at is None:
        return []
    start = max(at - DAY, server.started_at)
    samples = hypervisor().metrics(ref(server.pk), start, at, int(STEP.total_seconds()))
    return [
        (_("Processor (%)"), [(clock(s), round(s.cpu * 100, 1)) for s in samples]),
        (_("Disk (kB/s)"), [(clock(s), round((s.read + s.write) / 1000, 1)) for s in samples]),
        (_("Network (kB/s)"), [(clock(s), round((s.receive + s.send) / 1000, 1)) for s in samples]),
    ]


def clock(sample: Sample) -> str:
    return f"{sample.at.astimezone(JST):%H:%M}"
