"""Comparisons of the gateway with our books, and what differed."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful


class Reconciliation(Stateful):
    """One comparison of all payments that moved at or after `since`; at most one is under way.

    payments: how many were compared; theirs, ours: yen taken less what was given back, at the gateway and in our books.
    """

    class State(models.TextChoices):
        ASKED = "ASKED", _("Under way")
        DONE = "DONE", _("Compared")
        FAILED = "FAILED", _("The gateway did not answer")

    MOVES = {
        "finish": Move(State.ASKED, to=State.DONE, level=SYSTEM_ONLY),
        "fail": Move(State.ASKED, to=State.FAILED, level=SYSTEM_ONLY),
    }

    asked_at = models.DateTimeField(_("asked"))
    since = models.DateTimeField(_("since"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ASKED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    payments = models.PositiveIntegerField(_("payments"), default=0)
    theirs = models.BigIntegerField(_("at the gateway"), default=0)
    ours = models.BigIntegerField(_("in our books"), default=0)

    class Meta:
        verbose_name = _("comparison with the gateway")
        verbose_name_plural = _("comparisons with the gateway")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="ASKED"), name="reconciliation_open_once")
        ]
        indexes = [models.Index("asked_at", name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"


class Difference(models.Model):
    """One payment on which the gateway and our books don't agree. attempt: ours, if there is one."""

    class Kind(models.TextChoices):
        UNKNOWN = "UNKNOWN", _("Taken at the gateway, unknown here")
        MISSING = "MISSING", _("In our books, not at the gateway")
        AMOUNT = "AMOUNT", _("Another amount")
        WAITING = "WAITING", _("The outcome is still unknown")

    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="differences")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    attempt = models.ForeignKey("billing.PaymentAttempt", models.PROTECT, null=True, related_name="+")
    reference = models.CharField(_("the gateway's reference"), max_length=100)
    theirs = models.BigIntegerField(_("at the gateway"))
    ours = models.BigIntegerField(_("in our books"))

    class Meta:
        verbose_name = _("difference to the gateway")
        verbose_name_plural = _("differences to the gateway")
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "reference"], name="difference_once"),
            models.CheckConstraint(
                name="difference_unknown_has_no_attempt", condition=~Q(kind="UNKNOWN") | Q(attempt=None)
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reference
