"""Money that moves by staff's hand: bank transfers received, refunds."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful


class BankTransfer(models.Model):
    """Money received in our bank account (4-2). reference: the bank's, so that no transfer is recorded twice."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    received_on = models.DateField(_("received on"))
    reference = models.CharField(_("the bank's reference"), max_length=100, unique=True)
    payer = models.CharField(_("payer"), max_length=100)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        constraints = [models.CheckConstraint(name="transfer_brings_money", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.payer} {self.reference}"


class Refund(Stateful):
    """Credit given back: to the card that paid (attempt), or by a bank transfer that staff have made."""

    class State(models.TextChoices):
        ASKED = "ASKED", _("Under way")
        DONE = "DONE", _("Given back")
        FAILED = "FAILED", _("Failed")

    MOVES = {
        "finish": Move(State.ASKED, to=State.DONE, level=SYSTEM_ONLY),
        "fail": Move(State.ASKED, to=State.FAILED, level=SYSTEM_ONLY),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    attempt = models.ForeignKey("billing.PaymentAttempt", models.PROTECT, null=True, related_name="refunds")
    amount = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ASKED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(name="refund_moves_money", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.amount}"
