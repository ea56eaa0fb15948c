"""Incidents and maintenance: what staff announce, whom it touches, what they say while it lasts (9-1)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


def localised(ja: str, en: str) -> str:
    """The text in the reader's language."""
    return ja if get_language() == "ja" else en


class Incident(Stateful):
    """Something that put servers out of order, or is announced to. Times are minutes; [from, to)."""

    class State(models.TextChoices):
        ANNOUNCED = "ANNOUNCED", _("Announced")
        ONGOING = "ONGOING", _("Going on")
        ENDED = "ENDED", _("Ended")
        CANCELLED = "CANCELLED", _("Called off")

    class Cause(models.TextChoices):
        FAULT = "FAULT", _("Fault")
        MAINTENANCE = "MAINTENANCE", _("Announced maintenance")
        SMS = "SMS", _("Fault caused by SMS (outside the quality guarantee)")  # 77-1

    MOVES = {
        "begin": Move(State.ANNOUNCED, to=State.ONGOING, level=SYSTEM_ONLY),
        "finish": Move(State.ONGOING, to=State.ENDED, level=SYSTEM_ONLY),
        # Once more for another minute: maintenance that overran what was announced.
        "end": Move(State.ANNOUNCED, State.ONGOING, State.ENDED, to=State.ENDED, level=SYSTEM_ONLY),
        "cancel": Move(State.ANNOUNCED, to=State.CANCELLED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    cause = models.CharField(_("cause"), max_length=11, choices=Cause.choices)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    zone = models.ForeignKey("compute.Zone", models.PROTECT, verbose_name=_("zone"), related_name="+")
    title_ja = models.CharField(_("title (Japanese)"), max_length=100)
    title_en = models.CharField(_("title (English)"), max_length=100)
    text_ja = models.TextField(_("text (Japanese)"), max_length=2000)
    text_en = models.TextField(_("text (English)"), max_length=2000)
    starts_at = models.DateTimeField(_("from (JST)"))
    # Of maintenance: its announced end, then the real one; of a fault: unknown until it is over.
    ends_at = models.DateTimeField(_("to (JST)"), null=True)
    announced_until = models.DateTimeField(_("announced end"), null=True)
    created_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("incident or maintenance")
        verbose_name_plural = _("incidents and maintenance")
        constraints = [
            models.CheckConstraint(
                name="incident_has_length", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="incident_maintenance_has_an_end",
                condition=~Q(cause="MAINTENANCE") | Q(ends_at__isnull=False, announced_until__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_over_has_an_end", condition=~Q(state="ENDED") | Q(ends_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="incident_by_age")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.number])

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return localised(self.title_ja, self.title_en)

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return localised(self.text_ja, self.text_en)

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.ANNOUNCED, self.State.ONGOING)

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"ANNOUNCED": "warn", "ONGOING": "bad", "ENDED": "ok"}.get(self.state, "idle")


class IncidentUpdate(models.Model):
    """News about it."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="updates")
    text_ja = models.TextField(_("text (Japanese)"), max_length=2000)
    text_en = models.TextField(_("text (English)"), max_length=2000)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return localised(self.text_ja, self.text_en)


class Affected(models.Model):
    """A server it touches."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="affected", db_index=False)
    server = models.ForeignKey("compute.Server", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("affected server")
        verbose_name_plural = _("affected servers")
        constraints = [models.UniqueConstraint(fields=["incident", "server"], name="affected_once")]

    def __str__(self) -> str:
        return str(self.server)
