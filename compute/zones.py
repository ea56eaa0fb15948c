"""Where machines stand: regions, zones and the plans sold in them. Fixed rows; their numbers are public."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class Region(models.Model):
    """A place with zones of its own power and network."""

    number = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=32)
    name_en = models.CharField(max_length=32)
    name_servers = ArrayField(models.GenericIPAddressField(), size=2)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name


class ZoneQuerySet(models.QuerySet["Zone"]):
    """Zones."""

    def sold(self) -> Self:
        """Those open for orders, real ones first."""
        return self.filter(is_open=True).order_by("is_sandbox", "number")


class Zone(models.Model):
    """A zone. A sandbox zone behaves like the others and is never billed."""

    number = models.BigIntegerField(primary_key=True)
    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=32)
    name_en = models.CharField(_("English name"), max_length=32)
    region = models.ForeignKey(Region, models.PROTECT)
    is_sandbox = models.BooleanField(_("sandbox"), default=False)
    is_open = models.BooleanField(_("open for orders"), default=True)
    # The shared segment: addresses are handed out upwards and reused once given back.
    network = models.CharField(_("shared network"), max_length=18)
    next_host = models.PositiveIntegerField(default=4)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")

    def __str__(self) -> str:
        return self.name if get_language() == "ja" else self.name_en

    def check_open(self) -> None:
        """Raise Refused when nothing can be ordered in the zone now."""
        if not self.is_open:
            text = _("%(zone)s takes no orders now. Please choose another zone.")
            raise Refused(text % {"zone": self}, code="zone_closed", field="zone")


class ServerPlanQuerySet(models.QuerySet["ServerPlan"]):
    """Plans of servers."""

    def sold_in(self, zone: Zone) -> Self:
        """Those a customer can order in the zone now, smallest first."""
        return self.filter(is_open=True, zones__contains=[zone.code]).order_by("cores", "memory_mb")


class ServerPlan(models.Model):
    """Cores and memory of a server; `code` is the plan of its price."""

    number = models.BigIntegerField(primary_key=True)
    code = models.CharField(_("code"), max_length=32, unique=True)
    cores = models.PositiveSmallIntegerField(_("cores"))
    memory_mb = models.PositiveIntegerField(_("memory (MB)"))
    generation = models.PositiveSmallIntegerField(_("generation"), default=100)
    commitment = models.CharField(max_length=16, default="standard")
    zones = ArrayField(models.CharField(max_length=8), verbose_name=_("zones"))
    is_open = models.BooleanField(_("open for orders"), default=True)

    objects = ServerPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("server plan")
        verbose_name_plural = _("server plans")
        constraints = [models.UniqueConstraint(fields=["cores", "memory_mb", "generation"], name="server_plan_once")]

    def __str__(self) -> str:
        return str(_("%(cores)s core / %(memory)s GB") % {"cores": self.cores, "memory": self.memory_gb})

    @property
    def memory_gb(self) -> int:
        return self.memory_mb // 1024


class DiskPlan(models.Model):
    """A kind of disk and the sizes sold."""

    SSD, HDD = 4, 2

    number = models.BigIntegerField(primary_key=True)
    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=32)
    sizes_gb = ArrayField(models.PositiveIntegerField(), verbose_name=_("sizes (GB)"))

    class Meta:
        verbose_name = _("disk plan")
        verbose_name_plural = _("disk plans")

    def __str__(self) -> str:
        return self.name
