"""Secure Mobile Connect in a project: one row for each time it was concluded (34-1)."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from mobile.connect.yearly import Yearly


class Connect(Yearly):
    """Secure Mobile Connect of a project, from its first SIM or gateway until its contract ends (34-1, 49-2)."""

    class Meta(Yearly.Meta):
        verbose_name = _("Secure Mobile Connect")
        verbose_name_plural = _("Secure Mobile Connect")


class InterruptionQuerySet(models.QuerySet["Interruption"]):
    """Interruptions."""

    def touching(self, project: Any, sim: Any = None) -> Self:
        """What is interrupted now in a project, and of one of its SIMs."""
        scope = Q(project=project) | Q(project=None, sim=None)
        if sim is not None:
            scope |= Q(sim=sim)
        return self.filter(scope, ended_at=None).order_by("pk")

    def stopping(self, project: str = "project") -> Exists:
        """Whether Secure Mobile Connect is stopped now as a whole in the row's project: a condition for other rows."""
        scope = Q(project=OuterRef(project)) | Q(project=None, sim=None)
        return Exists(self.filter(scope, ended_at=None))


class Interruption(models.Model):
    """We interrupted a SIM, a project or everything, and why; told when it begins and ends (47-1).

    A suspension under the basic terms is kept here, too: it stops the same.
    """

    class Ground(models.TextChoices):
        TECHNICAL = "TECHNICAL", _("technical reasons")
        MAINTENANCE = "MAINTENANCE", _("maintenance")
        BUSINESS = "BUSINESS", _("business reasons")
        MASS_TRAFFIC = "MASS_TRAFFIC", _("mass traffic in one session")
        SUSPENSION = "SUSPENSION", _("suspension under the basic terms")

    # Neither: everything is interrupted.
    sim = models.ForeignKey("mobile.Sim", models.PROTECT, null=True, related_name="interruptions")
    project = models.ForeignKey("accounts.Project", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground.choices)
    reason = models.CharField(_("reason (the customer reads it)"), max_length=200)
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True)

    objects = InterruptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interruption of mobile")
        verbose_name_plural = _("interruptions of mobile")
        constraints = [
            models.CheckConstraint(condition=Q(sim=None) | Q(project=None), name="interruption_has_one_scope"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="interruption_ends_later"
            ),
            models.UniqueConstraint(
                fields=["sim", "project"], condition=Q(ended_at=None), name="interrupted_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sim or self.project or _('everything')}: {self.reason}"

    @property
    def is_of_47(self) -> bool:
        """Whether its ground is one of those that these terms add to the basic terms' (47-1)."""
        return self.ground != self.Ground.SUSPENSION
