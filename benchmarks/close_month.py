"""How fast a month is closed, beside a loop over the ORM, in CPU-seconds of client and server together.

    python benchmarks/close_month.py [--organisations N] [--sizes 12500,100000]

Makes a database of its own beside the one of DATABASE_URL, fills it, closes a month with all guards on, and drops it.
Prints lines `name=value`: invoices_per_cpu_second and naive_invoices_per_cpu_second (10 lines an invoice), rss_mb (the
client's peak while closing) and, with --sizes, growth (cost of an invoice at the last size / at the first).
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import psycopg
from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts.models import Contract
from billing.invoices import closing, rating
from billing.invoices.models import BillingRun, Counter, Invoice, InvoiceLine, InvoiceTax
from billing.meters.models import Span
from billing.prices.book import Book
from core.calendar import Month
from core.money import tax_of

MONTH = Month(2026, 10)
AT = MONTH.end
NAIVE = 150
BATCH = 500
TICKS = os.sysconf("SC_CLK_TCK")

FILL = """
-- Ten resources each: five servers that were stopped and started again, three disks, a switch, an address block.
INSERT INTO billing_contract (organisation_id, project_id, service, name, subject_kind, subject_pk, zone, "group",
    state, state_changed_at, concluded_at, started_on, confirms_on, reason, business_use, charged, due, terms)
SELECT p.organisation_id, p.id, 'bench', 'resource-' || n, 'bench.thing', n, 'is1a', '', 'ACTIVE',
    %(at)s, %(at)s, %(day)s, %(day)s, '', false, true, 'TENTH', '{"closing": "SAME_DAY"}'
FROM accounts_project p, generate_series(1, 10) n;

INSERT INTO billing_span (contract_id, item_id, plan, period)
SELECT id, item, plan, period
FROM billing_contract, LATERAL (
    SELECT 'server' AS item,
           (ARRAY['1core-1gb', '2core-2gb', '2core-4gb', '4core-8gb', '6core-12gb'])[subject_pk] AS plan,
           tstzrange(%(start)s + (id %% 500 + again * 110) * interval '1 hour',
                     %(start)s + (id %% 500 + again * 110 + 90) * interval '1 hour') AS period
    FROM generate_series(0, 1) again
    WHERE subject_pk <= 5
    UNION ALL
    SELECT 'ssd', (ARRAY['20gb', '40gb', '100gb'])[subject_pk - 5], tstzrange(%(at)s, NULL)
    WHERE subject_pk BETWEEN 6 AND 8
    UNION ALL
    SELECT 'switch', '', tstzrange(%(at)s, NULL) WHERE subject_pk = 9
    UNION ALL
    SELECT 'address', '28', tstzrange(%(at)s, NULL) WHERE subject_pk = 10
) facts;
"""


def apart(work: Callable[[], object]) -> None:
    """Do something in a process of its own, so that its memory isn't counted as ours."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
            connections.close_all()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        raise SystemExit("filling the database failed")


@contextmanager
def database(name: str) -> Iterator[None]:
    """A migrated database of our own, dropped afterwards."""
    settings = connection.settings_dict
    original = settings["NAME"]
    owner = {key.lower(): settings[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    with psycopg.connect(dbname="postgres", autocommit=True, **owner) as maintenance:
        maintenance.execute(f'CREATE DATABASE "{name}"')
        try:
            connections.close_all()
            settings["NAME"] = name
            apart(lambda: call_command("migrate", verbosity=0))
            yield
        finally:
            connections.close_all()
            settings["NAME"] = original
            maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def organisation(n: int, at: datetime) -> Organisation:
    """A customer with an invoice address."""
    moments = {"state_changed_at": at, "created_at": at, "concluded_at": at}
    return Organisation(
        kind="CORPORATE", state="ACTIVE", name=f"o{n}", billing_name=f"Organisation {n}", address="Osaka", **moments
    )


def fill(organisations: int) -> None:
    """Customers with ten resources each, in use since long before the month."""
    at = MONTH.plus(-3).start
    values = {"at": at, "day": at.date(), "start": MONTH.start}
    for begin in range(0, organisations, BATCH):
        numbers = range(begin, min(begin + BATCH, organisations))
        made = Organisation.objects.bulk_create(organisation(n, at) for n in numbers)
        Project.objects.bulk_create(Project(organisation=one, name="p", created_at=at) for one in made)
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")


def cpu_of(backend: int) -> float:
    """CPU-seconds a PostgreSQL backend has used."""
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(work: Callable[[], int]) -> tuple[int, float]:
    """What the work returns, and the CPU-seconds of this process and its backend together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    server, client = cpu_of(backend), time.process_time()
    done = work()
    return done, cpu_of(backend) - server + time.process_time() - client


def peak_mb() -> float:
    """The largest resident memory of this process since the peak was last forgotten, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def naive(organisations: list[int]) -> int:
    """How one would write it first: a loop over customers, contracts and lines."""
    run = BillingRun.objects.get_or_create(month=MONTH.first_day, defaults={"cutoff": AT, "engine": "naive"})[0]
    for organisation in organisations:
        with transaction.atomic():
            book, lines = Book(MONTH), []
            for contract in Contract.objects.filter(organisation=organisation, charged=True):
                spans = Span.objects.filter(contract=contract, period__overlap=(MONTH.start, MONTH.end))
                lines += rating.rate(contract, spans, [], book, until=MONTH.end)
            write(run, organisation, lines)
    return len(organisations)


def write(run: BillingRun, organisation: int, lines: list[Any]) -> None:
    """One invoice, row by row."""
    sums = rating.sums(lines)
    invoice = Invoice.objects.create(
        organisation_id=organisation, run=run, month=MONTH.first_day, stream="CLOUD", due_on=MONTH.next.day(10),
        subtotal=sums.subtotal, tax=sums.tax, total=sums.total, issuer={}, recipient={},
    )  # fmt: skip
    for number, line in enumerate(lines, start=1):
        InvoiceLine.objects.create(
            invoice=invoice, line_no=number, contract=line.contract, price=line.price, name=line.contract.name,
            period=(line.began, line.ended), quantity=line.quantity, before=line.before, amount=line.amount,
            tax_rate=line.tax_rate,
        )  # fmt: skip
    for rate in {line.tax_rate for line in lines}:
        base = sum(line.amount for line in lines if line.tax_rate == rate)
        InvoiceTax.objects.create(invoice=invoice, rate=rate, base=base, tax=tax_of(base, rate))
    counter = Counter.objects.select_for_update().get(name="invoice")
    counter.value += 1
    counter.save()
    invoice.state, invoice.number, invoice.issued_at = "ISSUED", counter.value, AT
    invoice.save()


def naive_speed() -> float:
    """Invoices a CPU-second of the loop, in a process of its own, so that its memory isn't counted as ours."""
    with tempfile.NamedTemporaryFile("w+") as told:

        def work() -> None:
            first, _reached = next(closing.lacking(MONTH, NAIVE))
            done, seconds = measured(lambda: naive(first))
            Path(told.name).write_text(str(done / seconds))

        apart(work)
        return float(Path(told.name).read_text())


def speed(organisations: int, *, with_naive: bool) -> dict[str, float]:
    """Close a month of so many organisations; in invoices per CPU-second."""
    figures = {}
    with database(f"engawa_bench_{os.getpid()}"):
        apart(lambda: fill(organisations))
        if with_naive:
            figures["naive"] = naive_speed()
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak of filling
        done, seconds = measured(lambda: closing.close(MONTH, at=AT).written)
        figures["rss"] = peak_mb()
        figures |= {"invoices": done, "ours": done / seconds, "seconds": seconds}
        assert closing.close(MONTH, at=AT).written == 0
        lines = InvoiceLine.objects.count()
        figures["lines"] = lines / Invoice.objects.count()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=12_500)
    parser.add_argument("--sizes", default="", help="also measure growth over these sizes")
    options = parser.parse_args()
    figures = speed(options.organisations, with_naive=True)
    sizes = [int(size) for size in options.sizes.split(",") if size]
    costs = [speed(size, with_naive=False) for size in sizes]
    for size, cost in zip(sizes, costs, strict=True):
        print(f"# {size} organisations: {cost['seconds']:.1f} CPU-seconds, {cost['ours']:.0f} invoices a CPU-second")
    seconds, lines = figures["seconds"], figures["lines"]
    print(f"# {figures['invoices']:.0f} invoices with {lines:.1f} lines in {seconds:.2f} CPU-seconds")
    print(f"invoices_per_cpu_second={figures['ours']:.0f}")
    print(f"naive_invoices_per_cpu_second={figures['naive']:.0f}")
    print(f"rss_mb={max(one['rss'] for one in (figures, *costs)):.0f}")
    if costs:
        print(f"growth={costs[0]['ours'] / costs[-1]['ours']:.3f}")


if __name__ == "__main__":
    main()
