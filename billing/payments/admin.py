"""Cards for staff: read-only."""

from django.contrib import admin

from billing.payments.models import Card, CardHold, CardSetup, PaymentAttempt
from core.admin import Record


@admin.register(Card)
class CardAdmin(Record):
    """What customers pay with; no number is known here."""

    list_display = ("organisation", "brand", "last4", "expires_on", "registered_at", "removed_at", "forgotten_at")
    list_select_related = ("organisation",)
    ordering = ("-registered_at",)
    exclude = ("token",)


@admin.register(CardSetup)
class CardSetupAdmin(Record):
    """Registrations under way or failed."""

    list_display = ("organisation", "state", "state_changed_at", "problem")
    list_filter = ("state",)
    list_select_related = ("organisation",)
    ordering = ("-pk",)
    exclude = ("client_secret",)


@admin.register(CardHold)
class CardHoldAdmin(Record):
    """What is and was reserved on cards (4-3)."""

    list_display = (
        "organisation",
        "card",
        "amount",
        "captured_amount",
        "state",
        "asked_at",
        "capture_before",
        "problem",
    )
    list_filter = ("state",)
    list_select_related = ("organisation", "card")
    ordering = ("-pk",)


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(Record):
    """Every try to take money, with the gateway's name for it; the same key whatever happened."""

    list_display = ("asked_at", "organisation", "purpose", "position", "amount", "state", "card", "gateway_ref")
    list_filter = ("state", "purpose")
    list_select_related = ("organisation", "card")
    search_fields = ("=uuid", "=gateway_ref", "organisation__name")
    ordering = ("-pk",)
