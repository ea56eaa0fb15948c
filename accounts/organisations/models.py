"""The customer (利用者): invoices, cards, standing, passports and consents are an organisation's."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


class Organisation(Stateful):
    """A customer: an individual or a corporation. Accepted at once when address and card are known (AM-27)."""

    class Kind(models.TextChoices):
        INDIVIDUAL = "INDIVIDUAL", _("Individual")
        CORPORATE = "CORPORATE", _("Corporation or organisation")

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Applied")
        ACTIVE = "ACTIVE", _("Active")
        REFUSED = "REFUSED", _("Refused")
        CLOSED = "CLOSED", _("Closed")

    class Reason(models.TextChoices):
        IDENTITY = "IDENTITY", _("The details given could not be confirmed")
        PAYMENT = "PAYMENT", _("The means of payment could not be confirmed")
        MISUSE = "MISUSE", _("Use that the terms don't allow is expected")
        FORMER = "FORMER", _("An earlier contract was ended for breach of the terms")
        OTHER = "OTHER", _("Another ground for refusal in the basic terms")

    MOVES = {
        "accept": Move(State.APPLIED, State.REFUSED, to=State.ACTIVE, level=SYSTEM_ONLY),
        "refuse": Move(State.APPLIED, State.ACTIVE, to=State.REFUSED, level=SYSTEM_ONLY),
        "close": Move(State.APPLIED, State.ACTIVE, State.REFUSED, to=State.CLOSED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.APPLIED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"), editable=False)
    refusal_reason = models.CharField(_("reason of the refusal"), max_length=8, choices=Reason.choices, blank=True)
    name = models.CharField(_("name"), max_length=64)
    billing_name = models.CharField(_("billing name"), max_length=100)
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=14, blank=True)
    language = models.CharField(
        _("language of documents"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    created_at = models.DateTimeField(_("created"))
    # The start date of the service contract (3-1): the instant of the first acceptance; it never moves.
    concluded_at = models.DateTimeField(_("contract concluded"), null=True, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(registration_number="") | Q(registration_number__regex=r"^T[0-9]{13}$"),
                name="registration_number_shape",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(concluded_at__isnull=False), name="active_is_concluded"
            ),
            models.CheckConstraint(
                condition=Q(state="REFUSED", refusal_reason__gt="") | ~Q(state="REFUSED"), name="refused_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_individual(self) -> bool:
        return self.kind == self.Kind.INDIVIDUAL

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"ACTIVE": "ok", "APPLIED": "warn", "REFUSED": "bad"}.get(self.state, "idle")

    def lock(self) -> None:
        """Hold the row until the transaction ends, so that rivals in one organisation take turns. One query."""
        type(self)._base_manager.select_for_update().only("pk").get(pk=self.pk)
