"""`manage.py prepare`: what must be done before the panel starts, on every start and every deployment."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser

from config import catalogue


class Command(BaseCommand):
    """Compiles the catalogue and brings the database up to date."""

    help = "Compile translations and migrate; --demo: seed a demo customer with a year of history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="seed demo data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent."""
        catalogue.compile_stale()
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        if options["demo"] and "seed_demo" in get_commands():
            call_command("seed_demo")
