"""Addresses: those of the shared segment and of routers, and the pools that routers' blocks are cut from."""

from ipaddress import IPv4Network, IPv6Network
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netfields import CidrAddressField

from accounts.access import Actor


class Pool(models.Model):
    """A network of a zone from which blocks for routers are cut; staff add one when the others are full."""

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    network: Any = CidrAddressField(_("network"), unique=True)
    is_open = models.BooleanField(_("gives out addresses"), default=True)

    class Meta:
        verbose_name = _("address pool")
        verbose_name_plural = _("address pools")

    def __str__(self) -> str:
        return str(self.network)


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses somebody has."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of routers and servers in the actor's projects."""
        if actor.sees_all:
            return self
        projects = actor.visible_projects()
        return self.filter(Q(block__router__project__in=projects) | Q(interface__server__project__in=projects))

    def alive(self) -> Self:
        """Those in use."""
        return self.filter(is_taken=True)


class Address(models.Model):
    """An address of a zone's shared segment (no block), or one of a router's block; `host_name` is its reverse DNS.

    Of the shared segment's addresses, one is free when no interface has it. IPv6 ones are kept only with a name.
    """

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    block = models.ForeignKey("compute.Block", models.PROTECT, null=True, related_name="addresses")
    address = models.GenericIPAddressField(_("IP address"), unique=True)
    is_taken = models.BooleanField(default=True)
    host_name = models.CharField(_("host name"), max_length=253, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [models.Index(fields=["zone"], name="shared_address_free", condition=Q(is_taken=False))]
        constraints = [
            models.CheckConstraint(name="address_of_block_is_taken", condition=Q(block=None) | Q(is_taken=True)),
            models.CheckConstraint(name="address_free_has_no_name", condition=Q(is_taken=True) | Q(host_name="")),
        ]

    def __str__(self) -> str:
        return str(self.address)

    @property
    def project_id(self) -> int | None:
        """The project it is used in; reads the block's router or the interface's server, so select them with it."""
        if self.block is not None:
            return self.block.router.project_id
        interface = getattr(self, "interface", None)
        return interface.server.project_id if interface else None


Network = IPv4Network | IPv6Network
