"""Servers: rows, states and moves."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, POWER, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.secrets import SealedField
from core.web import address


class ServerQuerySet(ResourceQuerySet):
    """Servers."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone", "plan")

    def in_transition(self) -> Self:
        """Those a worker is busy with."""
        return self.filter(state__in=Server.BUSY)

    def paused_before(self, at: datetime) -> Self:
        """Those their customer stopped before the instant and has not started since (7-1, AM-3)."""
        return self.alive().filter(stopped_since__lt=at)


class Server(Resource):
    """A virtual server: a plan in a zone, with disks and interfaces. Charged while it runs (2-1, 7-2)."""

    class State(models.TextChoices):
        PROVISIONING = "PROVISIONING", _("Being prepared")
        STOPPED = "STOPPED", _("Stopped")
        STARTING = "STARTING", _("Starting")
        RUNNING = "RUNNING", _("Running")
        STOPPING = "STOPPING", _("Stopping")
        FAILED = "FAILED", _("Failed")
        DELETED = "DELETED", _("Deleted")

    BUSY = (State.PROVISIONING, State.STARTING, State.STOPPING)
    MOVES = {
        "provisioned": Move(State.PROVISIONING, to=State.STOPPED, level=SYSTEM_ONLY),
        "provisioning_failed": Move(State.PROVISIONING, to=State.FAILED, level=SYSTEM_ONLY),
        "start": Move(State.STOPPED, to=State.STARTING, level=POWER),
        "powered_on": Move(State.STARTING, to=State.RUNNING, level=SYSTEM_ONLY),
        "power_on_failed": Move(State.STARTING, to=State.STOPPED, level=SYSTEM_ONLY),
        "stop": Move(State.RUNNING, to=State.STOPPING, level=POWER),
        "force_stop": Move(State.RUNNING, State.STOPPING, to=State.STOPPING, level=POWER),
        "powered_off": Move(State.STOPPING, to=State.STOPPED, level=SYSTEM_ONLY),
        "found_down": Move(State.RUNNING, to=State.STOPPED, level=SYSTEM_ONLY),
        "power_off_failed": Move(State.STOPPING, to=State.RUNNING, level=SYSTEM_ONLY),
        "reset": Move(State.RUNNING, to=State.RUNNING, level=POWER),
        "change_plan": Move(State.STOPPED, to=State.STOPPED, level=CREATE),
        "delete": Move(State.STOPPED, State.FAILED, to=State.DELETED, level=CREATE),
    }

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    plan = models.ForeignKey("compute.ServerPlan", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROVISIONING)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    host_name = models.CharField(_("host name"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("IP address"), protocol="IPv4", null=True)
    # Since when its customer has kept it stopped (AM-3): kept through a failed start, None before the first start.
    stopped_since = models.DateTimeField(_("stopped since"), null=True, blank=True)
    # Its last successful start, kept when it is stopped again.
    started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    # Use restricted by staff as a measure of 7-5: it can't be started until they lift it.
    is_restricted = models.BooleanField(_("use restricted"), default=False)
    # The CD-ROM image in its drive.
    cdrom = models.ForeignKey("compute.Cdrom", models.PROTECT, null=True, blank=True, related_name="servers")
    # What cloud-init in the guest is given at this boot (it may hold secrets).
    user_data = SealedField(null=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = ServerQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        indexes = [
            *Resource.Meta.indexes,
            models.Index(
                fields=["stopped_since"], name="server_paused", condition=models.Q(stopped_since__isnull=False)
            ),
            GinIndex(fields=["tags"], name="server_by_tag"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stopped_since=None) | ~models.Q(state="RUNNING"),
                name="server_paused_is_not_running",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("server", self.number)

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def is_up(self) -> bool:
        """Up in the API's sense: the machine has power."""
        return self.state in (self.State.RUNNING, self.State.STOPPING)
