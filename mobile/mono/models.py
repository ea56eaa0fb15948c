"""Mono Platform: the yearly contract, Mono projects, permanent device IDs and their grants, sub-options."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, Resource, ResourceQuerySet
from core.ids import NumberField
from core.lifecycle import Move, Stateful
from core.web import address
from mobile.connect.yearly import Yearly


class Mono(Yearly):
    """Mono Platform in a project, from its first Mono project until its contract ends (53-1, 60-2)."""

    class Meta(Yearly.Meta):
        verbose_name = _("Mono Platform")
        verbose_name_plural = _("Mono Platform")


class MonoProject(Resource):
    """Routes between SIM resources and sub-options (52-4)."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.ACTIVE, to=State.DELETED, level=CREATE)}

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE, editable=False)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(_("deleted"), null=True)

    class Meta(Resource.Meta):
        verbose_name = _("Mono project")
        verbose_name_plural = _("Mono projects")

    def get_absolute_url(self) -> str:
        return address("mono", self.number)


class DeviceQuerySet(ResourceQuerySet):
    """Device IDs: none is ever deleted."""

    def alive(self) -> Self:
        return self.all()


class Device(models.Model):
    """The device ID of a SIM resource: issued once, granted again whenever it returns, never to another (52-5, AM-11).

    `code` is the ID itself.
    """

    number = NumberField()
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    sim = models.OneToOneField("mobile.Sim", models.PROTECT, related_name="device")
    code = models.UUIDField(_("device ID"), default=uuid.uuid4, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued"))
    # SHA-256 of the token by which the device itself comes to the platform, and since when it is that one.
    token = models.BinaryField(null=True, editable=False)
    token_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Self]] = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device ID")
        verbose_name_plural = _("device IDs")

    def __str__(self) -> str:
        return self.sim.name

    def get_absolute_url(self) -> str:
        return address("device", self.number)


class DeviceGrantQuerySet(models.QuerySet["DeviceGrant"]):
    """Grants."""

    def granted(self) -> Self:
        """Those that hold now."""
        return self.filter(state="GRANTED")

    def over(self) -> Self:
        """Those whose contract has ended with that of the SIM (AM-12)."""
        return self.granted().filter(contract__state__in=("ENDED", "REFUSED"))


class DeviceGrant(Stateful):
    """A device ID was granted by adding its SIM resource to a Mono project: each is charged by itself (55-1, 55-3)."""

    class State(models.TextChoices):
        GRANTED = "GRANTED", _("Device ID granted")
        REMOVED = "REMOVED", _("Removed")

    MOVES = {"remove": Move(State.GRANTED, to=State.REMOVED, level=CREATE)}

    device = models.ForeignKey(Device, models.PROTECT, related_name="grants")
    mono_project = models.ForeignKey(MonoProject, models.PROTECT, related_name="grants")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.GRANTED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    granted_at = models.DateTimeField(_("granted on"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    objects = DeviceGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant of a device ID")
        verbose_name_plural = _("grants of device IDs")
        constraints = [
            models.UniqueConstraint(fields=["device"], condition=Q(state="GRANTED"), name="device_granted_once"),
            models.CheckConstraint(condition=Q(state="REMOVED") ^ Q(removed_at=None), name="grant_removed_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["mono_project", "granted_at", "id"], name="grant_by_age", condition=Q(state="GRANTED"))
        ]

    def __str__(self) -> str:
        return self.device.sim.name

    @property
    def project(self) -> object:
        """Whose it is, for the event log."""
        return self.device.project

    def get_absolute_url(self) -> str:
        return self.device.get_absolute_url()


class DeviceDay(models.Model):
    """What went through the platform for a device ID on a JST day: messages and files, and their bytes."""

    pk = models.CompositePrimaryKey("device", "day")
    device = models.ForeignKey(Device, models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    items = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(items__gte=0, size__gte=0), name="device_day_counts_up")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.day}"


class SubOptionQuerySet(models.QuerySet["SubOption"]):
    """Sub-options."""

    def active(self) -> Self:
        """Those in use."""
        return self.filter(state="ACTIVE")

    def over(self) -> Self:
        """Those whose contract was ended or refused, which they don't know yet."""
        return self.active().filter(contract__state__in=("ENDED", "REFUSED"))


class SubOption(Stateful):
    """A sub-option of a Mono project, from its order to its end: charged by whole months (50-3, 56-1)."""

    class Kind(models.TextChoices):
        ADAPTER = "ADAPTER", _("Service adapter")
        TRANSFER = "TRANSFER", _("File transfer")

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        ENDED = "ENDED", _("Ended")

    MOVES = {"end": Move(State.ACTIVE, to=State.ENDED, level=CREATE)}

    mono_project = models.ForeignKey(MonoProject, models.PROTECT, related_name="suboptions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ACTIVE, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    started_at = models.DateTimeField(_("in use since"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = SubOptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sub-option of a Mono project")
        verbose_name_plural = _("sub-options of Mono projects")
        constraints = [
            models.UniqueConstraint(
                fields=["mono_project", "kind"], condition=Q(state="ACTIVE"), name="suboption_once_a_mono_project"
            ),
            models.CheckConstraint(condition=Q(state="ENDED") ^ Q(ended_at=None), name="suboption_ended_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="suboption_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.mono_project.name})"

    @property
    def project(self) -> object:
        """Whose it is, for the event log."""
        return self.mono_project.project

    def get_absolute_url(self) -> str:
        return self.mono_project.get_absolute_url()
