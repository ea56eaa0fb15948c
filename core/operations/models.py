"""One row per thing asked of the outside world."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Operation(models.Model):
    """Asked, claimed under a lease with a fencing token, done or failed. `uuid` is the idempotency key drivers get."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    # The lease is on the real clock, in seconds since the epoch of the database; the token rises with every claim.
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="operation_due", condition=models.Q(state__in=("WAITING", "RUNNING"))
            ),
            models.Index(fields=["subject_kind", "subject_pk", "-id"], name="operation_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
