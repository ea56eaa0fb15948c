"""How an organisation pays, and the steps taken for each unpaid invoice."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Means(models.Model):
    """The means staff have agreed to instead of the card (4-2); without a row it is the card."""

    class Kind(models.TextChoices):
        CARD = "CARD", _("Card")
        BANK = "BANK", _("Bank transfer")

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="means")
    kind = models.CharField(_("means of payment"), max_length=4, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=200)
    agreed_at = models.DateTimeField(_("agreed"))

    class Meta:
        verbose_name = _("means of payment")
        verbose_name_plural = _("means of payment")

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_kind_display()}"


class DueStep(models.Model):
    """One step of the due run for one invoice, taken once. day: days after `due_on`, negative before it (4-1)."""

    class Outcome(models.TextChoices):
        CHARGED = "CHARGED", _("Card asked")
        NO_CARD = "NO_CARD", _("No card")
        BANK = "BANK", _("Waits for a bank transfer")
        MERGED = "MERGED", _("Paid with another bill")
        TOLD = "TOLD", _("Customer told")
        PROPOSED = "PROPOSED", _("For staff")

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="steps", db_index=False)
    day = models.SmallIntegerField(_("days after the due date"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("step of the due run")
        verbose_name_plural = _("steps of the due run")
        constraints = [models.UniqueConstraint(fields=["invoice", "day"], name="due_step_once")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.day:+d}"
