"""Load balancers: a virtual address with ports, the servers behind it, certificates for HTTPS."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from core.lifecycle import Move
from core.secrets import SealedField, unseal
from core.web import address


class LoadBalancerQuerySet(ResourceQuerySet):
    """Load balancers."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        counted = {
            "ports": models.Count("listeners", distinct=True),
            "servers": models.Count("targets", filter=Q(targets__enabled=True), distinct=True),
        }
        return self.alive().select_related("zone").annotate(**counted)


class LoadBalancer(Resource):
    """A load balancer in a zone, with a virtual address on its shared segment; charged until it is deleted (2-1)."""

    class State(models.TextChoices):
        PROVISIONING = "PROVISIONING", _("Being prepared")
        RUNNING = "RUNNING", _("Running")
        FAILED = "FAILED", _("Failed")
        DELETED = "DELETED", _("Deleted")

    MOVES = {
        "provisioned": Move(State.PROVISIONING, to=State.RUNNING, level=SYSTEM_ONLY),
        "provisioning_failed": Move(State.PROVISIONING, to=State.FAILED, level=SYSTEM_ONLY),
        "delete": Move(State.RUNNING, State.FAILED, to=State.DELETED, level=CREATE),
    }

    zone = models.ForeignKey("compute.Zone", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PROVISIONING)
    # The virtual address; given back when it is deleted.
    shared_address = models.OneToOneField("compute.Address", models.PROTECT, null=True, related_name="+")
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    # How targets are looked at: by GET of a path, by connecting when it is "".
    check_path = models.CharField(_("path"), max_length=200, blank=True, default="/")
    check_host = models.CharField(_("host header"), max_length=253, blank=True)
    check_seconds = models.PositiveSmallIntegerField(_("every (seconds)"), default=10)
    is_sticky = models.BooleanField(_("browsers stay with a server"), default=False)
    configured_at = models.DateTimeField(_("configured"), null=True)
    error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Self]] = LoadBalancerQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("load balancer")
        verbose_name_plural = _("load balancers")
        indexes = [*Resource.Meta.indexes, GinIndex(fields=["tags"], name="balancer_by_tag")]
        constraints = [
            models.CheckConstraint(
                condition=Q(shared_address=None, state="DELETED")
                | (Q(shared_address__isnull=False) & ~Q(state="DELETED")),
                name="balancer_has_an_address",
            ),
            models.CheckConstraint(
                condition=Q(check_seconds__gte=5, check_seconds__lte=300), name="balancer_looks_every_5_to_300_s"
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("balancer", self.number)

    @property
    def ref(self) -> str:
        """What the driver knows it by; it never changes."""
        return f"balancer-{self.pk}"

    @property
    def address(self) -> str:
        """The virtual address; "" once it is deleted."""
        return str(self.shared_address or "")

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return {"RUNNING": "ok", "FAILED": "bad", "DELETED": "idle"}.get(self.state, "busy")

    @property
    def is_busy(self) -> bool:
        return self.state == self.State.PROVISIONING


class Listener(models.Model):
    """A port of a load balancer."""

    class Mode(models.TextChoices):
        HTTP = "http", "HTTP"
        HTTPS = "https", "HTTPS"
        TCP = "tcp", "TCP"

    load_balancer = models.ForeignKey(LoadBalancer, models.PROTECT, related_name="listeners")
    port = models.PositiveIntegerField(_("port"))
    mode = models.CharField(_("protocol"), max_length=5, choices=Mode.choices)
    # HTTP that only sends browsers on to HTTPS.
    redirects = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["load_balancer", "port"], name="balancer_port_once"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="balancer_port_exists"),
            models.CheckConstraint(condition=Q(redirects=False) | Q(mode="http"), name="only_http_redirects"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.port}"


class Target(models.Model):
    """A server that a load balancer hands requests to; one that isn't enabled gets nothing."""

    load_balancer = models.ForeignKey(LoadBalancer, models.PROTECT, related_name="targets")
    address = models.GenericIPAddressField(_("IP address"), protocol="IPv4")
    port = models.PositiveIntegerField(_("port"))
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["load_balancer", "address", "port"], name="balancer_target_once"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="target_port_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"

    @property
    def ref(self) -> str:
        """What the driver knows it by."""
        return f"target-{self.pk}"


class BalancerCertificate(models.Model):
    """A certificate on a load balancer: its chain, and the private key in an envelope.

    is_supplied: by the customer; such a one is never replaced without an explicit yes.
    """

    load_balancer = models.ForeignKey(LoadBalancer, models.PROTECT, related_name="certificates")
    names = ArrayField(models.CharField(max_length=253))
    chain = models.TextField()
    private_key = SealedField()
    fingerprint = models.CharField(max_length=64)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    is_supplied = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("installed"))

    class Meta:
        verbose_name = _("certificate of a load balancer")
        verbose_name_plural = _("certificates of load balancers")
        constraints = [
            models.UniqueConstraint(fields=["load_balancer", "fingerprint"], name="balancer_certificate_once"),
            models.CheckConstraint(condition=Q(not_after__gt=models.F("not_before")), name="certificate_has_a_life"),
        ]

    def __str__(self) -> str:
        return self.names[0]

    def pem(self) -> str:
        """Chain and key, as a driver installs them; secret. Raises Unreadable."""
        key = unseal(bytes(self.private_key), bound(self.load_balancer_id, self.fingerprint)).decode()
        return f"{self.chain.strip()}\n{key.strip()}\n"


class BalancerAnswer(models.Model):
    """What a load balancer answers by itself to GET of a path over HTTP: that a name leads to it (HTTP-01)."""

    load_balancer = models.ForeignKey(LoadBalancer, models.PROTECT, related_name="answers")
    path = models.CharField(max_length=300)
    body = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load_balancer", "path"], name="balancer_answers_once")]

    def __str__(self) -> str:
        return self.path


def bound(load_balancer_pk: int, fingerprint: str) -> str:
    """What the envelope of a private key is bound to."""
    return f"balancer-{load_balancer_pk}:{fingerprint}:private-key"
