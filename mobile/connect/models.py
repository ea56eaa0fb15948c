"""Secure Mobile Connect in a project: one row for each time it was concluded (34-1)."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import SYSTEM_ONLY
from core.calendar import jst_date
from core.lifecycle import Move, Stateful

NOTICE_DAYS = 30


class ConnectQuerySet(models.QuerySet["Connect"]):
    """Which."""

    def active(self) -> Self:
        """Those that have not ended."""
        return self.filter(state="ACTIVE")

    def over(self) -> Self:
        """Those whose contract has ended."""
        return self.active().filter(contract__state__in=("ENDED", "REFUSED"))

    def to_remind(self, at: datetime) -> Self:
        """Those whose term ends within 30 days, and who have not been told so (49-1)."""
        soon = Q(contract__term_on__lte=jst_date(at) + timedelta(days=NOTICE_DAYS))
        untold = Q(reminded_for=None) | Q(reminded_for__lt=F("contract__term_on"))
        return self.active().filter(soon, untold, contract__state__in=("PROVISIONAL", "ACTIVE"))


class Connect(Stateful):
    """Secure Mobile Connect of a project, from its first SIM or gateway until its contract ends (34-1, 49-2)."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        ENDED = "ENDED", _("Ended")

    MOVES = {"end": Move(State.ACTIVE, to=State.ENDED, level=SYSTEM_ONLY)}

    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ACTIVE, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    # The last day of the term of whose renewal the customer was told.
    reminded_for = models.DateField(null=True)

    objects = ConnectQuerySet.as_manager()

    class Meta:
        verbose_name = _("Secure Mobile Connect")
        verbose_name_plural = _("Secure Mobile Connect")
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="ACTIVE"), name="connect_once_a_project")
        ]

    def __str__(self) -> str:
        return self.project.name
