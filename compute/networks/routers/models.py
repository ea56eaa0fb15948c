"""Routers with their switch, and the blocks of addresses routed to them."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netfields import CidrAddressField

from accounts.access import CREATE, Actor, Resource, ResourceQuerySet
from compute.networks.addressing import plan
from core.ids import NumberField
from core.lifecycle import Move
from core.web import address


class RouterPlan(models.Model):
    """A bandwidth sold; `code` is the plan of its price."""

    number = models.BigIntegerField(primary_key=True)
    code = models.CharField(_("code"), max_length=16, unique=True)
    bandwidth_mbps = models.PositiveIntegerField(_("bandwidth (Mbps)"), unique=True)
    is_open = models.BooleanField(_("open for orders"), default=True)

    class Meta:
        verbose_name = _("router plan")
        verbose_name_plural = _("router plans")

    def __str__(self) -> str:
        return f"{self.bandwidth_mbps:,} Mbps"


class RouterQuerySet(ResourceQuerySet):
    """Routers."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("zone", "plan", "switch")


class Router(Resource):
    """A router with a switch behind it and a block of global addresses, on a plan of bandwidth."""

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {
        "change_bandwidth": Move(State.AVAILABLE, to=State.AVAILABLE, level=CREATE),
        "delete": Move(State.AVAILABLE, to=State.DELETED, level=CREATE),
    }

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    plan = models.ForeignKey(RouterPlan, models.PROTECT, related_name="+")
    switch = models.OneToOneField("compute.Switch", models.PROTECT, related_name="router")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = RouterQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("router+switch")
        verbose_name_plural = _("router+switches")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="router_by_tag")]

    def get_absolute_url(self) -> str:
        return address("router", self.number)


class BlockQuerySet(models.QuerySet["Block"]):
    """Blocks of addresses."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of routers in the actor's projects."""
        return self if actor.sees_all else self.filter(router__project__in=actor.visible_projects())

    def alive(self) -> Self:
        """Those not given back."""
        return self.filter(released_at=None)

    def ipv4(self) -> Self:
        """The subnets: the router's own and the additional ones."""
        return self.exclude(kind=Block.Kind.IPV6)

    def in_order(self) -> Self:
        """Its own first, then by age."""
        return self.order_by("pk")


class Block(models.Model):
    """Addresses routed to a router: its own network, additional ones (a contract each, 11-1), an IPv6 prefix.

    No two blocks in use overlap; the database sees to it.
    """

    class Kind(models.TextChoices):
        OWN = "OWN", _("Included")
        ADDITIONAL = "ADDITIONAL", _("Additional")
        IPV6 = "IPV6", "IPv6"

    number = NumberField()
    router = models.ForeignKey(Router, models.PROTECT, related_name="blocks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    network: Any = CidrAddressField(_("network"))
    # The address of the customer's machine that additional addresses are routed to.
    next_hop = models.GenericIPAddressField(_("next hop"), protocol="IPv4", null=True, blank=True)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created"))
    released_at = models.DateTimeField(_("given back"), null=True, blank=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block of addresses")
        verbose_name_plural = _("blocks of addresses")
        constraints = [
            ExclusionConstraint(
                name="block_no_overlap",
                expressions=[(OpClass("network", name="inet_ops"), "&&")],
                condition=Q(released_at=None),
            ),
            models.UniqueConstraint(
                fields=["router", "kind"], name="block_once", condition=~Q(kind="ADDITIONAL") & Q(released_at=None)
            ),
            models.CheckConstraint(
                name="block_additional_has_contract",
                condition=Q(kind="ADDITIONAL", contract__isnull=False, next_hop__isnull=False)
                | (~Q(kind="ADDITIONAL") & Q(contract=None, next_hop=None)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.network)

    @property
    def project_id(self) -> int:
        """The router's project; select the router with it."""
        return self.router.project_id

    @property
    def usable(self) -> int:
        """How many of its addresses machines can have; 0 for IPv6, where nobody counts."""
        return 0 if self.kind == self.Kind.IPV6 else plan.usable(self.network)

    def get_absolute_url(self) -> str:
        return address("block", self.number)
