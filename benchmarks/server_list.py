"""What the server list costs with 50 rows, beside a bare signed-in page: queries and CPU milliseconds a request.

python3 benchmarks/server_list.py [--rows 50] [--rounds 40]    on the database of DATABASE_URL, in a scratch copy
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import person
from compute.servers import actions as servers
from config.scratch import scratch_database
from core.operations.draining import drain
from tests import make
from tests.compute.conftest import server_order
from tests.make import MORNING

BARE, LIST = "/profile", "/servers/"


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
        assert client.get(address).status_code == 200
    return len(captured)


def main() -> None:
    """Make the rows, look at both pages, print one name=value a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with scratch_database():
        user = make.user("alice@example.jp", "Alice")
        project = make.first_project(make.organisation(user))
        for number in range(options.rows):
            servers.create(project, server_order(f"web-{number:03d}", start=True), by=person(user), at=MORNING)
        drain(at=MORNING)
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        for address in (BARE, LIST):
            client.get(address)
        bare, listed = (measure(lambda a=address: client.get(a), options.rounds) for address in (BARE, LIST))
        print(f"rows={options.rows}")
        print(f"bare_queries={queries(client, BARE)}")
        print(f"list_queries={queries(client, LIST)}")
        print(f"bare_cpu_ms={bare:.1f}")
        print(f"list_cpu_ms={listed:.1f}")
        print(f"extra_cpu_ms={listed - bare:.1f}")


if __name__ == "__main__":
    main()
