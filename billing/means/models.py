"""Asking for another means of payment than the card (4-2), and what pays the hybrid connection (13-2)."""

import pgtrigger
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


class HybridMeans(models.Model):
    """What pays the hybrid connection, by the customer's own choice (13-2); without a row as the cloud is paid.

    bill: the service with whose bill its fees are merged.
    """

    class Kind(models.TextChoices):
        CARD = "CARD", _("Card")
        BANK = "BANK", _("Bank transfer")
        OTHER_BILL = "OTHER_BILL", _("With the bill of another service")

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("means of payment"), max_length=10, choices=Kind.choices)
    bill = models.ForeignKey("billing.OtherService", models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(_("chosen"))

    class Meta:
        verbose_name = _("means of payment of the hybrid connection")
        verbose_name_plural = _("means of payment of the hybrid connection")
        constraints = [
            models.CheckConstraint(
                name="hybrid_means_names_the_bill", condition=Q(kind="OTHER_BILL") ^ Q(bill__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()}"


class Merge(models.Model):
    """So many yen of an invoice are paid with the bill of another service (13-2). Never changed; undone by another."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="merges")
    bill = models.ForeignKey("billing.OtherService", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    merged_at = models.DateTimeField(_("merged"))

    class Meta:
        verbose_name = _("merging with another bill")
        verbose_name_plural = _("mergings with other bills")
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(undoes=None), name="merge_once"),
            models.CheckConstraint(
                name="merge_moves_money",
                condition=Q(undoes=None, amount__gt=0) | Q(undoes__isnull=False, amount__lt=0),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.bill} {self.amount}"
