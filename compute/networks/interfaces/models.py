"""Interfaces of servers: on the shared segment, on a switch, or on nothing."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from core.ids import NumberField


class InterfaceQuerySet(models.QuerySet["Interface"]):
    """Interfaces."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of servers in the actor's projects."""
        return self if actor.sees_all else self.filter(server__project__in=actor.visible_projects())

    def alive(self) -> Self:
        """Those of servers that exist."""
        return self.exclude(server__state="DELETED")

    def for_page(self) -> Self:
        """With what pages show and verbs need, in the order of the server."""
        related = ("server__project__organisation", "server__contract", "server__zone", "packet_filter")
        return self.select_related(*related, "switch__contract", "switch__router", "shared_address").order_by(
            "server", "position"
        )


class Interface(models.Model):
    """A network interface of a server. Its MAC address follows from the server and the position."""

    number = NumberField()
    server = models.ForeignKey("compute.Server", models.CASCADE, related_name="interfaces")
    position = models.PositiveSmallIntegerField(default=0)
    mac = models.CharField(_("MAC address"), max_length=17, unique=True)
    shared_address = models.OneToOneField(
        "compute.Address", models.PROTECT, null=True, blank=True, related_name="interface"
    )
    switch = models.ForeignKey("compute.Switch", models.PROTECT, null=True, blank=True, related_name="interfaces")
    packet_filter = models.ForeignKey(
        "compute.PacketFilter", models.PROTECT, null=True, blank=True, related_name="interfaces"
    )
    # What the customer says the machine uses on its switch; shown, never enforced.
    user_address = models.GenericIPAddressField(_("IP address"), protocol="IPv4", null=True, blank=True)

    objects = InterfaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("interface")
        verbose_name_plural = _("interfaces")
        constraints = [
            models.UniqueConstraint(fields=["server", "position"], name="interface_once"),
            models.UniqueConstraint(
                fields=["switch", "user_address"], name="interface_address_once", condition=Q(switch__isnull=False)
            ),
            models.CheckConstraint(
                name="interface_on_one_network", condition=Q(shared_address=None) | Q(switch=None)
            ),
            models.CheckConstraint(
                name="interface_shared_has_one_address", condition=Q(shared_address=None) | Q(user_address=None)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"eth{self.position}"

    @property
    def project_id(self) -> int:
        """The server's project; select the server with it."""
        return self.server.project_id

    def get_absolute_url(self) -> str:
        """The networks of its server."""
        return f"{self.server.get_absolute_url()}network"
