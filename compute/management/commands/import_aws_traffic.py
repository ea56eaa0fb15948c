"""`manage.py import_aws_traffic FILE`: count what our routers measured on the lines to AWS (24-2)."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compute.networks.aws import readings
from core.errors import Refused


class Command(BaseCommand):
    """Safe to repeat: an hour of a line is counted once."""

    help = (
        "Count the traffic of AWS connections from CSV (columns vlan, hour, to_aws, from_aws in bytes); “-” is stdin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        at = datetime.now(UTC)  # noqa: TID251  the operator's clock
        try:
            content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
            counted = readings.take(readings.read(content, at=at), at=at)
        except (OSError, Refused) as error:
            raise CommandError(str(error)) from error
        for one in counted.strange:
            self.stderr.write(f"VLAN {one.vlan} was nobody's at {one.transfer.at.isoformat()}")
        self.stdout.write(f"{counted.hours} hours counted, {len(counted.strange)} of lines that were nobody's")
