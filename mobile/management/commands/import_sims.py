"""`manage.py import_sims FILE`: put the supplier's cards into stock."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refused
from mobile.sims import cards, stock


class Command(BaseCommand):
    """Safe to repeat: cards that are in stock stay as they are."""

    help = "Put SIM cards into stock from a CSV file with the columns iccid, passcode and, if there are any, imsi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        at = datetime.now(UTC)  # noqa: TID251  the operator's clock
        try:
            found = stock.read(file.read_bytes())
            new = cards.bring_in(found, by="import_sims", at=at)
        except (OSError, Refused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(found)} cards, {new} of them new")
