"""Hybrid connections: they tie a switch to what the customer uses with us outside this cloud (12-1)."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class HybridQuerySet(ResourceQuerySet):
    """Hybrid connections."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("switch__zone", "other_service", "contract")


class HybridConnection(Resource):
    """Charged by whole months from the order to the end of its contract, connected to a switch or not (13-1).

    other_service: what its other end leads to, one that staff have confirmed; None: another network in this cloud.
    line: the port or line of that end, in the customer's words.
    """

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.AVAILABLE, to=State.DELETED, level=CREATE)}

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    switch = models.OneToOneField("compute.Switch", models.PROTECT, null=True, related_name="hybrid")
    other_service = models.ForeignKey("billing.OtherService", models.PROTECT, null=True, related_name="+")
    line = models.CharField(_("port or line"), max_length=100, blank=True)

    objects: ClassVar[models.Manager[Self]] = HybridQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("hybrid connection")
        verbose_name_plural = _("hybrid connections")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="hybridconnection_by_tag")]
        constraints = [
            models.CheckConstraint(name="hybrid_deleted_has_no_switch", condition=~Q(state="DELETED") | Q(switch=None))
        ]

    def get_absolute_url(self) -> str:
        return address("hybrid", self.number)
