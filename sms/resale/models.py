"""Asking to let end users send: screened by us and by the supplier, then a contract of its own (71-1)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, ResourceQuerySet
from core.ids import NumberField
from core.lifecycle import Move, Stateful
from core.web import address


class ResaleQuerySet(ResourceQuerySet):
    """Applications for resale."""


class Resale(Stateful):
    """One application, its conversation with documents, and the contract that approval provides."""

    class State(models.TextChoices):
        SCREENING = "SCREENING", _("Being screened")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        DELETED = "DELETED", _("Ended")

    MOVES = {
        "approve": Move(State.SCREENING, to=State.APPROVED, level=SYSTEM_ONLY),
        "refuse": Move(State.SCREENING, to=State.REFUSED, level=SYSTEM_ONLY),
        "withdraw": Move(State.SCREENING, to=State.DELETED, level=CREATE),
        "end": Move(State.APPROVED, to=State.DELETED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.SCREENING, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    created_at = models.DateTimeField(_("applied for"))
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    case = models.OneToOneField("accounts.Case", models.PROTECT, null=True, related_name="+")
    approved_by_us_at = models.DateTimeField(_("approved by us"), null=True)
    approved_by_supplier_at = models.DateTimeField(_("approved by the supplier"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = ResaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for resale")
        verbose_name_plural = _("applications for resale")
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(state__in=("SCREENING", "APPROVED")), name="sms_resale_once"
            ),
            models.CheckConstraint(
                name="sms_resale_approved_by_both",
                condition=~Q(state="APPROVED")
                | Q(approved_by_us_at__isnull=False, approved_by_supplier_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        return address("resale", self.number)
