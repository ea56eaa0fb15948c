"""What is due when, and where to act: one table for all services."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.audit.sentences import sentence

if TYPE_CHECKING:
    from accounts.access import Actor


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Which deadlines."""

    def visible_to(self, actor: "Actor") -> Self:
        """Those of the actor's organisations as a whole, and those in projects they may see."""
        if actor.sees_all:
            return self
        seated = Q(project=None, organisation__in=list(actor.seats))
        return self.filter(seated | Q(project__in=actor.visible_projects()))

    def ahead(self, at: datetime) -> Self:
        """Those that are not over."""
        return self.filter(done_at=None, due_at__gte=at)


class Deadline(models.Model):
    """One thing to do, or to know, until an instant. Its sentence is that of its kind (accounts.audit.sentences)."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    project = models.ForeignKey("accounts.Project", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    occasion = models.CharField(max_length=64)
    due_at = models.DateTimeField(_("due"))
    act_url = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    set_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_kind", "subject_pk", "occasion"], name="deadline_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "due_at", "id"], name="deadline_ahead", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return self.sentence

    @cached_property
    def sentence(self) -> str:
        """What is due, in the reader's language."""
        return sentence(self.kind, self.data)


class Feed(models.Model):
    """A person's calendar feed of one organisation's deadlines; its secret address is kept as a hash."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="feed_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.organisation_id}"
