"""Local routers, which join private networks, and the peer connections between them (18-1, 19-1)."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from netfields import CidrAddressField

from accounts.access import CREATE, Actor, Resource, ResourceQuerySet
from compute.networks.local_routers.wires import Route, Wire
from core.ids import NumberField
from core.lifecycle import Move
from core.secrets import SealedField
from core.web import address


class LocalRouterQuerySet(ResourceQuerySet):
    """Local routers."""

    def for_list(self) -> Self:
        """With what a list shows, in one query: how many peers it names, and with how many it is connected."""
        up = Peer.objects.up().filter(router=OuterRef("pk")).order_by().values("router")
        return (
            self.alive()
            .select_related("switch__zone", "contract")
            .annotate(named=Count("peers"), joined=Coalesce(Subquery(up.annotate(n=Count("pk")).values("n")), 0))
        )


class LocalRouter(Resource):
    """Charged from the order to its deletion, connected to a switch or not, with peers that answer or not (19-1).

    It stands in the network of a switch with two addresses and a virtual one (VRRP), and is in no zone itself.
    routes: static ones, [[prefix, next hop], ...]; its peers learn them. sealed_key: what others must know to peer.
    """

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    MOVES = {"delete": Move(State.AVAILABLE, to=State.DELETED, level=CREATE)}

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    switch = models.ForeignKey("compute.Switch", models.PROTECT, null=True, related_name="local_routers")
    network: Any = CidrAddressField(_("network"), null=True)
    virtual_address = models.GenericIPAddressField(_("virtual address"), protocol="IPv4", null=True)
    first_address = models.GenericIPAddressField(_("first address"), protocol="IPv4", null=True)
    second_address = models.GenericIPAddressField(_("second address"), protocol="IPv4", null=True)
    vrid = models.PositiveSmallIntegerField(_("VRID"), null=True)
    routes: Any = models.JSONField(_("static routes"), default=list, blank=True)
    sealed_key = SealedField()
    keyed_at = models.DateTimeField(_("key since"))

    objects: ClassVar[models.Manager[Self]] = LocalRouterQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("local router")
        verbose_name_plural = _("local routers")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="localrouter_by_tag")]
        constraints = [
            models.UniqueConstraint(fields=["switch", "vrid"], name="local_router_vrid_once_on_a_switch"),
            models.CheckConstraint(
                name="local_router_stands_somewhere_or_not",
                condition=Q(
                    switch=None, network=None, virtual_address=None, first_address=None, second_address=None, vrid=None
                )
                | Q(
                    switch__isnull=False, network__isnull=False, virtual_address__isnull=False,
                    first_address__isnull=False, second_address__isnull=False, vrid__gte=1, vrid__lte=255,
                ),
            ),
            models.CheckConstraint(
                name="local_router_deleted_has_no_switch", condition=~Q(state="DELETED") | Q(switch=None)
            ),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return address("local_router", self.number)

    @property
    def wire(self) -> Wire | None:
        """How it stands in the network of its switch; None when it is on none."""
        if self.network is None or self.vrid is None:
            return None
        addresses = (str(self.virtual_address), str(self.first_address), str(self.second_address))
        return Wire(*addresses, length=self.network.prefixlen, vrid=self.vrid)

    @property
    def static_routes(self) -> tuple[Route, ...]:
        return tuple(Route(*pair) for pair in self.routes)

    @property
    def reaches(self) -> list[str]:
        """What its peers can reach through it: its network, then its static routes."""
        own = [str(self.network)] if self.network else []
        return own + [route.prefix for route in self.static_routes]


class PeerQuerySet(models.QuerySet["Peer"]):
    """Peer connections, each as one side has set it up."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of local routers in the actor's projects."""
        return self if actor.sees_all else self.filter(router__project__in=actor.visible_projects())

    def alive(self) -> Self:
        """Those of local routers that exist."""
        return self.exclude(router__state="DELETED")

    def looked_at(self) -> Self:
        """With the other side, and whether that one names us: `answers` is None, True, or False when switched off."""
        back = Peer.objects.filter(router=OuterRef("other"), other=OuterRef("router")).values("enabled")[:1]
        return self.select_related("other").annotate(answers=Subquery(back))

    def up(self) -> Self:
        """Those that both sides name and neither has switched off."""
        back = Peer.objects.filter(router=OuterRef("other"), other=OuterRef("router"), enabled=True)
        rows = self.filter(Exists(back), enabled=True, router__state="AVAILABLE", other__state="AVAILABLE")
        return rows.order_by("pk")

    def one_sided(self) -> Self:
        """Those that we keep up and the other side doesn't, or not any more (19-1: the fee goes on)."""
        back = Peer.objects.filter(router=OuterRef("other"), other=OuterRef("router"), enabled=True)
        rows = self.filter(enabled=True, router__state="AVAILABLE")
        return rows.filter(~Exists(back) | Q(other__state="DELETED")).order_by("pk")


class Peer(models.Model):
    """The other end of a peer connection, as one side names it; traffic flows once both sides name each other.

    sealed_key: the other side's secret key as it was entered, for tools that compare it.
    """

    class State(models.TextChoices):
        UP = "UP", _("Connected")
        WAITING = "WAITING", _("The peer doesn't answer yet")
        OFF = "OFF", _("Switched off")
        OFF_THERE = "OFF_THERE", _("Switched off by the peer")
        BROKEN = "BROKEN", _("The peer has ended")

    TONES = {State.UP: "ok", State.WAITING: "warn", State.OFF: "idle", State.OFF_THERE: "warn", State.BROKEN: "bad"}

    number = NumberField()
    router = models.ForeignKey(LocalRouter, models.PROTECT, related_name="peers")
    other = models.ForeignKey(LocalRouter, models.PROTECT, related_name="named_by")
    enabled = models.BooleanField(_("switched on"), default=True)
    description = models.CharField(_("description"), max_length=512, blank=True)
    sealed_key = SealedField()
    created_at = models.DateTimeField(_("created"))

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer connection")
        verbose_name_plural = _("peer connections")
        constraints = [
            models.UniqueConstraint(fields=["router", "other"], name="peer_named_once"),
            models.CheckConstraint(name="peer_is_another", condition=~Q(router=F("other"))),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def project_id(self) -> int:
        """The project of our side; select the router with it."""
        return self.router.project_id

    @property
    def state(self) -> "Peer.State":
        """How it stands. Needs `looked_at()`."""
        if self.other.state == LocalRouter.State.DELETED:
            return self.State.BROKEN
        if not self.enabled:
            return self.State.OFF
        answers = self.answers  # type: ignore[attr-defined]
        return {None: self.State.WAITING, False: self.State.OFF_THERE, True: self.State.UP}[answers]

    def get_absolute_url(self) -> str:
        return address("local_router", self.router.number)
