"""Sending one text to many numbers of a CSV."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import POWER, ResourceQuerySet
from core.ids import NumberField
from core.lifecycle import Move, Stateful
from core.web import address


class BatchQuerySet(ResourceQuerySet):
    """Batches."""


class Batch(Stateful):
    """A CSV and its text: previewed as drafts first, then released at once or for later, and stopped if need be."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Preview")
        RELEASED = "RELEASED", _("Released")
        STOPPED = "STOPPED", _("Stopped")
        DELETED = "DELETED", _("Discarded")

    MOVES = {
        "release": Move(State.DRAFT, to=State.RELEASED, level=POWER),
        "stop": Move(State.RELEASED, to=State.STOPPED, level=POWER),
        "discard": Move(State.DRAFT, to=State.DELETED, level=POWER),
    }

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    subscription = models.ForeignKey("sms.Subscription", models.PROTECT, related_name="batches")
    name = models.CharField(_("name"), max_length=64)
    sender = models.CharField(_("sender"), max_length=15, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    created_at = models.DateTimeField(_("created"))
    created_by = models.CharField(_("by"), max_length=64)
    due_at = models.DateTimeField(_("to be sent"), null=True)

    objects: ClassVar[models.Manager[Self]] = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk sending")
        verbose_name_plural = _("bulk sendings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("RELEASED", "STOPPED")) | Q(due_at__isnull=False), name="sms_batch_has_a_time"
            )
        ]
        indexes = [models.Index(fields=["project", "-created_at", "-id"], name="sms_batch_log")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("batch", self.number)
