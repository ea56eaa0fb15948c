"""Every other command of `manage.py`: Django's and ours, on the database of the data folder or of DATABASE_URL."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.engines import Trouble
from config.engines.home import Home
from config.engines.supervisor import Supervisor

# These work without a database; all others get engines, started for them when no panel runs.
OFFLINE = {"check", "collectstatic", "findstatic", "help", "makemigrations", "messages", "spectacular", "version"}


def main(arguments: list[str]) -> int:
    """Run one command of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        with engines(arguments[0] if arguments else "help"):
            execute_from_command_line(["manage.py", *arguments])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"{error}\nThe database does not answer: run `manage.py up` first, or set DATABASE_URL.", file=sys.stderr)
        return 1
    return 0


@contextmanager
def engines(command: str) -> Iterator[None]:
    """The engines of the data folder that the last `up` used (or ENGAWA_DATA names); as they are when a panel runs."""
    home = Home.current()
    if command in OFFLINE or os.environ.get("DATABASE_URL") or not home.exists:
        yield
        return
    supervisor = Supervisor(home)
    try:
        os.environ.update(supervisor.environment() if not home.claim() else supervisor.start_engines())
        yield
    finally:
        supervisor.stop()
