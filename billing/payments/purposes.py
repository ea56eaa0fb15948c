"""What a payment means for the thing that is paid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from billing.dues import actions as dues
from billing.passports import actions as passports
from billing.payments.models import PaymentAttempt

Finish = Callable[[PaymentAttempt, datetime], None]


def nothing(attempt: PaymentAttempt, at: datetime) -> None:
    """The books say it already."""


@dataclass(frozen=True)
class Purpose:
    """paid, declined: actions called with the finished attempt, in one transaction with its booking."""

    paid: Finish = nothing
    declined: Finish = nothing


PURPOSES: dict[str, Purpose] = {
    PaymentAttempt.Purpose.INVOICE: Purpose(dues.paid, dues.declined),
    PaymentAttempt.Purpose.PASSPORT: Purpose(passports.paid, passports.refused),
}
