"""manage.py api_key PROJECT --level create: make a key and print its token and secret, once."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import SYSTEM, Level
from accounts.api_keys import actions
from accounts.projects.models import Project

LEVELS = {level.name.lower(): level for level in Level if level >= Level.VIEW}


class Command(BaseCommand):
    """Prints `token=...` and `secret=...`; the secret is kept nowhere."""

    help = "Makes an API key for a project (its 12-digit number) and prints token and secret once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", type=int, help="number of the project")
        parser.add_argument("--level", choices=LEVELS, default="view")
        parser.add_argument("--name", default="manage.py")
        parser.add_argument("--bill", action="store_true", help="may see bills")
        parser.add_argument("--eventlog", action="store_true", help="may read the event log")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)  # noqa: TID251  a command is where the clock enters
        project = Project.objects.filter(number=options["project"], closed_at=None).first()
        if project is None:
            raise CommandError(f"There is no open project {options['project']}.")
        key, secret = actions.create(
            project,
            name=options["name"],
            level=LEVELS[options["level"]],
            may_bill=options["bill"],
            may_eventlog=options["eventlog"],
            by=SYSTEM,
            at=now,
        )
        self.stdout.write(f"token={key.token}\nsecret={secret}")
