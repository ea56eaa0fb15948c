"""A project (アカウント of the terms): resources live in it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import NumberField


class Project(models.Model):
    """What an organisation keeps its resources in; access is granted per project."""

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="projects")
    name = models.CharField(_("name"), max_length=64)
    description = models.CharField(_("description"), max_length=512, blank=True)
    created_at = models.DateTimeField(_("created"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="project_name_once", condition=Q(closed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name
