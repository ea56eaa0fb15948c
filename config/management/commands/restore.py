"""`manage.py restore FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import dumps


class Command(BaseCommand):
    """Reads a backup into the database, whole or not at all."""

    help = "Read a backup into an empty database; --force replaces what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="drop what is in the database first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError."""
        file, force = options["file"], options["force"]
        dumps.archive(file)
        if not dumps.empty() and not force:
            raise CommandError("The database is not empty; nothing was changed. --force replaces what is in it.")
        connection.close()
        dumps.restore(file, wipe=force)
        self.stdout.write(f"{file} is restored; `manage.py prepare` brings an older one up to date.")
