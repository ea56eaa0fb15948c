"""Asking for another means of payment than the card: by the customer, or by staff for large bills (4-2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful


class MeansRequest(Stateful):
    """One request to pay by bank transfer. The other side answers it; at most one of an organisation is open."""

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Waits for us")
        PROPOSED = "PROPOSED", _("Waits for the customer")
        AGREED = "AGREED", _("Agreed")
        REFUSED = "REFUSED", _("Refused")
        DECLINED = "DECLINED", _("Declined by the customer")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    MOVES = {
        "approve": Move(State.APPLIED, to=State.AGREED, level=SYSTEM_ONLY),
        "refuse": Move(State.APPLIED, to=State.REFUSED, level=SYSTEM_ONLY),
        "withdraw": Move(State.APPLIED, to=State.WITHDRAWN, level=SYSTEM_ONLY),
        "accept": Move(State.PROPOSED, to=State.AGREED, level=SYSTEM_ONLY),
        "decline": Move(State.PROPOSED, to=State.DECLINED, level=SYSTEM_ONLY),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    # The bill for which staff propose it; None: the customer asked.
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.APPLIED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("request for a means of payment")
        verbose_name_plural = _("requests for a means of payment")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=["APPLIED", "PROPOSED"]), name="means_request_open_once"
            ),
            models.CheckConstraint(
                name="means_request_proposed_for_invoice", condition=~Q(state="PROPOSED") | Q(invoice__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.APPLIED, self.State.PROPOSED)
