"""A verb for many rows: tried out first, then done row by row."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY, VIEW
from core.ids import NumberField
from core.lifecycle import Move, Stateful

if TYPE_CHECKING:
    from accounts.access import Actor


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    """Which runs."""

    def visible_to(self, actor: "Actor") -> Self:
        """Those the person began, in projects they may still see."""
        return self.filter(user=actor.user, project__in=actor.visible_projects())


class BulkRun(Stateful):
    """One verb of one list for the rows that were picked when it was begun."""

    class State(models.TextChoices):
        REHEARSING = "REHEARSING", _("Being tried out")
        READY = "READY", _("Waits for you")
        ACTING = "ACTING", _("At work")
        DONE = "DONE", _("Done")
        STOPPED = "STOPPED", _("Stopped")

    BUSY = (State.REHEARSING, State.ACTING)
    # Whoever began it may go on; whether the verb is allowed is asked for each row.
    MOVES = {
        "rehearsed": Move(State.REHEARSING, to=State.READY, level=SYSTEM_ONLY),
        "act": Move(State.READY, to=State.ACTING, level=VIEW),
        "acted": Move(State.ACTING, to=State.DONE, level=SYSTEM_ONLY),
        "stop": Move(State.REHEARSING, State.READY, State.ACTING, to=State.STOPPED, level=VIEW),
    }

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(_("IP address"), null=True)
    # Of accounts.bulk.lists: the list and the verb.
    listed = models.CharField(max_length=32)
    verb = models.CharField(max_length=32)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REHEARSING)
    state_changed_at = models.DateTimeField(_("state changed"))
    total = models.PositiveIntegerField(_("rows"), default=0)
    created_at = models.DateTimeField(_("begun"))

    objects: ClassVar[models.Manager[Self]] = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        indexes = [
            models.Index(fields=["user", "-id"], name="bulk_of_person"),
            models.Index(fields=["created_at"], name="bulk_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.listed}.{self.verb}"

    def get_absolute_url(self) -> str:
        return reverse("bulk", args=[self.number])

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"READY": "warn", "DONE": "ok", "STOPPED": "idle"}.get(self.state, "busy")


class BulkRow(models.Model):
    """One row of a run and what became of it."""

    class State(models.TextChoices):
        NEW = "NEW", _("Not tried out yet")
        READY = "READY", _("Possible")
        REFUSED = "REFUSED", _("Not possible")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Not done")

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows")
    subject_pk = models.BigIntegerField()
    number = models.BigIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.NEW)
    text = models.CharField(_("why not"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("row of a bulk action")
        verbose_name_plural = _("rows of a bulk action")
        constraints = [models.UniqueConstraint(fields=["run", "subject_pk"], name="bulk_row_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="bulk_row_by_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"READY": "ok", "REFUSED": "warn", "DONE": "ok", "FAILED": "bad"}.get(self.state, "idle")
