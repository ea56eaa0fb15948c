"""The embedded supplier: takes texts, reports about them a little later, judges spam by words of its own.

The last digits of a number decide: ...0001 is never delivered, ...0002 is refused, ...0003 has no answer (but is
delivered all the same), ...0005 has none and is never heard of, ...0006 is taken and never reported. A text with
"SPAMTEST" in it gets a verdict.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from sms.drivers import Fate, Outcome, Outgoing, Receipt, Verdict
from sms.drivers.models import SimulatedText

DELIVERY = timedelta(seconds=2)
SPAM = "SPAMTEST"
BATCH = 500


class Simulated:
    """A `Supplier` that lives in one table."""

    has_daemon = False

    def submit(self, batch: Sequence[Outgoing], *, at: datetime) -> list[Outcome]:
        ready_at = at + DELIVERY * min(settings.SIMULATED_DELAY, 1)
        taken = [each for each in batch if not each.destination.endswith(("0002", "0005", "0006"))]
        SimulatedText.objects.bulk_create(
            (
                SimulatedText(
                    key=each.uuid,
                    account=each.account,
                    sender=each.sender,
                    destination=each.destination,
                    text=each.text,
                    status="UNDELIV" if each.destination.endswith("0001") else "DELIVRD",
                    ready_at=ready_at,
                )
                for each in taken
            ),
            ignore_conflicts=True,
        )
        return [self._outcome(each) for each in batch]

    def receipts(self, *, at: datetime) -> list[Receipt]:
        due = SimulatedText.objects.filter(reported=False, ready_at__lte=at).order_by("ready_at", "key")[:BATCH]
        return [
            Receipt(row.key.hex, row.status, "" if row.status == "DELIVRD" else "001", row.destination) for row in due
        ]

    def acknowledge(self, receipts: Sequence[Receipt]) -> None:
        SimulatedText.objects.filter(pk__in=[receipt.supplier_id for receipt in receipts]).update(reported=True)

    def verdicts(self, *, at: datetime) -> list[Verdict]:
        spam = SimulatedText.objects.filter(judged=False, text__contains=SPAM)
        accounts = sorted(set(spam.values_list("account", flat=True)))
        spam.update(judged=True)
        return [Verdict(account, gettext_noop("The carriers report unsolicited advertising.")) for account in accounts]

    def pending(self) -> bool:
        return SimulatedText.objects.filter(reported=False).exists()

    @staticmethod
    def _refuses(each: Outgoing) -> bool:
        return each.destination.endswith("0002")

    def _outcome(self, each: Outgoing) -> Outcome:
        if self._refuses(each):
            return Outcome(each, Fate.REFUSED, error=gettext_noop("The supplier doesn't reach this number."))
        if each.destination.endswith(("0003", "0005")):
            return Outcome(each, Fate.UNKNOWN, error=gettext_noop("The supplier did not answer."))
        return Outcome(each, Fate.TAKEN, each.uuid.hex)
