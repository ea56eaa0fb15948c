"""Packet filters: rules that decide what reaches an interface from outside."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.web import address


class FilterQuerySet(ResourceQuerySet):
    """Packet filters."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone").annotate(used=Count("interfaces"))


class PacketFilter(Resource):
    """A list of rules, the first that matches decides; free. `expression_hash` is of the rules, for safe edits."""

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.AVAILABLE, to=State.DELETED, level=ARRANGE)}

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    rules = models.JSONField(_("rules"), default=list)
    expression_hash = models.CharField(max_length=32)

    objects: ClassVar[models.Manager[Self]] = FilterQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("packet filter")
        verbose_name_plural = _("packet filters")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="packetfilter_by_tag")]

    def get_absolute_url(self) -> str:
        return address("filter", self.number)
