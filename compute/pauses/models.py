"""A pause that lasts: one case per server and pause, from the first warning to its end (Article 7)."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import SYSTEM_ONLY, Actor
from core.ids import NumberField
from core.lifecycle import Move, Stateful


class PauseCaseQuerySet(models.QuerySet["PauseCase"]):
    """Cases."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of servers the actor may view."""
        return self if actor.sees_all else self.filter(server__project__in=actor.visible_projects())

    def alive(self) -> Self:
        return self

    def unresolved(self) -> Self:
        """Those the customer can still end by resuming or deleting in time."""
        return self.filter(state__in=PauseCase.UNRESOLVED)


class PauseCase(Stateful):
    """What happens about one long pause of one server. No measure is ever taken by a machine (7-5, AM-5)."""

    class State(models.TextChoices):
        WATCHING = "WATCHING", _("Warned")
        VIOLATED = "VIOLATED", _("Over 3 months")
        NOTICED = "NOTICED", _("Noticed")
        EXPIRED = "EXPIRED", _("Grace over")
        MEASURED = "MEASURED", _("Measure taken")
        RESOLVED = "RESOLVED", _("Resolved")

    class Resolution(models.TextChoices):
        RESUMED = "RESUMED", _("Resumed")
        RESUMED_LATE = "RESUMED_LATE", _("Resumed late")
        TERMINATED = "TERMINATED", _("Terminated by the customer")
        CLOSED = "CLOSED", _("Closed by staff")

    UNRESOLVED = (State.WATCHING, State.VIOLATED, State.NOTICED, State.EXPIRED)
    MOVES = {
        "violate": Move(State.WATCHING, to=State.VIOLATED, level=SYSTEM_ONLY),
        "notify": Move(State.VIOLATED, to=State.NOTICED, level=SYSTEM_ONLY),
        "extend": Move(State.NOTICED, to=State.NOTICED, level=SYSTEM_ONLY),
        "expire": Move(State.NOTICED, to=State.EXPIRED, level=SYSTEM_ONLY),
        "measure": Move(State.EXPIRED, State.MEASURED, to=State.MEASURED, level=SYSTEM_ONLY),
        "resolve": Move(*UNRESOLVED, to=State.RESOLVED, level=SYSTEM_ONLY),
        "close": Move(State.EXPIRED, State.MEASURED, to=State.RESOLVED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    server = models.ForeignKey("compute.Server", models.PROTECT, related_name="pause_cases")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WATCHING)
    state_changed_at = models.DateTimeField()
    stopped_since = models.DateTimeField(_("stopped since"))
    limit_on = models.DateField(_("last day allowed"))
    warned_again_at = models.DateTimeField(_("second warning"), null=True, blank=True)
    noticed_at = models.DateTimeField(_("noticed"), null=True, blank=True)
    deadline_on = models.DateField(_("last day of the grace"), null=True, blank=True)
    resumed_late_at = models.DateTimeField(_("resumed late"), null=True, blank=True)
    resolution = models.CharField(_("resolution"), max_length=12, choices=Resolution.choices, blank=True)

    objects = PauseCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause case")
        verbose_name_plural = _("pause cases")
        constraints = [
            models.UniqueConstraint(fields=["server", "stopped_since"], name="pause_case_once"),
            models.UniqueConstraint(
                fields=["server"], name="pause_case_one_open",
                condition=models.Q(state__in=["WATCHING", "VIOLATED", "NOTICED"]),
            ),
            models.CheckConstraint(
                condition=models.Q(deadline_on=None) | models.Q(noticed_at__isnull=False),
                name="pause_deadline_needs_notice",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.server} ({self.get_state_display()})"

    @property
    def project_id(self) -> int:
        """The project of its server, for the gate."""
        return self.server.project_id

    def get_absolute_url(self) -> str:
        return reverse("pause_case", args=[self.number])


class Measure(models.Model):
    """A measure that staff took after the grace, one of the four of 7-5."""

    class Kind(models.TextChoices):
        END = "END", _("1. End the contract")
        RESTRICT = "RESTRICT", _("2. Restrict the use")
        CONDUCT = "CONDUCT", _("3. Act on prohibited conduct")
        CANCEL = "CANCEL", _("4. Cancel under the basic terms")

    case = models.ForeignKey(PauseCase, models.PROTECT, related_name="measures")
    kind = models.CharField(_("measure"), max_length=8, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=500)
    taken_by = models.CharField(_("taken by"), max_length=64)
    taken_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="measure_once")]

    def __str__(self) -> str:
        return self.get_kind_display()
