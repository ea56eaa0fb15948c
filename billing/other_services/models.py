"""Services that a customer uses with us outside this panel: claimed by them, attested by staff (12-1)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


class EligibleBaseService(models.TextChoices):
    """The services whose users may order a hybrid connection (12-1). The cloud is ours: its contracts are here."""

    DEDICATED = "DEDICATED", _("Dedicated server (monthly)")
    DEDICATED_HOURLY = "DEDICATED_HOURLY", _("Dedicated server (hourly)")
    VPS = "VPS", _("VPS")
    CLOUD = "CLOUD", _("Cloud")
    HOUSING = "HOUSING", _("Housing")
    REMOTE_HOUSING = "REMOTE_HOUSING", _("Remote housing")


CLOUD = EligibleBaseService.CLOUD
ELSEWHERE = [choice for choice in EligibleBaseService.choices if choice[0] != CLOUD]
# The fees of a hybrid connection may be merged with the bill of these (13-2).
MERGEABLE = frozenset(set(EligibleBaseService) - {CLOUD, EligibleBaseService.DEDICATED_HOURLY})


class OtherServiceQuerySet(models.QuerySet["OtherService"]):
    """Which of them."""

    def attested(self) -> Self:
        """Those that staff have confirmed and that have not ended."""
        return self.filter(state=OtherService.State.ATTESTED)

    def mergeable(self) -> Self:
        """Attested ones with whose bill fees may be merged (13-2)."""
        return self.attested().filter(kind__in=MERGEABLE)


class OtherService(Stateful):
    """One of them. reference: what the customer's papers call it, e.g. its contract number (12-1)."""

    class State(models.TextChoices):
        CLAIMED = "CLAIMED", _("Waits for our check")
        ATTESTED = "ATTESTED", _("Confirmed")
        REFUSED = "REFUSED", _("Not confirmed")
        ENDED = "ENDED", _("Ended")

    MOVES = {
        "attest": Move(State.CLAIMED, to=State.ATTESTED, level=SYSTEM_ONLY),
        "refuse": Move(State.CLAIMED, to=State.REFUSED, level=SYSTEM_ONLY),
        "end": Move(State.CLAIMED, State.ATTESTED, to=State.ENDED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("service"), max_length=16, choices=ELSEWHERE)
    reference = models.CharField(_("contract number"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.CLAIMED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    claimed_at = models.DateTimeField(_("registered"))
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = OtherServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("other service")
        verbose_name_plural = _("other services")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "reference"], name="other_service_once",
                condition=Q(state__in=["CLAIMED", "ATTESTED"]),
            ),
            models.CheckConstraint(name="other_service_is_elsewhere", condition=~Q(kind="CLOUD")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    @property
    def may_merge(self) -> bool:
        """Whether fees may be merged with its bill (13-2)."""
        return self.state == self.State.ATTESTED and self.kind in MERGEABLE
