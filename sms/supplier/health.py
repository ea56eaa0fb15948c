"""How the supplier is, for staff: the links, what waits, what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from sms.messages.models import EarlyReceipt, Message
from sms.supplier.models import Interruption, LinkHealth

HOUR, SILENT, SLOW = timedelta(hours=1), timedelta(minutes=1), timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """overdue: how long the oldest message that may go out has waited; silent: links whose daemon gives no sign."""

    silent: Sequence[str]
    unbound: Sequence[str]
    interruptions: Sequence[Interruption]
    waiting: int
    overdue: timedelta | None
    sending: int
    unknown: int
    unmatched: int
    handed: int
    delivered: int
    failed: int

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look."""
        late = self.overdue is not None and self.overdue > SLOW
        return not (self.silent or self.unbound or self.interruptions or late)


def of(at: datetime) -> Health:
    """Five queries; counts of hand-overs and results are those of the last hour."""
    links = list(LinkHealth.objects.order_by("name"))
    queue = Message.objects.in_flight().aggregate(
        waiting=Count("pk", Q(state="WAITING", due_at__lte=at)), oldest=Min("due_at", filter=Q(state="WAITING")),
        sending=Count("pk", Q(state="SENDING")), unknown=Count("pk", Q(state="UNKNOWN")),
    )  # fmt: skip
    hour = Message.objects.filter(created_at__gt=at - 2 * HOUR).aggregate(
        handed=Count("pk", Q(submitted_at__gt=at - HOUR)),
        delivered=Count("pk", Q(state="DELIVERED", done_at__gt=at - HOUR)),
        failed=Count("pk", Q(state__in=("FAILED", "REFUSED"), done_at__gt=at - HOUR)),
    )
    oldest = queue.pop("oldest")
    return Health(
        silent=[link.name for link in links if link.seen_at < at - SILENT],
        unbound=[link.name for link in links if link.bound_since is None],
        interruptions=list(Interruption.objects.open().order_by("began_at")),
        overdue=at - oldest if oldest is not None and oldest <= at else None,
        unmatched=EarlyReceipt.objects.count(),
        **queue,
        **hour,
    )
