"""`manage.py terms_doc`: write docs/terms.md from the table of the terms and the source."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.terms import document
from core.terms.evidence import Evidence


class Command(BaseCommand):
    """Writes docs/terms.md again."""

    help = "Write docs/terms.md: every clause of the terms, where it is kept and where it is proven."
    requires_system_checks = ()  # it only reads files

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page and say where."""
        path = document.path_in(settings.BASE_DIR)
        path.write_text(document.render(Evidence.of(settings.BASE_DIR)), "utf-8")
        self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
