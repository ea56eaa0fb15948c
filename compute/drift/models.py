"""Where the hypervisor and the panel disagree about a server."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Drift(models.Model):
    """The panel expects one power state and the hypervisor shows another. Open until they agree; one open a server."""

    class Observed(models.TextChoices):
        UP = "up", _("runs")
        DOWN = "down", _("is stopped")
        ABSENT = "absent", _("unknown to the hypervisor")

    server = models.ForeignKey("compute.Server", models.PROTECT, verbose_name=_("server"), related_name="drifts")
    expected = models.CharField(_("expected"), max_length=6, choices=Observed.choices)
    observed = models.CharField(_("observed"), max_length=6, choices=Observed.choices)
    first_seen_at = models.DateTimeField(_("first seen"))
    seen_at = models.DateTimeField(_("last seen"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects: ClassVar[models.Manager[Self]]

    class Meta:
        verbose_name = _("drift of a server")
        verbose_name_plural = _("drift of servers")
        constraints = [
            models.UniqueConstraint(fields=["server"], condition=Q(resolved_at=None), name="one_open_drift_a_server"),
        ]

    def __str__(self) -> str:
        return f"{self.server} · {self.get_observed_display()}"
