"""Who sends, and who wants nothing: sender names by approval, opt-outs."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE, SYSTEM_ONLY, ResourceQuerySet
from core.ids import NumberField
from core.lifecycle import Move, Stateful
from sms.numbers import masked


class SenderQuerySet(ResourceQuerySet):
    """Sender names."""


class OptOutQuerySet(ResourceQuerySet):
    """Opt-outs; what is taken off the list is gone."""

    def alive(self) -> Self:
        return self


class SenderName(Stateful):
    """What stands as the sender; used only once staff have approved it. end_user: whose name it is, if not the
    customer's own, which needs the screening for resale (71-1)."""

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Being looked at")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        DELETED = "DELETED", _("Deleted")

    MOVES = {
        "approve": Move(State.APPLIED, State.REFUSED, to=State.APPROVED, level=SYSTEM_ONLY),
        "refuse": Move(State.APPLIED, State.APPROVED, to=State.REFUSED, level=SYSTEM_ONLY),
        "delete": Move(State.APPLIED, State.APPROVED, State.REFUSED, to=State.DELETED, level=ARRANGE),
    }

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    name = models.CharField(_("sender name"), max_length=11)
    end_user = models.CharField(_("end user"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.APPLIED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    created_at = models.DateTimeField(_("applied for"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sender name")
        verbose_name_plural = _("sender names")
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], condition=~Q(state="DELETED"), name="sms_sender_once")
        ]
        indexes = [models.Index("project", "name", "id", name="sms_sender_names")]

    def __str__(self) -> str:
        return self.name


class OptOut(models.Model):
    """A number that wants no A2P messages of this project."""

    class Source(models.TextChoices):
        CUSTOMER = "CUSTOMER", _("Entered by hand")
        REPLY = "REPLY", _("Answered STOP")

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    destination = models.CharField(_("number"), max_length=15)
    source = models.CharField(_("how"), max_length=8, choices=Source.choices)
    created_at = models.DateTimeField(_("since"))

    objects: ClassVar[models.Manager[Self]] = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [models.UniqueConstraint(fields=["project", "destination"], name="sms_opt_out_once")]
        indexes = [models.Index(fields=["project", "-created_at", "-id"], name="sms_opt_out_log")]

    def __str__(self) -> str:
        return masked(self.destination)
