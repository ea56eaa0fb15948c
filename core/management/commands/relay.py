"""Wakes the workers: listens to the outbox's notifications, and looks every second anyway."""

import signal
from datetime import UTC, datetime
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from core.operations.asking import CHANNEL
from core.operations.performing import due
from core.operations.tasks import perform

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """The only process that publishes to the broker for the outbox; web requests never do."""

    help = "Send Celery a wake-up whenever the outbox has something due."
    stopping = False

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        while not self.stopping:
            try:
                self.listen()
            except OperationalError:
                log.warning("relay_lost_database")
                connection.close()
                signal.sigtimedwait([], 2)

    def stop(self, *args: Any) -> None:
        self.stopping = True

    def listen(self) -> None:
        """LISTEN on our own connection; every wake-up and every second, send a task when something is due."""
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(f'LISTEN "{CHANNEL}"')
        while not self.stopping:
            if due(datetime.now(UTC)):
                self.publish()
            for _ in connection.connection.notifies(timeout=1.0, stop_after=1):
                pass

    def publish(self) -> None:
        """One message; a broker that is away only costs time, the rows stay."""
        try:
            perform.apply_async(retry=False)
        except Exception:
            log.warning("relay_lost_broker")
