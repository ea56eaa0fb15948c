"""What each list page costs with 50 rows, beside a bare signed-in page: queries and CPU milliseconds a request.

python3 benchmarks/lists.py [--rows 50] [--rounds 20] [--only servers,sims]    on DATABASE_URL, in a scratch copy

Rows are made by the verbs themselves, so quotas hold: of what a project may have fewer of, there are as many as it may.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import SYSTEM
from accounts.projects.models import Project
from compute.disks import actions as disks
from compute.servers import actions as servers
from config.scratch import scratch_database
from core.errors import Refused
from core.operations.draining import drain
from sms.subscriptions.models import Kind
from tests import make
from tests.certificates.conftest import balancer_of
from tests.certificates.conftest import ordered as certificate
from tests.compute import networks
from tests.compute.conftest import disk_order, server_order
from tests.compute.local_routers import local_router
from tests.make import MORNING
from tests.mobile import world as mobile
from tests.sms.conftest import ordered, sent

BARE = "/profile"


def certificates(project: Project) -> Callable[[int], object]:
    balancer = balancer_of(project, "site")
    return lambda n: certificate(balancer, f"site{n}.example.jp")


def messages(project: Project) -> Callable[[int], object]:
    a2p = ordered(project, Kind.A2P)
    return lambda n: sent(a2p, f"8190{12340000 + n}", "Hello")


# Address -> what makes its rows.
BARELY = ("sms/messages", "events")  # these end without a slash
LISTS: dict[str, Callable[[Project], Callable[[int], object]]] = {
    "servers": lambda p: lambda n: servers.create(p, server_order(f"web-{n:03d}", start=True), by=SYSTEM, at=MORNING),
    "disks": lambda p: lambda n: disks.create(p, disk_order(f"disk-{n:03d}"), by=SYSTEM, at=MORNING),
    "switches": lambda p: lambda n: networks.switch(p, f"lan-{n:03d}", by=SYSTEM),
    "routers": lambda p: lambda n: networks.router(p, f"edge-{n:03d}", by=SYSTEM),
    "bridges": lambda p: lambda n: networks.bridge(p, f"bridge-{n:03d}", by=SYSTEM),
    "packet-filters": lambda p: lambda n: networks.packet_filter(p, f"filter-{n:03d}", by=SYSTEM),
    "local-routers": lambda p: lambda n: local_router(p, f"local-{n:03d}"),
    "load-balancers": lambda p: lambda n: balancer_of(p, f"lb-{n:03d}"),
    "certificates": certificates,
    "sims": lambda p: lambda n: mobile.registered(p, by=SYSTEM),
    "sms/messages": messages,
    "contracts": lambda p: lambda n: networks.bridge(p, f"bridge-{n:03d}", by=SYSTEM),
    "events": lambda p: lambda n: networks.bridge(p, f"bridge-{n:03d}", by=SYSTEM),
}


def measure(get: Callable[[], object], rounds: int) -> float:
    """CPU milliseconds of this process a call: the median of the rounds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        get()
        times.append((time.process_time() - began) * 1000)
    return sorted(times)[rounds // 2]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    return len(captured)


def cost(client: Client, address: str, rounds: int) -> tuple[int, float]:
    """Queries and CPU milliseconds of a page that was asked for before."""
    client.get(address)
    return queries(client, address), measure(lambda: client.get(address), rounds)


def fill(project: Project, name: str, rows: int) -> int:
    """Make so many rows, or as many as the quota allows; returns how many."""
    make_one = LISTS[name](project)
    for n in range(rows):
        try:
            make_one(n)
        except Refused as refusal:
            if refusal.code not in ("quota_exceeded", "limit"):
                raise
            return n
    return rows


def main() -> None:
    """Make the rows of each list in a project of its own, look at both pages, print a line a list."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default=",".join(LISTS))
    options = parser.parse_args()
    with scratch_database():
        print(f"{'list':<16}{'rows':>6}{'queries':>9}{'beside bare':>13}{'cpu ms':>9}{'beside bare':>13}")
        for name in options.only.split(","):
            user = make.user()
            project = make.first_project(make.organisation(user))
            rows = fill(project, name, options.rows)
            drain(at=MORNING, within=timedelta(0))
            client = Client(SERVER_NAME="localhost")
            client.force_login(user)
            bare = cost(client, BARE, options.rounds)
            found = cost(client, f"/{name}" if name in BARELY else f"/{name}/", options.rounds)
            print(
                f"{name:<16}{rows:>6}{found[0]:>9}{found[0] - bare[0]:>13}{found[1]:>9.1f}{found[1] - bare[1]:>13.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
