"""A case: what customer and staff write to each other about one thing, with files."""

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY, VIEW
from core.ids import NumberField
from core.lifecycle import Move, Stateful

if TYPE_CHECKING:
    from accounts.access import Actor


class CaseQuerySet(models.QuerySet["Case"]):
    """Which cases."""

    def visible_to(self, actor: "Actor") -> Self:
        """Those of organisations the actor owns, and those they opened themselves; staff see all."""
        if actor.sees_all:
            return self
        owned = [pk for pk, seat in actor.seats.items() if seat.owner]
        own = Q(opened_by=actor.user, organisation__in=list(actor.seats)) if actor.user else Q(pk=None)
        return self.filter(Q(organisation__in=owned) | own)


class Case(Stateful):
    """One conversation on one subject."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waits for us")
        ANSWERED = "ANSWERED", _("Answered")
        CLOSED = "CLOSED", _("Closed")

    class Topic(models.TextChoices):
        QUESTION = "QUESTION", _("Question")
        BILLING = "BILLING", _("Charges and invoices")
        QUOTA = "QUOTA", _("Raising a limit")
        PAUSE = "PAUSE", _("A long pause")
        SLA = "SLA", _("Claim under the quality guarantee")
        CERTIFICATE = "CERTIFICATE", _("Information for a certificate")
        SCREENING = "SCREENING", _("Screening for A2P SMS")
        APPEAL = "APPEAL", _("Objection to a refusal or a measure")
        ABUSE = "ABUSE", _("Report of abuse")

    MOVES = {
        "ask": Move(State.OPEN, State.ANSWERED, State.CLOSED, to=State.OPEN, level=VIEW),
        "answer": Move(State.OPEN, State.ANSWERED, State.CLOSED, to=State.ANSWERED, level=SYSTEM_ONLY),
        "close": Move(State.OPEN, State.ANSWERED, to=State.CLOSED, level=VIEW),
    }

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="cases")
    topic = models.CharField(_("topic"), max_length=12, choices=Topic.choices)
    title = models.CharField(_("title"), max_length=100)
    # What it is about, if anything: a pointer, and its name for people.
    subject_kind = models.CharField(max_length=64, blank=True)
    subject_pk = models.BigIntegerField(null=True)
    subject_name = models.CharField(_("about"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"), editable=False)
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("opened"))

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["organisation", "-state_changed_at", "-id"], name="case_of_organisation"),
            models.Index(fields=["state_changed_at"], name="case_waiting", condition=Q(state="OPEN")),
            models.Index(fields=["subject_kind", "subject_pk"], name="case_about"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"OPEN": "busy", "ANSWERED": "ok"}.get(self.state, "idle")


class CaseMessage(models.Model):
    """What one side wrote. Never changed or removed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    from_staff = models.BooleanField(_("from our staff"))
    author = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(_("by"), max_length=64)
    body = models.TextField(_("text"), max_length=10_000)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.body[:50]


class Attachment(models.Model):
    """A file of a message."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(CaseMessage, models.PROTECT, related_name="attachments")
    name = models.CharField(_("file"), max_length=100)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
