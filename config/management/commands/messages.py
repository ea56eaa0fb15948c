"""`manage.py messages`: one Japanese catalogue out of its parts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import catalogue


class Command(BaseCommand):
    """Merges and compiles; with --check it only looks."""

    help = "Merge locale/ja/parts/*.po into django.po and compile it; --check: name what lacks a translation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a translation is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when parts contradict each other or, with --check, when a translation is missing."""
        merged, complaints = catalogue.merged()
        if complaints:
            raise CommandError("\n".join(complaints))
        if not options["check"]:
            catalogue.write(merged)
            catalogue.compile_to_mo(merged)
            self.stdout.write(f"{len(merged)} translations in {catalogue.PO.relative_to(settings.BASE_DIR)}")
        elif missing := list(catalogue.missing(merged)):
            raise CommandError("\n".join(missing) + f"\n{len(missing)} strings have no Japanese translation.")
