"""What the simulated hypervisor remembers: its machines, disks and networks, and the faults it was told to have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SimulatedMachine(models.Model):
    """A machine, disk or network of the simulation. `key` is of the last call; until `ready_at` it is still at work."""

    ref = models.CharField(max_length=32, primary_key=True)
    power = models.CharField(max_length=4, default="down")
    key = models.UUIDField()
    ready_at = models.DateTimeField()
    spec = models.JSONField(default=dict)
    attached_to = models.CharField(max_length=32, blank=True)


class SimulatedFault(models.Model):
    """A failure on demand: the next `times` calls of `call` for `ref` ("" for any) answer with `error`."""

    class Error(models.TextChoices):
        RETRYABLE = "Retryable", _("passing trouble")
        REJECTED = "Rejected", _("refused for good")
        GONE = "Gone", _("unknown to the other side")

    call = models.CharField(max_length=32)
    ref = models.CharField(max_length=32, blank=True)
    error = models.CharField(max_length=16, choices=Error.choices)
    text = models.CharField(max_length=200)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("simulated fault")
        verbose_name_plural = _("simulated faults")


class MachineCounter(models.Model):
    """What a machine of libvirt has done since it was started, at an instant. Bytes; processor time in nanoseconds."""

    ref = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)
    cpu_ns = models.BigIntegerField()
    read = models.BigIntegerField()
    written = models.BigIntegerField()
    received = models.BigIntegerField()
    sent = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref", "at"], name="one_counter_an_instant")]
