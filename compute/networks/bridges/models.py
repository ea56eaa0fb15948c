"""Bridges: they join one switch of each zone into one network (17-1)."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class BridgeQuerySet(ResourceQuerySet):
    """Bridges."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().annotate(joined=Count("switches"))


class Bridge(Resource):
    """Free; it stands in no zone and takes at most one switch of each (17-1)."""

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.AVAILABLE, to=State.DELETED, level=CREATE)}

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = BridgeQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("bridge")
        verbose_name_plural = _("bridges")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="bridge_by_tag")]

    def get_absolute_url(self) -> str:
        return address("bridge", self.number)
