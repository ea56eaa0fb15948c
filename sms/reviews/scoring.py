"""How much sending looks like spam, from counts and results only; the texts are never looked at (72-2)."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from sms.audience.models import OptOut
from sms.messages.models import Message
from sms.subscriptions.models import Subscription

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
ENOUGH, ALARM = 50, 3


@dataclass(frozen=True)
class Findings:
    """The last hour against the week before. usual: messages of an average hour in which something was sent."""

    sent: int
    failed: int
    refused: int
    opted_out: int
    usual: float

    @property
    def score(self) -> int:
        """0 to 8; from 3 on staff are asked to look."""
        if self.sent < ENOUGH:
            return 0
        points = 2 * (self.failed > 0.3 * self.sent) + 2 * (self.refused > 0.2 * self.sent)
        points += 2 * (self.opted_out > 0.02 * self.sent) + 2 * (self.sent > 20 * max(self.usual, 5.0))
        return points + (self.failed > 0.6 * self.sent)

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def of(subscription: Subscription, at: datetime) -> Findings:
    """What the counts of one subscription say. Three queries."""
    rows = Message.objects.filter(subscription=subscription, created_at__gt=at - HOUR, created_at__lte=at).alive()
    now = rows.aggregate(
        sent=Count("pk"),
        failed=Count("pk", Q(state="FAILED")),
        refused=Count("pk", Q(state__in=("REFUSED", "SKIPPED"))),
    )
    before = Message.objects.filter(
        subscription=subscription, created_at__gt=at - HOUR - WEEK, created_at__lte=at - HOUR
    ).alive()
    opted_out = OptOut.objects.filter(project=subscription.project_id, created_at__gt=at - HOUR, source="REPLY")
    return Findings(opted_out=opted_out.count(), usual=before.count() / (WEEK / HOUR), **now)
