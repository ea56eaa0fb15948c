"""Archives: images that disks are copied from."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor, Resource, ResourceQuerySet


class ArchiveQuerySet(ResourceQuerySet):
    """Archives; those of the provider belong to nobody and are seen by everybody."""

    def visible_to(self, actor: Actor) -> Self:
        """The provider's catalogue, and those in the actor's projects."""
        if actor.sees_all:
            return self
        return self.filter(models.Q(project=None) | models.Q(project__in=actor.visible_projects()))

    def catalogue(self) -> Self:
        """The provider's own images that can be ordered, newest systems first."""
        return self.filter(project=None, state=Archive.State.AVAILABLE).order_by("-id")


class Archive(Resource):
    """An image of a disk in one zone."""

    class State(models.TextChoices):
        UPLOADING = "UPLOADING", _("Uploading")
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    # None: the provider's catalogue.
    project = models.ForeignKey(  # type: ignore[assignment]
        "accounts.Project", models.PROTECT, null=True, blank=True, related_name="+"
    )
    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    size_gb = models.PositiveIntegerField(_("size (GB)"))

    objects: ClassVar[models.Manager[Self]] = ArchiveQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
