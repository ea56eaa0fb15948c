"""`manage.py backup FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import dumps


class Command(BaseCommand):
    """Writes the whole database to one file, consistent at one instant, while the panel runs."""

    help = "Write the database to FILE (custom format of pg_dump, mode 0600)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError; FILE appears only when it is complete."""
        file: Path = options["file"]
        draft = file.with_name(file.name + ".part")
        try:
            draft.touch(mode=0o600)
            dumps.dump(draft)
            draft.replace(file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes.")
        self.stdout.write("Keep ENGAWA_MASTER_KEY elsewhere: without it nobody can read what is encrypted in there.")
