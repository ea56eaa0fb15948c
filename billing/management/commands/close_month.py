"""`manage.py close_month 2026-10 [--dry-run]`: invoice a month that is over, or say what that would give."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.organisations.models import Organisation
from billing.invoices import closing, previewing
from core.calendar import Month
from core.errors import Refused
from core.money import yen

SHOWN = 10


class Command(BaseCommand):
    """Safe to repeat and to kill: a closed month is left as it is."""

    help = "Invoice a month that is over (YYYY-MM); --dry-run shows the totals without writing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--dry-run", action="store_true", help="show totals and differences, write nothing")

    def handle(self, *args: Any, month: str, dry_run: bool, **options: Any) -> None:
        try:
            wanted = Month.parse(month)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if dry_run:
            self.show(wanted, previewing.preview(wanted))
            return
        try:
            closed = closing.close(wanted, at=datetime.now(UTC))  # noqa: TID251  the operator's clock
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{wanted}: {closed.written} invoices written")

    def show(self, month: Month, preview: previewing.Preview) -> None:
        """Totals, and the largest differences to the month before."""
        self.stdout.write(f"{month}: {preview.invoices} invoices would be written")
        self.stdout.write(f"  without tax {yen(preview.subtotal)}, tax {yen(preview.tax)}, total {yen(preview.total)}")
        self.stdout.write(f"  the month before {yen(preview.before)}, difference {yen(preview.difference)}")
        held = preview.held.total()
        self.stdout.write(f"  {held} customers would be held back")
        for rate, (base, tax) in sorted(preview.by_rate.items()):
            self.stdout.write(f"  at {rate}: {yen(base)}, tax {yen(tax)}")
        for service, amount in preview.by_service.most_common():
            self.stdout.write(f"  {service}: {yen(amount)}")
        largest = preview.changes[:SHOWN]
        names = Organisation.objects.in_bulk([one.organisation for one in largest])
        for one in largest:
            self.stdout.write(f"  {names[one.organisation]}: {yen(one.before)} -> {yen(one.now)}")
