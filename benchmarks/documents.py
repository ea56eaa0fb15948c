"""What a PDF costs: CPU milliseconds of this process for an invoice of 10 lines, in each language; the bar is 60.

python3 benchmarks/documents.py [--rounds 40]    on the database of DATABASE_URL, in a scratch copy
"""

import argparse
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from billing import meters
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.papers import rendering
from config.scratch import scratch_database
from core.calendar import Month
from tests import make
from tests.billing.world import opened

APRIL = Month(2026, 4)


def main() -> None:
    """Make an invoice, set it again and again, print one name=value a line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with scratch_database():
        project = make.first_project(make.organisation(make.user("alice@example.jp", "Alice")))
        for _ in range(10):
            meters.start(opened(project, at=APRIL.start), "server", "2core-4gb", at=APRIL.start)
        close(APRIL, at=APRIL.end + timedelta(hours=6))
        invoice = Invoice.objects.get()
        print(f"lines={invoice.lines.count()}")
        for language in ("ja", "en"):
            size = len(rendering.render(invoice, language, as_of=APRIL.end))
            times = []
            for _ in range(options.rounds):
                began = time.process_time()
                rendering.render(invoice, language, as_of=APRIL.end)
                times.append((time.process_time() - began) * 1000)
            print(f"{language}_cpu_ms={sorted(times)[len(times) // 2]:.1f}")
            print(f"{language}_bytes={size}")


if __name__ == "__main__":
    main()
