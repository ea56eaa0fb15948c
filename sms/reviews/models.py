"""What looks like spam, for staff to decide about (72-1, 72-2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import SYSTEM_ONLY
from core.lifecycle import Move, Stateful


class Review(Stateful):
    """One suspicion about one subscription, from our counts or from the supplier; staff restrict or dismiss."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waits for staff")
        RESTRICTED = "RESTRICTED", _("Restricted")
        DISMISSED = "DISMISSED", _("Dismissed")

    class Source(models.TextChoices):
        COUNTS = "COUNTS", _("Our counts and results")
        SUPPLIER = "SUPPLIER", _("Verdict of the supplier")

    MOVES = {
        "restrict": Move(State.OPEN, to=State.RESTRICTED, level=SYSTEM_ONLY),
        "dismiss": Move(State.OPEN, to=State.DISMISSED, level=SYSTEM_ONLY),
    }

    subscription = models.ForeignKey("sms.Subscription", models.PROTECT, related_name="reviews")
    source = models.CharField(_("source"), max_length=8, choices=Source.choices)
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    findings = models.JSONField(_("findings"), default=dict)
    verdict = models.CharField(_("the supplier says"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    opened_at = models.DateTimeField(_("opened"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "source"], condition=Q(state="OPEN"), name="sms_review_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.opened_at:%Y-%m-%d}"
