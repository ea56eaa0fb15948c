"""Against pumping: codes asked for only to make somebody pay for messages. Limits by number, prefix, and conversion."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.errors import Refused
from sms import numbers
from sms.subscriptions.models import Subscription
from sms.two_factor.models import Verification

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Codes to one number; to numbers with the same 7 first digits; the share of them that must be typed in.
PER_NUMBER_HOUR, PER_NUMBER_DAY = 6, 15
PER_PREFIX_HOUR = 300
SUSPICIOUS_FROM, CONVERSION = 30, 0.05


def check(subscription: Subscription, destination: str, *, at: datetime) -> None:
    """Raise Refused when another code to this number would look like pumping. Two queries."""
    codes = Verification.objects.filter(project=subscription.project, created_at__gt=at - DAY, created_at__lte=at)
    hour = Q(created_at__gt=at - HOUR)
    own = codes.filter(destination=destination).aggregate(hour=Count("pk", hour), day=Count("pk"))
    if own["hour"] >= PER_NUMBER_HOUR or own["day"] >= PER_NUMBER_DAY:
        text = _("Too many codes were sent to this number. Try again later.")
        raise Refused(text, field="destination", code="limit_count_in_number", status=429)
    prefix = codes.filter(hour, prefix=destination[: numbers.PREFIX])
    # The newest are still being typed in.
    settled = Q(created_at__lt=at - timedelta(minutes=2))
    seen = prefix.aggregate(
        all=Count("pk"), settled=Count("pk", settled), typed=Count("pk", settled & Q(state="VERIFIED"))
    )
    pumped = seen["settled"] >= SUSPICIOUS_FROM and seen["typed"] < seen["settled"] * CONVERSION
    if pumped or seen["all"] >= PER_PREFIX_HOUR:
        text = _("Many codes were sent to numbers like this one and hardly any was typed in, so we hold this back.")
        raise Refused(text, field="destination", code="pumping_suspected", status=429)
