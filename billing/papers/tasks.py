"""Sweeps: receipts for what was paid; ZIP files that nobody needs any more."""

from datetime import datetime

from django.db.models import Min, QuerySet

from billing.papers import bundles, receipts
from billing.payments.models import PaymentAttempt
from billing.transfers.models import BankTransfer
from core.schedule import Daily, Every, each, sweep

BATCH = 500


def cards() -> QuerySet[PaymentAttempt]:
    """Payments by card that succeeded and have no receipt, the oldest first."""
    paid = PaymentAttempt.objects.filter(state=PaymentAttempt.State.SUCCEEDED, receipt=None)
    return paid.select_related("organisation").order_by("state_changed_at", "pk")


def transfers() -> QuerySet[BankTransfer]:
    """Bank transfers without a receipt that were not recorded by mistake, the oldest first."""
    standing = BankTransfer.objects.filter(receipt=None, withdrawn_at=None)
    return standing.select_related("organisation").order_by("recorded_at", "pk")


def next_receipt(at: datetime) -> datetime | None:
    return at if cards().exists() or transfers().exists() else None


@sweep(Every(minutes=5), next_due=next_receipt)
def issue_receipts(at: datetime) -> None:
    """Write a receipt for every payment that has none, some hundred at a time."""
    each(cards()[:BATCH], lambda attempt: receipts.of_attempt(attempt, at=at))
    each(transfers()[:BATCH], lambda transfer: receipts.of_transfer(transfer, at=at))


def next_stale(at: datetime) -> datetime | None:
    oldest = bundles.stale(datetime.max.replace(tzinfo=at.tzinfo)).aggregate(first=Min("state_changed_at"))["first"]
    return max(at, oldest + bundles.KEPT) if oldest else None


@sweep(Daily(hour=4), next_due=next_stale)
def forget_bundles(at: datetime) -> None:
    """Delete ZIP files a week after they were made."""
    each(bundles.stale(at), lambda bundle: bundle.delete())


SWEEPS = (issue_receipts, forget_bundles)
