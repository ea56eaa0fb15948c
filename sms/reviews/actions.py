"""Suspicions and what staff decide about them (72-1)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM, Actor
from accounts.notices import letters
from core.errors import Refused
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


def enter(subscription: Subscription, verdict: str, *, by: Actor, at: datetime) -> Review:
    """Staff enter what the supplier told by mail or telephone: SMPP has no words for it (72-2).

    Raises Refused when a verdict about this subscription waits already.
    """
    review = opened(subscription, Review.Source.SUPPLIER, verdict=verdict[:200], by=by, at=at)
    if review is None:
        raise Refused(_("A verdict about this subscription waits already."), field="subscription")
    return review


def tell_staff(review: Review, *, by: Actor, at: datetime) -> None:
    """Mail settings.STAFF_ADDRESS, if there is one, that a review waits."""
    if not settings.STAFF_ADDRESS:
        return
    with translation.override(settings.LANGUAGE_CODE):
        where = reverse("admin:sms_review_changelist")
        letters.post("sms.review_waits", settings.STAFF_ADDRESS, act_url=where, review=review, by=by, at=at)


def opened(
    subscription: Subscription, source: str, *, by: Actor = SYSTEM, at: datetime, **values: Any
) -> Review | None:
    """A review that waits for staff; None when one of this source waits already."""
    try:
        with transaction.atomic():
            review = Review.objects.create(
                subscription=subscription, source=source, state_changed_at=at, opened_at=at, **values
            )
            audit.record("sms.suspected", subscription, by=by, at=at, source=source)
            tell_staff(review, by=by, at=at)
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
