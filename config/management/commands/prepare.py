"""`manage.py prepare`: what must be done before the panel starts, on every start and every deployment."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts import consents
from config import catalogue


class Command(BaseCommand):
    """Compiles the catalogue and brings database and consent texts up to date."""

    help = (
        "Compile translations, migrate, store new consent texts; --demo: seed a demo customer with a year of history."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="seed demo data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent."""
        catalogue.compile_stale()
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        consents.sync()
        if options["demo"]:
            call_command("seed_demo")
