"""`manage.py staff_code`: the sign-in code of the demo's staff member."""

from typing import Any

from django.core.management.base import BaseCommand

from config.demo.people import staff_code


class Command(BaseCommand):
    """Only the demo has this secret; real staff enrol their own."""

    help = "Print the demo staff member's current sign-in code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print six digits."""
        self.stdout.write(staff_code())
