"""`manage.py signin`: who the demo's people are, with the staff member's present code."""

from typing import Any

from django.core.management.base import BaseCommand

from config.demo import signin_lines


class Command(BaseCommand):
    """`up` shows this; later on it brings a fresh code."""

    help = "Print who you can sign in as; nothing when the database isn't the demo's."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each person."""
        for line in signin_lines():
            self.stdout.write(f"  {line}")
