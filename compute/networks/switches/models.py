"""Switches: private networks of a customer in one zone."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class SwitchQuerySet(ResourceQuerySet):
    """Switches."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        rows = self.alive().select_related("zone", "bridge", "router", "contract")
        return rows.annotate(wired=Count("interfaces"))


class Switch(Resource):
    """A private network. One of its own is charged from creation to deletion; that of a router shares its contract."""

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.AVAILABLE, to=State.DELETED, level=CREATE)}

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    bridge = models.ForeignKey("compute.Bridge", models.PROTECT, null=True, blank=True, related_name="switches")
    # What the customer notes about the network; shown, never enforced.
    default_route = models.GenericIPAddressField(_("default route"), protocol="IPv4", null=True, blank=True)
    mask_length = models.PositiveSmallIntegerField(_("prefix length"), null=True, blank=True)

    objects: ClassVar[models.Manager[Self]] = SwitchQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("switch")
        verbose_name_plural = _("switches")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="switch_by_tag")]
        constraints = [
            models.UniqueConstraint(
                fields=["bridge", "zone"], name="bridge_has_one_switch_in_a_zone", condition=Q(bridge__isnull=False)
            ),
            models.CheckConstraint(
                name="switch_mask_length", condition=Q(mask_length=None) | Q(mask_length__gte=8, mask_length__lte=29)
            ),
            models.CheckConstraint(name="switch_deleted_has_no_bridge", condition=~Q(state="DELETED") | Q(bridge=None)),
        ]

    def get_absolute_url(self) -> str:
        return address("switch", self.number)

    @property
    def is_routed(self) -> bool:
        """Whether it belongs to a router; select "router" with it."""
        return hasattr(self, "router")
