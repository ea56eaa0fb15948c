"""The comparison itself: what the gateway says of each payment against what is booked. It writes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.payments.drivers import Transaction
from billing.payments.models import PaymentAttempt
from billing.postings.models import Account, Posting
from billing.reconciliation.models import Difference
from billing.refunds.models import Refund
from core.pages import chunked

Kind = Difference.Kind
CHUNK = 1000
# How long the outcome of a payment may be unknown before staff hear of it.
PATIENCE = timedelta(hours=1)


@dataclass
class Comparison:
    """What was compared, in yen, and what differed (unsaved)."""

    payments: int = 0
    theirs: int = 0
    ours: int = 0
    differences: list[Difference] = field(default_factory=list)

    def see(self, kind: Kind, reference: str, theirs: int, ours: int, attempt: Any = None) -> None:
        """Count a payment; keep it when both sides don't agree, or its outcome is unknown."""
        self.payments, self.theirs, self.ours = self.payments + 1, self.theirs + theirs, self.ours + ours
        if theirs != ours or kind == Kind.WAITING:
            self.differences.append(
                Difference(kind=kind, reference=reference[:100], theirs=theirs, ours=ours, attempt=attempt)
            )


def horizon(since: datetime) -> datetime:
    """From when on the gateway must list payments: what was captured since may have been held so long before."""
    return since - timedelta(days=settings.HOLD_DAYS + 1)


def compare(transactions: Iterable[Transaction], *, since: datetime, before: datetime) -> Comparison:
    """Compare the gateway's payments with ours that moved at or after `since`.

    before: when the gateway was asked. What moved after that, or is under way, is left to the next comparison.
    """
    found, seen = Comparison(), set[int]()
    ours = index(attempts().filter(moved(since)))
    for batch in chunked(transactions, CHUNK):
        absent = [one.reference for one in batch if one.reference not in ours and one.key not in ours]
        ours |= index(attempts().filter(Q(gateway_ref__in=absent) | Q(card_hold__gateway_ref__in=absent)))
        for one in batch:
            attempt = ours.get(one.reference) or ours.get(one.key)
            if attempt is None:
                found.see(Kind.UNKNOWN, one.reference, one.amount, 0)
            elif attempt.pk not in seen:
                seen.add(attempt.pk)
                judge(found, attempt, one.amount, before)
    for attempt in {one.pk: one for one in ours.values() if one.pk not in seen}.values():
        judge(found, attempt, None, before)
    return found


def judge(found: Comparison, attempt: Any, theirs: int | None, before: datetime) -> None:
    """Compare one payment of ours. theirs: yen at the gateway; None: it isn't there."""
    reference = attempt.gateway_ref or str(attempt.uuid)
    if theirs is None and not attempt.booked and not attempt.is_unknown:  # declined
        return
    if attempt.is_unknown:
        if attempt.asked <= before - PATIENCE:
            found.see(Kind.WAITING, reference, theirs or 0, attempt.booked, attempt)
    elif attempt.last_moved < before:
        found.see(Kind.MISSING if theirs is None else Kind.AMOUNT, reference, theirs or 0, attempt.booked, attempt)


def moved(since: datetime) -> Q:
    """Payments that moved since, or whose outcome is unknown."""
    given = Refund.objects.filter(attempt=OuterRef("pk"), state_changed_at__gte=since)
    return Q(state_changed_at__gte=since) | Q(state=PaymentAttempt.State.OPEN) | Q(Exists(given))


def attempts() -> QuerySet[PaymentAttempt]:
    """Payments with `booked` (yen by our books), `last_moved`, `is_unknown` and, of what is unknown, `asked`."""
    refunds = Refund.objects.filter(attempt=OuterRef("pk"))
    paid = Posting.objects.filter(kind=Posting.Kind.PAYMENT, account=Account.CARD, source_pk=OuterRef("pk"))
    own = Refund.objects.filter(attempt=OuterRef(OuterRef("pk")))  # two queries out
    given = Posting.objects.filter(kind=Posting.Kind.REFUND, account=Account.CARD, source_pk__in=own.values("pk"))
    sums = given.order_by().values("kind").annotate(sum=Sum("amount", output_field=BigIntegerField())).values("sum")
    open_refund = refunds.filter(state=Refund.State.ASKED)
    changed = refunds.order_by().values("attempt").annotate(last=Max("state_changed_at")).values("last")
    rows = PaymentAttempt.objects.annotate(
        booked=Coalesce(Subquery(paid.values("amount")), 0) + Coalesce(Subquery(sums), 0),
        is_unknown=Q(state=PaymentAttempt.State.OPEN) | Exists(open_refund),
        changed=Coalesce(Subquery(changed), F("state_changed_at")),
        asked=Coalesce(Subquery(open_refund.order_by("pk").values("asked_at")[:1]), F("asked_at")),
    )
    return rows.select_related("card_hold")


def index(rows: QuerySet[PaymentAttempt]) -> dict[str, Any]:
    """Payments by all names that the gateway may know them under."""
    found: dict[str, Any] = {}
    for row in rows.iterator(CHUNK):
        row.last_moved = max(row.state_changed_at, row.changed)  # type: ignore[attr-defined]
        found |= dict.fromkeys(names(row), row)
    return found


def names(attempt: PaymentAttempt) -> Iterator[str]:
    """The gateway's reference, that of the hold it is captured from, and our key."""
    yield str(attempt.uuid)
    if attempt.gateway_ref:
        yield attempt.gateway_ref
    elif attempt.card_hold is not None and attempt.state == PaymentAttempt.State.OPEN:
        yield attempt.card_hold.gateway_ref or ""
