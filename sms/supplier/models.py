"""The supplier upstream: interruptions, what it announces, how the link to it is."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sms.subscriptions.models import Kind


class InterruptionQuerySet(models.QuerySet["Interruption"]):
    """Interruptions."""

    def open(self) -> Self:
        return self.filter(ended_at=None)


class Interruption(models.Model):
    """Sending is interrupted because an upstream carrier is (73-1). hits_base: because of SMS, base services could not
    be used, which the SLA doesn't cover (77-1)."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True, help_text=_("Empty: both."))
    reason = models.CharField(_("reason (the customer reads it)"), max_length=200)
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    hits_base = models.BooleanField(_("SMS kept base services from working"), default=False)

    objects = InterruptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interruption")
        verbose_name_plural = _("interruptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("began_at")), name="sms_interruption_has_length"
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at=None), name="sms_interrupted_once"),
        ]

    def __str__(self) -> str:
        return self.reason


class SupplierNews(models.Model):
    """A change or the end of the supplier's service, told to all customers of SMS (76-1)."""

    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=2000)
    effective_on = models.DateField(_("effective from"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("news of the supplier")
        verbose_name_plural = _("news of the supplier")

    def __str__(self) -> str:
        return self.title


class LinkHealth(models.Model):
    """How the connection to the supplier is, as the daemon last saw it."""

    name = models.CharField(_("link"), max_length=64, primary_key=True)
    bound_since = models.DateTimeField(_("connected since"), null=True)
    seen_at = models.DateTimeField(_("last sign of life"))
    handed_over = models.BigIntegerField(_("handed over"), default=0)
    receipts = models.BigIntegerField(_("receipts"), default=0)
    drops = models.PositiveIntegerField(_("lost connections"), default=0)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("link to the supplier")
        verbose_name_plural = _("links to the supplier")

    def __str__(self) -> str:
        return self.name
