"""Cards: never their number, only the gateway's token and what identifies them to their owner."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractDay
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful

DAY_AFTER = models.ExpressionWrapper(F("expires_on") + timedelta(days=1), models.DateField())


class Card(models.Model):
    """A means of payment of an organisation; at most one is in use. token: the gateway's name for it.

    It is valid to the last day of a month. One that is no longer in use is forgotten at the gateway too.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="cards")
    token = models.CharField(max_length=100, unique=True)
    brand = models.CharField(_("brand"), max_length=20)
    last4 = models.CharField(_("last 4 digits"), max_length=4)
    expires_on = models.DateField(_("valid until"))
    registered_at = models.DateTimeField(_("registered"))
    removed_at = models.DateTimeField(_("removed"), null=True)
    forgotten_at = models.DateTimeField(_("forgotten by the gateway"), null=True)
    # How many of the three tellings of its end are done (billing/payments/expiry.py).
    expiry_stage = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(removed_at=None), name="card_in_use_once"),
            models.CheckConstraint(name="card_last4", condition=Q(last4__regex=r"^\d{4}$")),
            models.CheckConstraint(name="card_valid_whole_months", condition=Exact(ExtractDay(DAY_AFTER), 1)),
            models.CheckConstraint(name="card_told_thrice", condition=Q(expiry_stage__lte=3)),
            models.CheckConstraint(
                name="card_forgotten_after_use", condition=Q(forgotten_at=None) | Q(removed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"


class CardSetup(Stateful):
    """Registering a card: asked for, ready for the customer at the gateway, being checked, done, failed or abandoned.

    The consent to 4-3 was given before; the gateway's reference is all we hold of the card meanwhile.
    """

    class State(models.TextChoices):
        ASKED = "ASKED", _("Preparing")
        READY = "READY", _("Ready")
        CHECKING = "CHECKING", _("Checking")
        DONE = "DONE", _("Registered")
        FAILED = "FAILED", _("Failed")
        ABANDONED = "ABANDONED", _("Not finished")

    MOVES = {
        "prepared": Move(State.ASKED, to=State.READY, level=SYSTEM_ONLY),
        "check": Move(State.READY, to=State.CHECKING, level=SYSTEM_ONLY),
        "reopen": Move(State.CHECKING, to=State.READY, level=SYSTEM_ONLY),
        "register": Move(State.CHECKING, State.READY, to=State.DONE, level=SYSTEM_ONLY),
        "abandon": Move(State.CHECKING, to=State.ABANDONED, level=SYSTEM_ONLY),
        "fail": Move(State.ASKED, State.CHECKING, to=State.FAILED, level=SYSTEM_ONLY),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED, editable=False)
    state_changed_at = models.DateTimeField()
    gateway_ref = models.CharField(max_length=100, blank=True)
    client_secret = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("card registration")
        verbose_name_plural = _("card registrations")
        constraints = [
            models.UniqueConstraint(fields=["gateway_ref"], condition=~Q(gateway_ref=""), name="setup_of_reference")
        ]
        indexes = [models.Index("state_changed_at", condition=Q(state="READY"), name="setup_waiting")]

    def __str__(self) -> str:
        return str(self.uuid)

    def get_absolute_url(self) -> str:
        """The page that leads the customer through it."""
        return reverse("card_setup", args=[self.uuid])

    @property
    def problem_text(self) -> str:
        """Why it failed, in the reader's language where we know the words."""
        return gettext(self.problem) if self.problem else ""

    @property
    def is_over(self) -> bool:
        """Whether it ended without a card."""
        return self.state in (self.State.FAILED, self.State.ABANDONED)

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it, so that the page looks again."""
        return self.state in (self.State.ASKED, self.State.CHECKING)


class CardHold(Stateful):
    """Yen reserved on a card for what has accrued and is unpaid (4-3). It lives days, so it rolls.

    A new one is held before the old one is released; an invoice is captured from it where it is large enough. The state
    machine refuses a capture after a release and beyond what is held, whatever the gateway would do.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Under way")
        HELD = "HELD", _("Reserved")
        CAPTURING = "CAPTURING", _("Being captured")
        CAPTURED = "CAPTURED", _("Captured")
        RELEASING = "RELEASING", _("Being released")
        RELEASED = "RELEASED", _("Hold released")
        DECLINED = "DECLINED", _("Declined")

    MOVES = {
        "held": Move(State.OPEN, to=State.HELD, level=SYSTEM_ONLY),
        "decline": Move(State.OPEN, to=State.DECLINED, level=SYSTEM_ONLY),
        "capture": Move(State.HELD, to=State.CAPTURING, level=SYSTEM_ONLY),
        "captured": Move(State.CAPTURING, to=State.CAPTURED, level=SYSTEM_ONLY),
        "lose": Move(State.CAPTURING, to=State.RELEASING, level=SYSTEM_ONLY),
        "release": Move(State.HELD, to=State.RELEASING, level=SYSTEM_ONLY),
        "released": Move(State.RELEASING, to=State.RELEASED, level=SYSTEM_ONLY),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    card = models.ForeignKey(Card, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    captured_amount = models.BigIntegerField(_("captured"), default=0)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))
    # Until when the gateway keeps it.
    capture_before = models.DateTimeField(_("valid until"))
    gateway_ref = models.CharField(max_length=100, null=True, unique=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("card hold")
        verbose_name_plural = _("card holds")
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(state="OPEN"), name="hold_open_once"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(state="HELD"), name="hold_held_once"),
            models.CheckConstraint(name="hold_reserves_money", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="hold_covers_capture", condition=Q(captured_amount__gte=0, captured_amount__lte=models.F("amount"))
            ),
            models.CheckConstraint(name="hold_captured_in_state", condition=Q(state="CAPTURED") | Q(captured_amount=0)),
        ]
        indexes = [models.Index("organisation", "id", name="hold_of_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.amount}"

    @property
    def problem_text(self) -> str:
        """Why it was declined, in the reader's language where we know the words."""
        return gettext(self.problem) if self.problem else ""


class PaymentAttempt(Stateful):
    """One try to take money from a card: for an invoice, or for what is paid when it is bought.

    It is committed before the gateway is called with `uuid` as the key; an unknown outcome is looked up, never tried
    under another key. At most one attempt of an invoice or purchase is open; at most one charge succeeds, and of an
    invoice at most one capture from a hold before it.
    """

    class Purpose(models.TextChoices):
        INVOICE = "INVOICE", _("Invoice")
        PASSPORT = "PASSPORT", _("Discount passport")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Under way")
        SUCCEEDED = "SUCCEEDED", _("Paid")
        DECLINED = "DECLINED", _("Declined")

    MOVES = {
        "succeed": Move(State.OPEN, to=State.SUCCEEDED, level=SYSTEM_ONLY),
        "decline": Move(State.OPEN, to=State.DECLINED, level=SYSTEM_ONLY),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    # What is paid: the invoice's or passport's primary key.
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    subject_pk = models.BigIntegerField()
    # 1, 2, ...: which try for the same thing it is.
    position = models.PositiveSmallIntegerField(_("try"))
    card = models.ForeignKey(Card, models.PROTECT, related_name="+")
    # The hold it is captured from, if any; without one the card is charged.
    card_hold = models.OneToOneField(CardHold, models.PROTECT, null=True, related_name="attempt")
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    asked_at = models.DateTimeField(_("asked"))
    gateway_ref = models.CharField(max_length=100, null=True, unique=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment attempt")
        verbose_name_plural = _("payment attempts")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "subject_pk", "position"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["purpose", "subject_pk"], condition=Q(state="OPEN"), name="attempt_open_once"
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_pk"],
                condition=Q(state="SUCCEEDED", card_hold=None),
                name="attempt_succeeds_once",
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_pk"],
                condition=Q(state="SUCCEEDED", card_hold__isnull=False),
                name="attempt_captures_once",
            ),
            models.CheckConstraint(name="attempt_takes_money", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index("organisation", "asked_at", name="attempt_of_organisation")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_pk} #{self.position}"

    @property
    def invoice_pk(self) -> int | None:
        """The invoice it pays; None when it pays something else."""
        return self.subject_pk if self.purpose == self.Purpose.INVOICE else None

    @property
    def problem_text(self) -> str:
        """Why it was declined, in the reader's language where we know the words."""
        return gettext(self.problem) if self.problem else ""


class SimulatedPayment(models.Model):
    """What the simulated gateway remembers, as a real one would on its side: setups, holds, charges, refunds."""

    reference = models.CharField(max_length=100, primary_key=True)
    # The caller's idempotency key: the same key gives the same object.
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=16)
    amount = models.BigIntegerField(default=0)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("simulated payment")
        verbose_name_plural = _("simulated payments")

    def __str__(self) -> str:
        return self.reference
