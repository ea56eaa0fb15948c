"""The books: double entry, added to and never changed. Every balance is a sum of postings."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Account(models.TextChoices):
    """Where money stands. Debits are positive, credits negative."""

    RECEIVABLE = "RECEIVABLE", _("Receivable")  # what the customer owes; below zero it is their credit
    REVENUE = "REVENUE", _("Revenue")
    TAX = "TAX", _("Consumption tax")
    CARD = "CARD", _("Paid by card")  # money at the gateway
    BANK = "BANK", _("Paid by bank transfer")
    COUPON = "COUPON", _("Coupons redeemed")
    OTHER_BILL = "OTHER_BILL", _("Paid with another bill")  # what other services' bills collect for us (13-2)


class Posting(models.Model):
    """One side of an entry. An entry is all postings of one (kind, source_pk); they sum to zero.

    kind and source_pk: the event that is booked, which is booked once: an invoice, a credit note, a payment, a bank
    transfer, a refund, a coupon, the purchase of a passport, the application of a credit. invoice: which invoice a
    RECEIVABLE belongs to; None: credit that waits for one. What is open of an invoice is the sum of its receivables.
    """

    class Kind(models.TextChoices):
        INVOICE = "INVOICE", _("Invoice")
        CREDIT_NOTE = "CREDIT_NOTE", _("Return invoice")
        PAYMENT = "PAYMENT", _("Payment")
        TRANSFER = "TRANSFER", _("Bank transfer")
        REFUND = "REFUND", _("Refund")
        COUPON = "COUPON", _("Coupon")
        PASSPORT = "PASSPORT", _("Discount passport")
        APPLICATION = "APPLICATION", _("Credit applied")
        MATCH = "MATCH", _("Bank transfer matched")
        WITHDRAWAL = "WITHDRAWAL", _("Bank transfer taken back")
        MERGE = "MERGE", _("Paid with another bill")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    source_pk = models.BigIntegerField()
    account = models.CharField(_("account"), max_length=10, choices=Account.choices)
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="postings", db_index=False)
    amount = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("booked"))

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_pk", "account", "invoice"], name="posting_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="posting_moves_money", condition=~Q(amount=0)),
            models.CheckConstraint(name="posting_of_receivable", condition=Q(invoice=None) | Q(account="RECEIVABLE")),
        ]
        indexes = [
            models.Index("organisation", "at", name="posting_of_organisation"),
            models.Index("invoice", name="posting_of_invoice", condition=Q(invoice__isnull=False)),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_pk} {self.account} {self.amount}"
