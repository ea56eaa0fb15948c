"""Messages: the outbox of SMS and its log in one table."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.access import POWER, SYSTEM_ONLY, ResourceQuerySet
from core import secrets
from core.lifecycle import Move, Stateful
from core.secrets import SealedField

# How far ahead, and how long after, one waits for the next step of a message on the page.
MOMENT, OVERDUE = timedelta(minutes=1), timedelta(minutes=10)

# What the final states of SMPP mean to somebody who sent a text.
REPORTED = {
    "UNDELIV": gettext_noop("The carrier could not deliver it: the number may be out of use, or refuse SMS."),
    "EXPIRED": gettext_noop("The phone was off or out of reach until the carrier gave up."),
    "DELETED": gettext_noop("The carrier deleted it before it was delivered."),
    "REJECTD": gettext_noop("The carrier rejected it."),
    "UNKNOWN": gettext_noop("The carrier does not know what became of it."),
}


class MessageQuerySet(ResourceQuerySet):
    """Messages."""

    def alive(self) -> Self:
        """Those that were to be sent: no drafts."""
        return self.exclude(state__in=("DRAFT", "INVALID"))

    def in_flight(self) -> Self:
        """Those without a final outcome yet."""
        return self.filter(state__in=("WAITING", "SENDING", "SENT", "UNKNOWN"))

    def due(self, at: datetime) -> Self:
        """Those that wait for their turn."""
        return self.filter(state="WAITING", due_at__lte=at)


class Message(Stateful):
    """One text to one number. Handed over at most once; charged once when it was, whatever the result (70-1)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        INVALID = "INVALID", _("Not sendable")
        WAITING = "WAITING", _("Waiting")
        SENDING = "SENDING", _("Being handed over")
        SENT = "SENT", _("Handed over")
        DELIVERED = "DELIVERED", _("Delivered")
        FAILED = "FAILED", _("Not delivered")
        UNKNOWN = "UNKNOWN", _("Outcome unknown")
        REFUSED = "REFUSED", _("Refused by the supplier")
        SKIPPED = "SKIPPED", _("Not sent")
        STOPPED = "STOPPED", _("Stopped")

    MOVES = {
        "stop": Move(State.WAITING, to=State.STOPPED, level=POWER),
        "skip": Move(State.WAITING, to=State.SKIPPED, level=SYSTEM_ONLY),
    }
    CHARGED = (State.SENT, State.DELIVERED, State.FAILED, State.UNKNOWN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    subscription = models.ForeignKey("sms.Subscription", models.PROTECT, related_name="messages")
    batch = models.ForeignKey("sms.Batch", models.PROTECT, null=True, related_name="messages")
    row = models.PositiveIntegerField(_("row"), null=True)
    destination = models.CharField(_("number"), max_length=15)
    sender = models.CharField(_("sender"), max_length=15, blank=True)
    # Emptied when the retention is over; bound to project and message.
    body = SealedField(null=True)
    characters = models.PositiveSmallIntegerField(_("characters"))
    segments = models.PositiveSmallIntegerField(_("segments"))
    reference = models.CharField(_("reference"), max_length=64, blank=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    state_changed_at = models.DateTimeField(_("state changed"))
    created_at = models.DateTimeField(_("accepted"))
    created_by = models.CharField(_("by"), max_length=64)
    due_at = models.DateTimeField(_("to be sent"))
    expires_at = models.DateTimeField(_("useless after"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(_("handed over"), null=True)
    supplier_id = models.CharField(_("supplier's number"), max_length=65, blank=True)
    done_at = models.DateTimeField(_("final since"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("SMS")
        verbose_name_plural = _("SMS")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "reference"], condition=~Q(reference=""), name="sms_reference_once"
            ),
            models.CheckConstraint(
                name="sms_handed_over_has_a_time",
                condition=~Q(state__in=("SENDING", "SENT", "DELIVERED", "FAILED", "UNKNOWN"))
                | Q(submitted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index("project", F("created_at").desc(), F("id").desc(), name="sms_log"),
            models.Index("project", "destination", F("created_at").desc(), name="sms_of_number"),
            models.Index(F("urgent").desc(), "due_at", "id", name="sms_waiting", condition=Q(state="WAITING")),
            models.Index("lease_until", name="sms_sending", condition=Q(state="SENDING")),
            models.Index("destination", name="sms_unknown", condition=Q(state="UNKNOWN")),
            models.Index("supplier_id", name="sms_supplier_id", condition=~Q(supplier_id="")),
            models.Index("batch", "row", name="sms_of_batch", condition=Q(batch__isnull=False)),
            models.Index(
                "expires_at", name="sms_useless", condition=Q(body__isnull=False, expires_at__isnull=False)
            ),
            models.Index("created_at", name="sms_retained", condition=Q(body__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.uuid)

    def get_absolute_url(self) -> str:
        return reverse("text", args=[self.uuid])

    def is_live(self, at: datetime) -> bool:
        """Whether more is to come by itself within moments: no longer for what is scheduled, held up, or overdue."""
        if self.state == self.State.WAITING:
            return at - OVERDUE < self.due_at <= at + MOMENT
        return self.state in (self.State.SENDING, self.State.SENT) and self.state_changed_at > at - OVERDUE

    @property
    def why(self) -> str:
        """What went wrong, in the reader's language; the supplier's own words follow those that explain them."""
        explained = REPORTED.get(self.error.partition(" ")[0])
        if explained is None:
            return gettext(self.error) if self.error else ""
        return f"{gettext(explained)} ({self.error})"

    @property
    def text(self) -> str:
        """The text, while it is kept; "" afterwards."""
        return secrets.unseal(bytes(self.body), binding(self.project_id)).decode() if self.body else ""


def binding(project_pk: int) -> str:
    """What the bodies of a project are sealed for."""
    return f"{project_pk}:sms:body"


class EarlyReceipt(models.Model):
    """What the supplier reported about a message we don't know by its number (yet)."""

    supplier_id = models.CharField(max_length=65)
    destination = models.CharField(max_length=15, blank=True)
    status = models.CharField(max_length=10)
    error = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("unmatched receipt")
        verbose_name_plural = _("unmatched receipts")
        constraints = [models.UniqueConstraint(fields=["supplier_id", "status"], name="sms_early_once")]
        indexes = [models.Index("destination", name="sms_early_number")]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.status}"
