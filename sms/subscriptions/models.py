"""The two kinds of SMS a project may have: one row and one contract for each (67-2, 68-1)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class Kind(models.TextChoices):
    """What is sent: codes for two-step verification, or texts of an application to persons (A2P)."""

    TWO_FACTOR = "TWO_FACTOR", _("Two-step verification")
    A2P = "A2P", _("A2P delivery")


class Scope(models.TextChoices):
    """How far the use is restricted (72-1)."""

    NONE = "NONE", _("Not restricted")
    BULK = "BULK", _("Bulk sending is restricted")
    ALL = "ALL", _("All sending is restricted")


class SubscriptionQuerySet(ResourceQuerySet):
    """Subscriptions."""

    def over(self) -> Self:
        """Those whose contract has ended but which have not yet."""
        return self.filter(state="ACTIVE", contract__state__in=("ENDED", "REFUSED")).select_related("project")

    def without_deadline(self, at: datetime) -> Self:
        """Those that can still be cancelled."""
        running = self.filter(state="ACTIVE", contract__state__in=("PROVISIONAL", "ACTIVE"))
        return running.select_related("project", "contract")


class Subscription(Resource):
    """One kind of SMS in one project, from its order until its contract ends."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        DELETED = "DELETED", _("Ended")

    MOVES = {"end": Move(State.ACTIVE, to=State.DELETED, level=SYSTEM_ONLY)}

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE, editable=False)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    restriction = models.CharField(_("restriction"), max_length=4, choices=Scope.choices, default=Scope.NONE)
    restricted_because = models.CharField(_("reason"), max_length=200, blank=True)
    daily_limit = models.PositiveIntegerField(_("messages a day"), default=10_000)

    objects: ClassVar[models.Manager[Self]] = SubscriptionQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("SMS subscription")
        verbose_name_plural = _("SMS subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], condition=Q(state="ACTIVE"), name="sms_one_of_a_kind"),
            models.CheckConstraint(
                condition=Q(restriction="NONE") ^ ~Q(restricted_because=""), name="sms_restricted_with_a_reason"
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("sms_subscription", self.number)

    @property
    def item(self) -> str:
        """The item of the price book its messages are counted by."""
        return "sms.2fa" if self.kind == Kind.TWO_FACTOR else "sms.a2p"


class Unit(models.Model):
    """How messages of a kind are counted: one request is one unit, unless a segment's size is set (AM-13)."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, primary_key=True)
    characters = models.PositiveSmallIntegerField(
        _("characters a unit"), null=True, blank=True, help_text=_("Empty: one message is one unit, however long.")
    )

    class Meta:
        verbose_name = _("unit of counting")
        verbose_name_plural = _("units of counting")

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def of(self, characters: int) -> int:
        """How many units a text of so many characters is."""
        return -(-characters // self.characters) if self.characters else 1
