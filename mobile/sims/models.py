"""SIMs: the cards in stock, their registrations, what each carried on a day."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, POWER, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.secrets import SealedField
from core.web import address

# The networks a SIM may use, as the API names them.
NETWORKS = ("NTT DOCOMO", "KDDI", "SoftBank")


def every_network() -> list[str]:
    return list(NETWORKS)


class Lock(models.TextChoices):
    """What wrong PINs and PUKs did to a card (43-3, 43-4)."""

    NONE = "NONE", _("Not locked")
    PIN_LOCKED = "PIN_LOCKED", _("PIN locked")
    PUK_DEAD = "PUK_DEAD", _("Unusable (PUK)")


class Card(models.Model):
    """A SIM card of the provider's stock, lent to whoever registers it with its PASSCODE (33-1, 43-1, 43-2)."""

    iccid = models.CharField("ICCID", max_length=19, unique=True)
    passcode = SealedField()
    imsi = ArrayField(models.CharField(max_length=15), verbose_name="IMSI", default=list, blank=True)
    # What wrong PINs and PUKs did to it, as far as we were told; no fee looks at this (43-3, 43-4, 43-5).
    lock = models.CharField(_("lock"), max_length=10, choices=Lock.choices, default=Lock.NONE)
    imported_at = models.DateTimeField(_("imported"))
    imported_by = models.CharField(_("by"), max_length=64)

    class Meta:
        verbose_name = _("SIM card")
        verbose_name_plural = _("SIM cards")
        constraints = [models.CheckConstraint(condition=Q(iccid__regex=r"^[0-9]{19}$"), name="card_has_19_digits")]
        indexes = [GinIndex(fields=["imsi"], name="card_by_imsi")]

    def __str__(self) -> str:
        return self.iccid


class Miss(models.Model):
    """How often a wrong PASSCODE was tried in an hour, by a project or for an ICCID, in stock or not."""

    pk = models.CompositePrimaryKey("scope", "hour")
    scope = models.CharField(max_length=32)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.scope} × {self.count}"


class SimQuerySet(ResourceQuerySet):
    """Registrations."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("card").defer("card__passcode", "words")

    def registered_at(self, at: datetime) -> Self:
        """Those registered at that instant: of one card there is at most one."""
        return self.filter(Q(deleted_at=None) | Q(deleted_at__gt=at), created_at__lte=at)

    def without_contract(self) -> Self:
        """Those whose contract was ended or refused."""
        return self.alive().filter(contract__state__in=("ENDED", "REFUSED"))


class Sim(Resource):
    """One registration of a SIM card in a project: each is a new SIM resource with a contract of its own (36-3, 52-2).

    `created_at` is when it was registered.
    """

    class State(models.TextChoices):
        INACTIVE = "INACTIVE", _("Inactive")
        ACTIVATING = "ACTIVATING", _("Being activated")
        ACTIVE = "ACTIVE", _("Active")
        DEACTIVATING = "DEACTIVATING", _("Being deactivated")
        DELETED = "DELETED", _("Deleted")

    BUSY = (State.ACTIVATING, State.DEACTIVATING)
    UP = (State.ACTIVATING, State.ACTIVE)
    MOVES = {
        # While a worker is still busy with the opposite, too: it finds the state changed and leaves it.
        "activate": Move(State.INACTIVE, State.DEACTIVATING, to=State.ACTIVATING, level=POWER),
        "activated": Move(State.ACTIVATING, to=State.ACTIVE, level=SYSTEM_ONLY),
        "activation_failed": Move(State.ACTIVATING, to=State.INACTIVE, level=SYSTEM_ONLY),
        "deactivate": Move(State.ACTIVE, State.ACTIVATING, to=State.DEACTIVATING, level=POWER),
        "deactivated": Move(State.DEACTIVATING, to=State.INACTIVE, level=SYSTEM_ONLY),
        "deactivation_failed": Move(State.DEACTIVATING, to=State.ACTIVE, level=SYSTEM_ONLY),
        "delete": Move(State.INACTIVE, State.ACTIVE, *BUSY, to=State.DELETED, level=CREATE),
    }

    card = models.ForeignKey(Card, models.PROTECT, related_name="registrations")
    # Copied from the card, to be found and shown without it.
    iccid = models.CharField("ICCID", max_length=19)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.INACTIVE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    activated_at = models.DateTimeField(_("activated"), null=True)
    deactivated_at = models.DateTimeField(_("deactivated"), null=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)
    last_traffic_at = models.DateTimeField(_("last traffic"), null=True)
    # In the last of 12 silent months: a line maintenance fee is ahead (37-1). Kept by a sweep, and ended by traffic.
    is_silent = models.BooleanField(default=False)
    networks = ArrayField(models.CharField(max_length=16), verbose_name=_("networks"), default=every_network)
    # Sub-options: its fixed address in the private network, and the only device that may use it (31-3).
    address = models.GenericIPAddressField(_("IP address"), protocol="IPv4", null=True)
    imei = models.CharField(_("locked to the device (IMEI)"), max_length=15, blank=True)
    # Whether a device is connected now, since when, and which one it was last.
    connected = models.BooleanField(_("connected"), default=False)
    connected_changed_at = models.DateTimeField(null=True)
    connected_imei = models.CharField(_("connected device (IMEI)"), max_length=15, blank=True)
    # What it is found by: name, ICCID, IMSI, IMEI, address and tags, one a line; the actions keep it.
    words = models.TextField(editable=False)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = SimQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("SIM")
        verbose_name_plural = _("SIMs")
        indexes = [
            *Resource.Meta.indexes,
            models.Index(fields=["project", "name", "id"], name="sim_silent", condition=Q(is_silent=True)),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="sim_words_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["card"], condition=~Q(state="DELETED"), name="sim_registered_once"),
            models.CheckConstraint(condition=Q(state="DELETED") ^ Q(deleted_at=None), name="sim_deleted_at_a_time"),
            models.UniqueConstraint(
                fields=["project", "address"], condition=~Q(state="DELETED"), name="sim_address_once_a_project"
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("sim", self.number)

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def is_up(self) -> bool:
        """Wanted to carry traffic."""
        return self.state in self.UP

    def found_by(self) -> str:
        """What it is found by now; `card` is at hand."""
        numbers = {self.imei, self.connected_imei, self.address or ""} - {""}
        return "\n".join([self.name, self.iccid, *self.card.imsi, *sorted(numbers), *self.tags])


class SimSession(models.Model):
    """A device connected with a registration, or was gone."""

    class Status(models.TextChoices):
        UP = "UP", _("Connected")
        DOWN = "DOWN", _("Disconnected")

    sim = models.ForeignKey(Sim, models.PROTECT, related_name="sessions", db_index=False)
    at = models.DateTimeField(_("time"))
    status = models.CharField(_("state"), max_length=4, choices=Status.choices)
    imei = models.CharField("IMEI", max_length=15, blank=True)
    imsi = models.CharField("IMSI", max_length=15, blank=True)

    class Meta:
        verbose_name = _("session of a SIM")
        verbose_name_plural = _("sessions of SIMs")
        constraints = [models.UniqueConstraint(fields=["sim", "at", "status"], name="sim_session_once")]

    def __str__(self) -> str:
        return f"{self.sim_id} {self.status}"


class SimDay(models.Model):
    """What a registration carried on a JST day, in bytes: up from the device, down to it."""

    pk = models.CompositePrimaryKey("sim", "day")
    sim = models.ForeignKey(Sim, models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    up = models.BigIntegerField(default=0)
    down = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(up__gte=0, down__gte=0), name="sim_day_counts_up")]

    def __str__(self) -> str:
        return f"{self.sim_id} {self.day}"
