"""The one table of what happened: the event log, and the activity timeline of every object."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.audit import sentences


class AuditEvent(models.Model):
    """Something that was done: by whom, to what, from which state to which. Rows are never changed or removed."""

    at = models.DateTimeField(_("time"))
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+")
    project = models.ForeignKey("accounts.Project", models.PROTECT, null=True, related_name="+")
    verb = models.CharField(_("event"), max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    subject_number = models.BigIntegerField(_("number"), null=True)
    subject_name = models.CharField(_("name"), max_length=200)
    source = models.CharField(max_length=16, blank=True)
    target = models.CharField(max_length=16, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_label = models.CharField(_("by"), max_length=64)
    actor_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    actor_key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(_("IP address"), null=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="event_log"),
            models.Index(fields=["organisation", "actor_user", "-at", "-id"], name="event_by_actor"),
            models.Index(fields=["subject_kind", "subject_pk", "-at", "-id"], name="event_of_subject"),
            models.Index(
                fields=["actor_user", "-at", "-id"], name="event_of_person", condition=models.Q(organisation=None)
            ),
            GinIndex(fields=["subject_name"], opclasses=["gin_trgm_ops"], name="event_name_trgm"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.sentence

    @cached_property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        return sentences.sentence(self.verb, {**self.data, "name": self.subject_name})

    @property
    def tone(self) -> str:
        """How the timeline colours it."""
        return "bad" if self.target == "FAILED" else "ok"
