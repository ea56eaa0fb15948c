"""Price alerts on the month's running total, what they told, and the budget of a month."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.secrets import SealedField

MOST = 999_999_999


class PriceAlert(models.Model):
    """Tell an organisation when its month so far (yen with tax) reaches a threshold: once a day while it does.

    The address of a webhook is a secret of its owner (who knows a Slack address may post there), so it is sealed.
    """

    class Format(models.TextChoices):
        NONE = "", _("No webhook")
        STANDARD = "STANDARD", _("Signed JSON (Standard Webhooks)")
        SLACK = "SLACK", "Slack"
        DISCORD = "DISCORD", "Discord"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="price_alerts")
    threshold = models.BigIntegerField(_("threshold"))
    format = models.CharField(_("webhook"), max_length=8, choices=Format.choices, blank=True, default=Format.NONE)
    host = models.CharField(_("webhook's host"), max_length=255, blank=True)
    url = SealedField(null=True)
    secret = SealedField(null=True)
    created_at = models.DateTimeField(_("created"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("price alert")
        verbose_name_plural = _("price alerts")
        constraints = [
            models.CheckConstraint(name="alert_threshold", condition=Q(threshold__gte=1, threshold__lte=MOST)),
            models.CheckConstraint(name="alert_webhook_has_address", condition=Q(format="") ^ Q(url__isnull=False)),
            models.UniqueConstraint(
                fields=["organisation", "threshold"], condition=Q(removed_at=None), name="alert_threshold_once"
            ),
        ]

    def __str__(self) -> str:
        return f"¥{self.threshold:,}"

    @property
    def binding(self) -> str:
        """What its sealed columns are bound to."""
        return f"{self.organisation_id}:price-alert:{self.uuid}"


class AlertFiring(models.Model):
    """An alert told its organisation on that JST day; unique, so that nobody is told twice a day."""

    alert = models.ForeignKey(PriceAlert, models.PROTECT, related_name="firings")
    day = models.DateField(_("day"))
    total = models.BigIntegerField(_("month so far, incl. tax"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("price alert told")
        verbose_name_plural = _("price alerts told")
        constraints = [models.UniqueConstraint(fields=["alert", "day"], name="alert_once_a_day")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.day}"


class Budget(models.Model):
    """What an organisation means to spend in a month, yen with tax, and what happens to an order that goes beyond."""

    class Mode(models.TextChoices):
        WARN = "WARN", _("Warn on the order form")
        ASK = "ASK", _("Only owners may order beyond it")
        BLOCK = "BLOCK", _("Refuse the order")

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="budget")
    limit = models.BigIntegerField(_("budget"))
    mode = models.CharField(_("beyond the budget"), max_length=5, choices=Mode.choices, default=Mode.WARN)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [models.CheckConstraint(name="budget_limit", condition=Q(limit__gte=1, limit__lte=MOST))]

    def __str__(self) -> str:
        return f"¥{self.limit:,}"
