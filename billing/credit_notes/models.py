"""Credit notes: final when they are written, never more than what they give back; and credit put against invoices."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CreditNote(models.Model):
    """What is given back of one issued invoice: yen, positive; tax floored once per rate, like the original's.

    number: given by the database from a counter of its own, without gaps.
    """

    number = models.BigIntegerField(_("number"), unique=True, editable=False, db_default=0)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="credit_notes")
    reason = models.CharField(_("reason"), max_length=200)
    issued_at = models.DateTimeField(_("issued"))
    subtotal = models.BigIntegerField(_("subtotal"))
    tax = models.BigIntegerField(_("tax"))
    total = models.BigIntegerField(_("total"))
    issuer = models.JSONField(_("issuer"))
    recipient = models.JSONField(_("recipient"))

    class Meta:
        verbose_name = _("return invoice")
        verbose_name_plural = _("return invoices")
        constraints = [
            models.CheckConstraint(name="credit_note_adds_up", condition=Q(total=F("subtotal") + F("tax"))),
            models.CheckConstraint(name="credit_note_gives_back", condition=Q(subtotal__gt=0, tax__gte=0)),
            models.CheckConstraint(name="credit_note_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The page with its lines and its PDF."""
        return reverse("credit_note", args=[self.number])

    @property
    def label(self) -> str:
        """The number as it stands on paper."""
        return f"R{self.number:09d}"


class CreditNoteLine(models.Model):
    """What is given back of one line of the original; a SQL foreign key holds (invoice, original_no)."""

    pk = models.CompositePrimaryKey("credit_note_id", "line_no")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="lines", db_index=False)
    line_no = models.IntegerField()
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="+", db_index=False)
    original_no = models.IntegerField()
    name = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField()
    tax_rate = models.DecimalField(max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("line of a return invoice")
        verbose_name_plural = _("lines of return invoices")
        constraints = [models.CheckConstraint(name="credit_line_gives_back", condition=Q(amount__gt=0))]
        indexes = [models.Index("invoice", "original_no", name="credit_of_line")]

    def __str__(self) -> str:
        return f"{self.line_no} {self.name} {self.amount}"


class CreditNoteTax(models.Model):
    """Consumption tax of one rate that is given back: floor(base x rate), once."""

    pk = models.CompositePrimaryKey("credit_note_id", "rate")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="taxes", db_index=False)
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    base = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        verbose_name = _("tax of a return invoice")
        verbose_name_plural = _("taxes of return invoices")
        constraints = [
            models.CheckConstraint(
                name="credit_tax_is_floored",
                condition=Q(tax__lte=F("base") * F("rate"), tax__gt=F("base") * F("rate") - 1),
            )
        ]

    def __str__(self) -> str:
        return f"{self.percent} % {self.tax}"

    @property
    def percent(self) -> str:
        """The rate as people read it: "10"."""
        return f"{self.rate * 100:f}".rstrip("0").rstrip(".")


class CreditApplication(models.Model):
    """Waiting credit put against an open invoice: the event that the books know as APPLICATION."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="applications")
    amount = models.BigIntegerField(_("amount"))
    applied_at = models.DateTimeField(_("applied"))

    class Meta:
        verbose_name = _("credit applied")
        verbose_name_plural = _("credit applied")
        constraints = [models.CheckConstraint(name="application_pays", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.amount}"
