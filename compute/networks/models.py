"""Interfaces of servers, and the addresses of the shared segment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import NumberField


class SharedAddress(models.Model):
    """An address of a zone's shared segment; free when no interface has it."""

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(_("IP address"), protocol="IPv4", unique=True)
    is_taken = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["zone"], name="shared_address_free", condition=models.Q(is_taken=False))]

    def __str__(self) -> str:
        return str(self.address)


class Interface(models.Model):
    """A network interface of a server, on the shared segment."""

    number = NumberField()
    server = models.ForeignKey("compute.Server", models.CASCADE, related_name="interfaces")
    position = models.PositiveSmallIntegerField(default=0)
    mac = models.CharField(_("MAC address"), max_length=17, unique=True)
    shared_address = models.OneToOneField(SharedAddress, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["server", "position"], name="interface_once")]

    def __str__(self) -> str:
        return self.mac
