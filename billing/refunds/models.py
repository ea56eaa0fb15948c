"""Refunds: credit that went back as money."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


class Refund(Stateful):
    """Waiting credit given back: to the card of a payment (attempt), or by a transfer that staff have made (reference).

    It is committed before the gateway is called with `uuid` as the key, like a payment. The database refuses more than
    the payment took, and any payment but an invoice's: nothing comes back from a passport (10-2).
    """

    class State(models.TextChoices):
        ASKED = "ASKED", _("Under way")
        DONE = "DONE", _("Given back")
        FAILED = "FAILED", _("Failed")

    MOVES = {
        "finish": Move(State.ASKED, to=State.DONE, level=SYSTEM_ONLY),
        "fail": Move(State.ASKED, to=State.FAILED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    attempt = models.ForeignKey("billing.PaymentAttempt", models.PROTECT, null=True, related_name="refunds")
    amount = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ASKED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))
    # Of a bank transfer: the bank's reference, so that none is recorded twice, and the day it left our account.
    reference = models.CharField(_("the bank's reference"), max_length=100, blank=True)
    sent_on = models.DateField(_("sent on"), null=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(name="refund_moves_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="refund_by_card_or_bank",
                condition=Q(attempt__isnull=False, reference="", sent_on=None)
                | (Q(attempt=None, sent_on__isnull=False, state="DONE") & ~Q(reference="")),
            ),
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="refund_sent_once"),
        ]
        indexes = [
            models.Index("organisation", "id", name="refund_of_organisation"),
            models.Index("id", condition=Q(state="ASKED"), name="refund_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.amount}"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {self.State.DONE: "ok", self.State.FAILED: "bad"}.get(self.State(self.state), "busy")

    @property
    def way(self) -> str:
        """Where it goes, in words."""
        return str(self.attempt.card) if self.attempt else _now("Bank transfer")
