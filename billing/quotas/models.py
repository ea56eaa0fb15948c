"""What customers ask for beyond a limit."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.lifecycle import Move, Stateful

if TYPE_CHECKING:
    from accounts.access import Actor


class QuotaRequestQuerySet(models.QuerySet["QuotaRequest"]):
    """Which requests."""

    def visible_to(self, actor: "Actor") -> Self:
        """Those of projects in which the actor has at least `view`; staff see all."""
        return self if actor.sees_all else self.filter(project__in=actor.visible_projects())


class QuotaRequest(Stateful):
    """A project asks for more of a service; staff grant or refuse it, with words, in the case about it."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waits for us")
        GRANTED = "GRANTED", _("Granted")
        REFUSED = "REFUSED", _("Refused")

    MOVES = {
        "grant": Move(State.WAITING, to=State.GRANTED, level=SYSTEM_ONLY),
        "refuse": Move(State.WAITING, to=State.REFUSED, level=SYSTEM_ONLY),
    }

    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    service = models.CharField(_("service"), max_length=48)
    title = models.CharField(_("service"), max_length=100)
    former = models.PositiveIntegerField(_("limit"))
    wanted = models.PositiveIntegerField(_("wanted limit"))
    reason = models.TextField(_("reason"), max_length=2_000)
    case = models.ForeignKey("accounts.Case", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    # What was granted, which may be less than what was asked for.
    granted = models.PositiveIntegerField(_("granted limit"), null=True)
    created_at = models.DateTimeField(_("asked"))

    objects = QuotaRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a higher limit")
        verbose_name_plural = _("requests for higher limits")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "service"], name="quota_request_waits_once", condition=Q(state="WAITING")
            ),
            models.CheckConstraint(name="quota_request_wants_more", condition=Q(wanted__gt=models.F("former"))),
            models.CheckConstraint(
                name="quota_request_granted_says_how_many", condition=Q(state="GRANTED") ^ Q(granted=None)
            ),
        ]
        indexes = [models.Index(fields=["project", "-id"], name="quota_request_of_project")]

    def __str__(self) -> str:
        return f"{self.title} {self.former:,} → {self.wanted:,}"

    @property
    def wanted_words(self) -> str:
        """What was asked for, as people read it."""
        return f"{self.wanted:,}"

    @property
    def granted_words(self) -> str:
        """What was granted, as people read it."""
        return "—" if self.granted is None else f"{self.granted:,}"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"WAITING": "busy", "GRANTED": "ok"}.get(self.state, "bad")
