"""`manage.py simulate --from DAY --to DAY`: the demo customer's life in a throw-away copy of the database."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import consents
from accounts.organisations.models import Organisation
from config.demo import scenario
from config.schedule import SWEEPS
from config.scratch import scratch_database
from config.simulation import simulate
from core.calendar import midnight


def day(text: str) -> date:
    """A day, "2025-10-01"."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"not a day (YYYY-MM-DD): {text}") from error


class Command(BaseCommand):
    """Prints the timeline: events, mails and invoices; your data is not touched."""

    help = "Run the demo scenario and the real schedule between two days, in a database made for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="start", type=day, required=True, help="first day (JST)")
        parser.add_argument("--to", dest="end", type=day, required=True, help="day after the last (JST)")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for everything that happens."""
        start, end = midnight(options["start"]), midnight(options["end"])
        if start >= end:
            raise CommandError("--from must lie before --to.")
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        with scratch_database():
            consents.sync()
            if Organisation.objects.exists():
                raise CommandError("The scratch database is not empty.")
            for happening in simulate(scenario.steps(start, end), SWEEPS, start=start, end=end):
                self.stdout.write(str(happening))
