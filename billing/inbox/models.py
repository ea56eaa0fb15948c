"""What the gateway called us about: hints, kept as they came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GatewayEvent(models.Model):
    """One call that the gateway signed. Its body is evidence only: what a thing is now is asked of the gateway."""

    class Result(models.TextChoices):
        CHANGED = "CHANGED", _("Something changed")
        KNOWN = "KNOWN", _("Known already")
        NOT_OURS = "NOT_OURS", _("About nothing of ours")

    event_id = models.CharField(_("event id"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=100)
    reference = models.CharField(_("about"), max_length=100)
    # Emptied by a sweep when it is old.
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed"), null=True)
    result = models.CharField(_("outcome"), max_length=8, choices=Result.choices, blank=True)

    class Meta:
        verbose_name = _("gateway event")
        verbose_name_plural = _("gateway events")
        constraints = [
            models.CheckConstraint(
                name="gateway_event_result", condition=models.Q(result="", processed_at=None) | ~models.Q(result="")
            ),
        ]

    def __str__(self) -> str:
        return self.event_id
