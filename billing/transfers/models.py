"""Bank transfers received and what they paid."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BankTransfer(models.Model):
    """Money received in our bank account (4-2). reference: the bank's, so that no transfer is recorded twice.

    Recorded for the wrong customer it is withdrawn by a reverse posting, and can be recorded again.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    received_on = models.DateField(_("received on"))
    reference = models.CharField(_("the bank's reference"), max_length=100)
    payer = models.CharField(_("payer"), max_length=100)
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        constraints = [
            models.UniqueConstraint(fields=["reference"], condition=Q(withdrawn_at=None), name="transfer_once"),
            models.CheckConstraint(name="transfer_brings_money", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index("payer", name="transfer_of_payer")]

    def __str__(self) -> str:
        return f"{self.payer} {self.reference}"


class TransferMatch(models.Model):
    """So many yen of a transfer paid an invoice. Never changed: a wrong one is undone by another, below zero."""

    transfer = models.ForeignKey(BankTransfer, models.PROTECT, related_name="matches")
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    matched_at = models.DateTimeField(_("matched"))

    class Meta:
        verbose_name = _("match of a transfer")
        verbose_name_plural = _("matches of transfers")
        constraints = [
            models.CheckConstraint(
                name="match_moves_money",
                condition=Q(undoes=None, amount__gt=0) | Q(undoes__isnull=False, amount__lt=0),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.transfer} {self.amount}"
