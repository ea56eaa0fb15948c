"""What Stripe's part of the card page needs: its script, our module, and what to say in the reader's language."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.payments.drivers import Browser

NUMBER = _("The card number is not complete or not right.")
EXPIRY = _("The month of expiry is not complete or has passed.")
CODE = _("The security code is not complete or not right.")
TEXTS: dict[str, str | Promise] = {
    "incomplete_number": NUMBER,
    "invalid_number": NUMBER,
    "incorrect_number": NUMBER,
    "incomplete_expiry": EXPIRY,
    "invalid_expiry_month": EXPIRY,
    "invalid_expiry_month_past": EXPIRY,
    "invalid_expiry_year": EXPIRY,
    "invalid_expiry_year_past": EXPIRY,
    "incomplete_cvc": CODE,
    "invalid_cvc": CODE,
    "incorrect_cvc": CODE,
    "card_declined": _("The bank declined the card."),
    "expired_card": _("The card has expired."),
    "insufficient_funds": _("The card has not enough funds or has reached its limit."),
    "setup_intent_authentication_failure": _("The bank could not confirm that it was you."),
    "setup_intent_unexpected_state": _("This registration can't go on. Please begin again from the payment page."),
    "unreachable": _("The card company can't be reached. Check your connection and load this page again."),
    "other": _("The card could not be given to the card company. Check what you typed, or try another card."),
}


def browser() -> Browser:
    """See `billing.payments.drivers.Browser`."""
    return Browser(
        tuple(settings.STRIPE_ORIGINS),
        settings.STRIPE_SCRIPT,
        "payments/stripe.js",
        settings.STRIPE_PUBLIC_KEY,
        TEXTS,
    )
