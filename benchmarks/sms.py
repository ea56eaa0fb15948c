"""How fast messages go out by SMPP, end to end: outbox, daemon, SMSC, answers, receipts, counts.

    python benchmarks/sms.py [--messages N] [--window N]

Makes a database of its own beside the one of DATABASE_URL, fills its outbox, and runs `manage.py smpp` against smpp34,
an SMSC in a process of its own, until every message has its receipt. Prints lines `name=value`: messages_per_second
(from the daemon's first bind to the last receipt written down), the CPU-seconds of the daemon, its PostgreSQL backend
and the SMSC, and lost, doubled and miscounted (must be 0).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from close_month import apart, cpu_of, database  # sets Django up
from django.db import connection

from accounts.access import SYSTEM
from billing.meters.models import Count
from sms.messages import actions as messages
from sms.messages.actions import Text
from sms.messages.models import Message
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Kind
from sms.supplier.models import LinkHealth
from tests import make
from tests.servers.smsc import Smsc

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300.0
WORDS = "えんがわ商店です。ご注文の品を発送しました。お届けまでしばらくお待ちください。"


def fill(number: int) -> None:
    """A customer whose outbox holds so many messages, to as many numbers."""
    at = datetime.now(UTC)
    project = make.first_project(make.organisation(make.user(), at=at))
    a2p = subscriptions.order(project, Kind.A2P, accepted=("sms", "sms-a2p"), by=SYSTEM, at=at)
    texts = (Text(number_of(n), WORDS) for n in range(number))
    Message.objects.bulk_create((messages.drawn_up(a2p, text, by=SYSTEM, at=at) for text in texts), batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def number_of(n: int) -> str:
    """A number of its own for each; none ends in what the SMSC fails."""
    return f"8190{10_000_000 + n // 9_000 * 10_000 + 1_000 + n % 9_000}"


def daemon(port: int, window: int) -> subprocess.Popen[bytes]:
    """`manage.py smpp` on the database that this process uses."""
    place = connection.settings_dict
    url = f"postgresql://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT'] or 5432}/{place['NAME']}"
    smpp = f"smpp://engawa:secret@127.0.0.1:{port}?rate=100000&window={window}"
    environment = os.environ | {
        "DATABASE_URL": url.replace(":@", "@"), "SMS_DRIVER": "sms.drivers.smpp.Smpp", "SMPP_URL": smpp,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "manage.py", "smpp"], cwd=ROOT, env=environment)


def backends() -> float:
    """CPU-seconds of the other backends of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return sum(cpu_of(row[0]) for row in cursor.fetchall())


def elapsed(number: int) -> float:
    """Seconds from the first bind to the last receipt."""
    deadline = time.monotonic() + PATIENCE
    while not LinkHealth.objects.exclude(bound_since=None).exists():
        time.sleep(0.01)
    began = time.monotonic()
    while Message.objects.filter(state="DELIVERED").count() < number:
        if time.monotonic() > deadline:
            raise SystemExit(f"not finished: {Counter(Message.objects.values_list('state', flat=True))}")
        time.sleep(0.1)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--window", type=int, default=200)
    options = parser.parse_args()
    number = options.messages
    with database(f"engawa_bench_{os.getpid()}"), tempfile.TemporaryDirectory() as folder:
        apart(lambda: fill(number))
        center = Smsc(Path(folder))
        center.start()
        process = daemon(center.port, options.window)
        try:
            seconds = elapsed(number)
            cpu = {"daemon": cpu_of(process.pid), "postgres": backends(), "smsc": cpu_of(center.process.pid)}
        finally:
            process.terminate()
            process.wait()
            center.kill()
        took = Counter(line["to"] for line in center.took())
        counted = Count.objects.count()
    print(f"# {number} messages in {seconds:.1f} s")
    print(f"messages_per_second={number / seconds:.0f}")
    for name, used in cpu.items():
        print(f"{name}_cpu_seconds={used:.2f}")
    print(f"lost={number - len(took)}")
    print(f"doubled={sum(took.values()) - len(took)}")
    print(f"miscounted={abs(number - counted)}")


if __name__ == "__main__":
    main()
