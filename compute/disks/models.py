"""Disks: charged from creation to deletion, whether their server runs or not (7-2)."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class DiskQuerySet(ResourceQuerySet):
    """Disks."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone", "plan", "server")


class Disk(Resource):
    """A disk in a zone, copied from an archive, attached to at most one server."""

    class State(models.TextChoices):
        MIGRATING = "MIGRATING", _("Copying")
        AVAILABLE = "AVAILABLE", _("Available")
        FAILED = "FAILED", _("Failed")
        DELETED = "DELETED", _("Deleted")

    MOVES = {
        "copied": Move(State.MIGRATING, to=State.AVAILABLE, level=SYSTEM_ONLY),
        "copy_failed": Move(State.MIGRATING, to=State.FAILED, level=SYSTEM_ONLY),
        "delete": Move(State.AVAILABLE, State.FAILED, to=State.DELETED, level=CREATE),
    }

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    plan = models.ForeignKey("compute.DiskPlan", models.PROTECT, related_name="+")
    size_gb = models.PositiveIntegerField(_("size (GB)"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.MIGRATING)
    source_archive = models.ForeignKey("compute.Archive", models.PROTECT, null=True, related_name="+")
    server = models.ForeignKey("compute.Server", models.PROTECT, null=True, related_name="disks")
    ssh_key = models.ForeignKey("compute.SshKey", models.PROTECT, null=True, related_name="+")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = DiskQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("disk")
        verbose_name_plural = _("disks")

    def get_absolute_url(self) -> str:
        return address("disk", self.number)

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"MIGRATING": "busy", "AVAILABLE": "ok", "FAILED": "bad"}.get(self.state, "idle")

    @property
    def is_busy(self) -> bool:
        return self.state == self.State.MIGRATING
