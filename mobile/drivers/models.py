"""What the simulated carrier remembers: its lines, and the faults it was told to have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SimulatedLine(models.Model):
    """A line of the simulation. `key` is of the last call; until `ready_at` the carrier is still at work."""

    iccid = models.CharField(max_length=19, primary_key=True)
    spec = models.JSONField(default=dict)
    key = models.UUIDField()
    ready_at = models.DateTimeField()

    class Meta:
        verbose_name = _("simulated line")
        verbose_name_plural = _("simulated lines")

    def __str__(self) -> str:
        return self.iccid


class CarrierFault(models.Model):
    """A failure on demand: the next `times` calls for an ICCID ("" for any) answer with `error`."""

    class Error(models.TextChoices):
        RETRYABLE = "Retryable", _("passing trouble")
        REJECTED = "Rejected", _("refused for good")

    iccid = models.CharField(max_length=19, blank=True)
    error = models.CharField(max_length=16, choices=Error.choices)
    text = models.CharField(max_length=200)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("fault of the simulated carrier")
        verbose_name_plural = _("faults of the simulated carrier")

    def __str__(self) -> str:
        return self.text
