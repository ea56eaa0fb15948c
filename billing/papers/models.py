"""Stored papers, receipts, and the ZIP files that customers ask for."""

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful


class Receipt(models.Model):
    """That we have received yen: of one succeeded payment by card, or of one bank transfer.

    number: given by the database from a counter of its own, without gaps. Final once written (triggers).
    """

    number = models.BigIntegerField(_("number"), unique=True, editable=False, db_default=0)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    attempt = models.OneToOneField("billing.PaymentAttempt", models.PROTECT, null=True, related_name="receipt")
    transfer = models.OneToOneField("billing.BankTransfer", models.PROTECT, null=True, related_name="receipt")
    amount = models.BigIntegerField(_("amount"))
    paid_on = models.DateField(_("paid on"))
    issued_at = models.DateTimeField(_("issued"))
    issuer = models.JSONField(_("issuer"))
    recipient = models.JSONField(_("recipient"))

    class Meta:
        verbose_name = _("receipt for a payment")
        verbose_name_plural = _("receipts for payments")
        constraints = [
            models.CheckConstraint(name="receipt_of_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="receipt_of_one_payment",
                condition=Q(attempt__isnull=False, transfer=None) | Q(attempt=None, transfer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The page with its PDF."""
        return reverse("receipt", args=[self.number])

    @property
    def label(self) -> str:
        """The number as it stands on paper."""
        return f"P{self.number:09d}"

    @property
    def total(self) -> int:
        """Yen received, tax included."""
        return self.amount


class Language(models.TextChoices):
    """In which a paper is made: Japanese always, English when it is asked for."""

    JA = "ja", "日本語"
    EN = "en", "English"


class Document(models.Model):
    """One paper as a PDF: written once (triggers), never rendered again.

    number, issued_on (JST) and total (yen, tax included) are as printed; as_of: the instant whose payments and credit
    an invoice tells of. The database refuses a hash that isn't that of the content.
    """

    class Kind(models.TextChoices):
        INVOICE = "INVOICE", _("Invoice")
        CREDIT_NOTE = "CREDIT_NOTE", _("Return invoice")
        RECEIPT = "RECEIPT", _("Receipt")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="documents")
    credit_note = models.ForeignKey("billing.CreditNote", models.PROTECT, null=True, related_name="documents")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="documents")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    number = models.CharField(_("number"), max_length=20)
    issued_on = models.DateField(_("issued"))
    total = models.BigIntegerField(_("total"))
    as_of = models.DateTimeField()
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.CheckConstraint(
                name="document_of_one_paper",
                condition=Q(kind="INVOICE", invoice__isnull=False, credit_note=None, receipt=None)
                | Q(kind="CREDIT_NOTE", invoice=None, credit_note__isnull=False, receipt=None)
                | Q(kind="RECEIPT", invoice=None, credit_note=None, receipt__isnull=False),
            ),
            models.UniqueConstraint("number", "language", name="document_once"),
            models.CheckConstraint(
                name="document_hash",
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
            ),
            models.CheckConstraint(name="document_language", condition=Q(language__in=Language.values)),
        ]
        indexes = [models.Index(fields=["organisation", "-issued_on", "-id"], name="document_of_organisation")]
        triggers = [pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.language}"

    @property
    def filename(self) -> str:
        """What the file is called when it is kept: in the order of issue."""
        return f"{self.issued_on}_{self.number}_{self.language}.pdf"

    @property
    def url(self) -> str:
        """The PDF."""
        return reverse("paper_file", args=[self.number, self.language])

    def get_absolute_url(self) -> str:
        """The page of the paper."""
        return reverse(self.kind.lower(), args=[int(self.number[1:])])


class Bundle(Stateful):
    """All papers of a year in one ZIP file, made when a customer asks, kept some days."""

    class State(models.TextChoices):
        ASKED = "ASKED", _("Being made")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Failed")

    MOVES = {
        "finish": Move(State.ASKED, to=State.READY, level=SYSTEM_ONLY),
        "fail": Move(State.ASKED, to=State.FAILED, level=SYSTEM_ONLY),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ASKED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))
    papers = models.PositiveIntegerField(_("papers"), default=0)
    # Bytes.
    size = models.BigIntegerField(_("size"), default=0)

    class Meta:
        verbose_name = _("ZIP of papers")
        verbose_name_plural = _("ZIPs of papers")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"], condition=Q(state="ASKED"), name="bundle_made_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it, so that the page looks again."""
        return self.state == self.State.ASKED

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"ASKED": "busy", "READY": "ok", "FAILED": "bad"}[self.state]


class BundlePart(models.Model):
    """A piece of the file, so that neither writing nor sending it needs it whole in memory."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a ZIP")
        verbose_name_plural = _("parts of ZIPs")
        constraints = [models.UniqueConstraint(fields=["bundle", "position"], name="bundle_part_once")]

    def __str__(self) -> str:
        return f"{self.bundle_id} {self.position}"


# An invoice, a return invoice or a receipt: each has number, label, issued_at, total, issuer and recipient.
Paper = Any
