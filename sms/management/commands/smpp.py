"""The daemon that holds the link to an SMSC (SMS_DRIVER=sms.drivers.smpp.Smpp, SMPP_URL)."""

import signal
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sms.drivers.smpp import Account
from sms.supplier.daemon import Daemon


class Command(BaseCommand):
    """Run it beside the workers; two of them share the outbox."""

    help = "Hand over SMS to the SMSC of SMPP_URL and take its receipts, until SIGTERM."
    stopping = False

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        try:
            account = Account.of(settings.SMPP_URL)
        except ValueError as error:
            raise CommandError(str(error)) from error
        Daemon(account, clock=lambda: datetime.now(UTC), stopping=lambda: self.stopping).run()

    def stop(self, *args: Any) -> None:
        self.stopping = True
