"""What the simulated supplier remembers."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SimulatedText(models.Model):
    """A message the simulation took. `status` is reported once, from `ready_at` on."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.CharField(max_length=32)
    sender = models.CharField(max_length=15, blank=True)
    destination = models.CharField(max_length=15)
    text = models.TextField()
    status = models.CharField(max_length=10)
    ready_at = models.DateTimeField()
    reported = models.BooleanField(default=False)
    judged = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("simulated SMS")
        verbose_name_plural = _("simulated SMS")
        indexes = [models.Index("ready_at", name="sms_simulated_due", condition=models.Q(reported=False))]

    def __str__(self) -> str:
        return self.text[:50]
