"""`manage.py seed_demo`: fill an empty database with the demo customer's 14 months."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import consents
from accounts.organisations.models import Organisation
from config.demo import scenario
from config.schedule import SWEEPS
from config.simulation import simulate
from core.calendar import Month

MONTHS = 14


class Command(BaseCommand):
    """Real actions and the real schedule on a pretended clock; mails of the past are not sent."""

    help = "Seed the demo customer, unless the database has customers already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do nothing when there is a customer."""
        if Organisation.objects.exists():
            return
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        consents.sync()
        now = datetime.now(UTC)  # noqa: TID251  the clock enters here
        start = Month.of(now).plus(-MONTHS).start
        self.stdout.write(f"demo data: {MONTHS} months of a customer's life …")
        happenings = sum(1 for _ in simulate(scenario.steps(start, now), SWEEPS, start=start, end=now))
        self.stdout.write(f"demo data: {happenings} things happened")
