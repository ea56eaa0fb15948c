"""What must be set before cards can be taken."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

STRIPE = "billing.payments.drivers.stripe.Stripe"
NEEDED = ("STRIPE_SECRET_KEY", "STRIPE_PUBLIC_KEY", "STRIPE_WEBHOOK_SECRET")


@register()
def stripe_has_its_keys(**_options: Any) -> list[CheckMessage]:
    """With Stripe as the gateway all three of its keys are set."""
    if settings.PAYMENT_GATEWAY != STRIPE:
        return []
    missing = [name for name in NEEDED if not getattr(settings, name)]
    return [Error(f"{name} is not set, so Stripe can't be the gateway.", id="billing.E001") for name in missing]
