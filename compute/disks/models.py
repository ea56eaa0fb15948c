"""Disks: charged from creation to deletion, whether their server runs or not (7-2)."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.secrets import SealedField
from core.web import address


class DiskQuerySet(ResourceQuerySet):
    """Disks."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone", "plan", "server", "source_archive", "source_disk")


class Disk(Resource):
    """A disk in a zone: blank, or copied from an archive or a disk; attached to at most one server."""

    class State(models.TextChoices):
        MIGRATING = "MIGRATING", _("Copying")
        AVAILABLE = "AVAILABLE", _("Available")
        FAILED = "FAILED", _("Failed")
        DELETED = "DELETED", _("Deleted")

    MOVES = {
        "copied": Move(State.MIGRATING, to=State.AVAILABLE, level=SYSTEM_ONLY),
        "copy_failed": Move(State.MIGRATING, to=State.FAILED, level=SYSTEM_ONLY),
        "rewrite": Move(State.AVAILABLE, State.FAILED, to=State.MIGRATING, level=CREATE),
        "delete": Move(State.AVAILABLE, State.FAILED, to=State.DELETED, level=CREATE),
    }

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    plan = models.ForeignKey("compute.DiskPlan", models.PROTECT, related_name="+")
    size_gb = models.PositiveIntegerField(_("size (GB)"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.MIGRATING)
    source_archive = models.ForeignKey("compute.Archive", models.PROTECT, null=True, related_name="disks")
    source_disk = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    # How much of it is copied, and what its partition spans: as large as its source until it is grown; 0 when blank.
    copied_mb = models.PositiveIntegerField(default=0)
    partition_gb = models.PositiveIntegerField(default=0)
    server = models.ForeignKey("compute.Server", models.PROTECT, null=True, related_name="disks")
    ssh_key = models.ForeignKey("compute.SshKey", models.PROTECT, null=True, related_name="+")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = DiskQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("disk")
        verbose_name_plural = _("disks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source_archive=None) | models.Q(source_disk=None), name="disk_has_one_source"
            ),
            models.CheckConstraint(
                condition=models.Q(partition_gb__lte=models.F("size_gb")), name="disk_holds_its_partition"
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("disk", self.number)

    @property
    def ref(self) -> str:
        """What the hypervisor knows it by; it never changes."""
        return f"disk-{self.pk}"

    @property
    def copied_percent(self) -> int:
        """How much of it is copied, in percent."""
        return min(100, self.copied_mb * 100 // (self.size_gb * 1024))

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"MIGRATING": "busy", "AVAILABLE": "ok", "FAILED": "bad"}.get(self.state, "idle")

    @property
    def is_busy(self) -> bool:
        return self.state == self.State.MIGRATING


class DiskSettings(models.Model):
    """What is written into a disk for its next boot. Asked once; the password is forgotten when it is written."""

    disk = models.ForeignKey(Disk, models.PROTECT, related_name="settings")
    host_name = models.CharField(max_length=64, blank=True)
    password = SealedField(null=True)
    public_keys = ArrayField(models.TextField(), default=list)
    scripts = ArrayField(models.TextField(), default=list)
    address = models.GenericIPAddressField(protocol="IPv4", null=True)
    prefix_length = models.PositiveSmallIntegerField(default=0)
    gateway = models.GenericIPAddressField(protocol="IPv4", null=True)
    password_login = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("settings of a disk")
        verbose_name_plural = _("settings of disks")

    def __str__(self) -> str:
        return f"{self.disk_id} {self.at:%Y-%m-%d}"
