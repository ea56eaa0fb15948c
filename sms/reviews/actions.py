"""Suspicions and what staff decide about them (72-1)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.access import SYSTEM, Actor
from sms.drivers import Verdict
from sms.reviews import scoring
from sms.reviews.models import Review
from sms.subscriptions import actions as subscriptions
from sms.subscriptions.models import Subscription


def look(subscription: Subscription, *, at: datetime) -> Review | None:
    """Open a review when the counts of the last hour look like spam (72-2: counts and results only)."""
    findings = scoring.of(subscription, at)
    if findings.score < scoring.ALARM:
        return None
    return opened(subscription, Review.Source.COUNTS, score=findings.score, findings=findings.as_json(), at=at)


def judge(verdict: Verdict, *, at: datetime) -> Review | None:
    """Open a review for what the supplier found; it alone may analyse texts (72-2)."""
    pk = int(verdict.account.removeprefix("sub-"))
    subscription = Subscription.objects.select_related("project").get(pk=pk)
    return opened(subscription, Review.Source.SUPPLIER, verdict=verdict.text[:200], at=at)


def opened(subscription: Subscription, source: str, *, at: datetime, **values: Any) -> Review | None:
    """A review that waits for staff; None when one of this source waits already."""
    try:
        with transaction.atomic():
            review = Review.objects.create(
                subscription=subscription, source=source, state_changed_at=at, opened_at=at, **values
            )
            audit.record("sms.suspected", subscription, by=SYSTEM, at=at, source=source)
            return review
    except IntegrityError:
        return None


@transaction.atomic
def restrict(review: Review, scope: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Staff confirm it: all or part of the use is restricted (72-1)."""
    review.move("restrict", reason=reason[:200], at=at)
    subscriptions.restrict(review.subscription, scope, reason=reason, by=by, at=at)


@transaction.atomic
def dismiss(review: Review, *, reason: str, by: Actor, at: datetime) -> None:
    """Staff find nothing wrong."""
    moved = review.move("dismiss", reason=reason[:200], at=at)
    audit.record("sms.suspicion_dismissed", review.subscription, moved, by=by, at=at)
