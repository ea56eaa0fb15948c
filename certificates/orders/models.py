"""Certificates: the contract for names on a load balancer, and each time one was applied for (78-1, 80-1)."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE, CREATE, SYSTEM_ONLY, Resource, ResourceQuerySet
from certificates.reasons import ADVICE, Reason
from certificates.rules import Life
from core.errors import Text
from core.lifecycle import Move, Stateful
from core.secrets import SealedField, unseal
from core.web import address


class CertificateQuerySet(ResourceQuerySet):
    """Certificates."""

    def for_list(self) -> Self:
        """With what a list shows, in one query."""
        return self.alive().select_related("authority", "balancer")

    def looked_after(self) -> Self:
        """Those that are issued and whose contract goes on."""
        return self.filter(state__in=Certificate.LOOKED_AFTER)

    def to_renew(self, at: datetime) -> Self:
        """Those whose moment has come and that nobody renews yet, the most urgent first."""
        due = self.filter(state__in=("ISSUED", "EXPIRED"), renew_at__lte=at)
        under_way = Issuance.objects.filter(certificate=models.OuterRef("pk")).exclude(state__in=("DONE", "DROPPED"))
        agreed = due.filter(contract__state__in=("PROVISIONAL", "ACTIVE"))
        return agreed.exclude(models.Exists(under_way)).order_by("not_after", "pk")

    def over(self) -> Self:
        """Those whose contract has ended but which have not (84-4, 84-2); refused and revoked ones stay readable."""
        gone = self.filter(contract__state__in=("ENDED", "REFUSED"))
        return gone.exclude(state__in=("DELETED", "REVOKED", "REFUSED_BY_US", "REFUSED_BY_CA"))


class Certificate(Resource):
    """A certificate as a customer has it: names, where it is served, and the contract that keeps it renewed."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("Being issued")
        INFO_REQUIRED = "INFO_REQUIRED", _("Needs information")
        ISSUED = "ISSUED", _("In use")
        RENEWING = "RENEWING", _("Being renewed")
        RENEWAL_FAILED = "RENEWAL_FAILED", _("Renewal fails")
        OPTED_OUT = "OPTED_OUT", _("Until it expires")
        EXPIRED = "EXPIRED", _("Expired")
        REVOKED = "REVOKED", _("Revoked")
        REFUSED_BY_US = "REFUSED_BY_US", _("Refused by us")
        REFUSED_BY_CA = "REFUSED_BY_CA", _("Refused by the authority")
        DELETED = "DELETED", _("Ended")

    class Method(models.TextChoices):
        HTTP = "http-01", _("By the load balancer (HTTP-01)")
        DNS = "dns-01", _("By a DNS record (DNS-01)")

    class Key(models.TextChoices):
        ECDSA = "ecdsa", "ECDSA P-256"
        RSA = "rsa", "RSA 2048"

    LOOKED_AFTER = (State.ISSUED, State.RENEWING, State.RENEWAL_FAILED, State.EXPIRED)
    MOVES = {
        "ask": Move(State.REQUESTED, to=State.INFO_REQUIRED, level=SYSTEM_ONLY),
        "inform": Move(State.INFO_REQUIRED, to=State.REQUESTED, level=SYSTEM_ONLY),
        "refuse": Move(State.REQUESTED, State.INFO_REQUIRED, to=State.REFUSED_BY_US, level=SYSTEM_ONLY),
        "refuse_by_ca": Move(State.REQUESTED, to=State.REFUSED_BY_CA, level=SYSTEM_ONLY),
        "issue": Move(State.REQUESTED, *LOOKED_AFTER, State.REVOKED, to=State.ISSUED, level=SYSTEM_ONLY),
        "renew": Move(State.ISSUED, State.EXPIRED, to=State.RENEWING, level=SYSTEM_ONLY),
        "reissue": Move(State.ISSUED, State.REVOKED, to=State.RENEWING, level=ARRANGE),
        "fail": Move(State.RENEWING, State.RENEWAL_FAILED, to=State.RENEWAL_FAILED, level=SYSTEM_ONLY),
        "opt_out": Move(State.ISSUED, State.RENEWING, State.RENEWAL_FAILED, to=State.OPTED_OUT, level=CREATE),
        "opt_in": Move(State.OPTED_OUT, to=State.ISSUED, level=CREATE),
        "expire": Move(State.ISSUED, State.RENEWING, State.RENEWAL_FAILED, to=State.EXPIRED, level=SYSTEM_ONLY),
        "revoke": Move(*LOOKED_AFTER, State.OPTED_OUT, to=State.REVOKED, level=SYSTEM_ONLY),
        "end": Move(
            State.REQUESTED, State.INFO_REQUIRED, *LOOKED_AFTER, State.OPTED_OUT, State.REVOKED,
            State.REFUSED_BY_US, State.REFUSED_BY_CA, to=State.DELETED, level=CREATE,
        ),
    }  # fmt: skip

    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.REQUESTED, editable=False)
    contract = models.OneToOneField("billing.Contract", models.PROTECT, related_name="+")
    balancer = models.ForeignKey("compute.LoadBalancer", models.PROTECT, related_name="+")
    authority = models.ForeignKey("certificates.Authority", models.PROTECT, related_name="certificates")
    # As DNS has them, the main one first.
    names = ArrayField(models.CharField(max_length=253), verbose_name=_("names"))
    method = models.CharField(_("how names are checked"), max_length=7, choices=Method.choices, default=Method.HTTP)
    key_kind = models.CharField(_("key"), max_length=5, choices=Key.choices, default=Key.ECDSA)
    # The customer's explicit yes: a certificate of their own for the same name is taken off.
    replaces_supplied = models.BooleanField(_("replaces the customer's own"), default=False)
    opens_ports = models.BooleanField(_("opens the ports"), default=True)
    current = models.OneToOneField("certificates.Issuance", models.PROTECT, null=True, related_name="+")
    not_after = models.DateTimeField(_("valid until"), null=True)
    renew_at = models.DateTimeField(_("renewed"), null=True)
    # Drawn when it was issued: where in its window it is renewed, so that renewals spread.
    chance = models.FloatField(default=0.5)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    case = models.ForeignKey("accounts.Case", models.PROTECT, null=True, related_name="+")
    is_spared = models.BooleanField(_("not revoked when it ends"), default=False)
    watched_at = models.DateTimeField(_("looked up at the authority"), null=True)
    # What could not be read then, for staff: its renewal window, or the list of revoked certificates.
    watch_trouble = models.CharField(_("can't be looked up"), max_length=300, blank=True)

    objects: ClassVar[models.Manager[Self]] = CertificateQuerySet.as_manager()

    class Meta(Resource.Meta):
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            *Resource.Meta.indexes,
            GinIndex(fields=["tags"], name="certificate_by_tag"),
            GinIndex(fields=["names"], name="certificate_by_host"),
            models.Index(fields=["renew_at"], name="certificate_to_renew", condition=Q(renew_at__isnull=False)),
            models.Index(fields=["balancer"], name="certificate_of_balancer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("REQUESTED", "INFO_REQUIRED", "REFUSED_BY_US", "REFUSED_BY_CA", "DELETED"))
                | Q(current__isnull=False, not_after__isnull=False),
                name="issued_certificate_has_a_life",
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("certificate", self.number)

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.REQUESTED, self.State.RENEWING)

    @property
    def probe(self) -> tuple[str, str]:
        """What its load balancer answers while names are checked: path and body."""
        return f"/.well-known/acme-challenge/engawa-{self.number}", f"engawa-{self.number}"


class Issuance(Stateful):
    """One application at an authority: each step is stored before the next is begun, so any of them can be resumed.

    ordinal 0 is the first, each renewal or reissue the next; at most one of a certificate is under way.
    """

    class Purpose(models.TextChoices):
        ISSUE = "ISSUE", _("First issue")
        RENEWAL = "RENEWAL", _("Renewal")
        REISSUE = "REISSUE", _("Reissue")

    class State(models.TextChoices):
        CHECKING = "CHECKING", _("Looking at the names")
        ORDERING = "ORDERING", _("Ordering at the authority")
        ANSWERING = "ANSWERING", _("Fetching the authority's questions")
        VALIDATING = "VALIDATING", _("The authority checks the names")
        FINALISING = "FINALISING", _("Asking for the certificate")
        FETCHING = "FETCHING", _("Fetching the certificate")
        INSTALLING = "INSTALLING", _("Installing it")
        PROVING = "PROVING", _("Proving that it is served")
        DONE = "DONE", _("Done")
        DROPPED = "DROPPED", _("Given up")

    STEPS = (
        State.CHECKING, State.ORDERING, State.ANSWERING, State.VALIDATING, State.FINALISING, State.FETCHING,
        State.INSTALLING, State.PROVING,
    )  # fmt: skip
    AT_CA = (State.ORDERING, State.ANSWERING, State.VALIDATING, State.FINALISING, State.FETCHING)
    MOVES = {
        "checked": Move(State.CHECKING, to=State.ORDERING, level=SYSTEM_ONLY),
        "ordered": Move(State.ORDERING, to=State.ANSWERING, level=SYSTEM_ONLY),
        "answered": Move(State.ANSWERING, to=State.VALIDATING, level=SYSTEM_ONLY),
        "validated": Move(State.VALIDATING, to=State.FINALISING, level=SYSTEM_ONLY),
        "finalised": Move(State.FINALISING, to=State.FETCHING, level=SYSTEM_ONLY),
        "fetched": Move(State.FETCHING, to=State.INSTALLING, level=SYSTEM_ONLY),
        "installed": Move(State.INSTALLING, to=State.PROVING, level=SYSTEM_ONLY),
        "proven": Move(State.PROVING, to=State.DONE, level=SYSTEM_ONLY),
        "restart": Move(*AT_CA, to=State.CHECKING, level=SYSTEM_ONLY),
        "drop": Move(*STEPS, to=State.DROPPED, level=SYSTEM_ONLY),
    }

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="issuances")
    authority = models.ForeignKey("certificates.Authority", models.PROTECT, related_name="issuances")
    ordinal = models.PositiveIntegerField(_("number"))
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    state = models.CharField(_("step"), max_length=10, choices=State.choices, default=State.CHECKING, editable=False)
    state_changed_at = models.DateTimeField(_("since"))
    created_at = models.DateTimeField(_("begun"))
    done_at = models.DateTimeField(_("done"), null=True)
    private_key = SealedField()
    csr = models.TextField()
    # The order at the authority, and when it was made; what it replaces there.
    order_url = models.CharField(max_length=500, blank=True)
    ordered_at = models.DateTimeField(null=True)
    replaces = models.CharField(max_length=200, blank=True)
    chain = models.TextField(blank=True)
    fingerprint = models.CharField(_("SHA-256"), max_length=64, blank=True)
    serial = models.CharField(_("serial number"), max_length=40, blank=True)
    not_before = models.DateTimeField(_("valid from"), null=True)
    not_after = models.DateTimeField(_("valid until"), null=True)
    # What is in the way, since how many failures, and when it is tried again.
    attempts = models.PositiveIntegerField(_("failures in a row"), default=0)
    tried_at = models.DateTimeField(_("last tried"), null=True)
    next_at = models.DateTimeField(_("tried again"), null=True)
    trouble = models.CharField(_("trouble"), max_length=10, choices=Reason.choices, blank=True)
    error = models.CharField(_("said"), max_length=500, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("application at an authority")
        verbose_name_plural = _("applications at authorities")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "ordinal"], name="issuance_once"),
            models.UniqueConstraint(
                fields=["certificate"], condition=~Q(state__in=("DONE", "DROPPED")), name="one_issuance_under_way"
            ),
            models.UniqueConstraint(
                fields=["authority", "order_url"], condition=~Q(order_url=""), name="issuance_of_an_order"
            ),
            models.CheckConstraint(condition=Q(not_after=None) | Q(not_after__gt=F("not_before")), name="issued_life"),
            models.CheckConstraint(condition=(Q(chain="") ^ Q(not_after__isnull=False)), name="issued_has_a_life"),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="issuance_to_try", condition=Q(next_at__isnull=False)),
            models.Index(fields=["authority", "ordered_at"], name="issuance_budget"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}-{self.ordinal}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.DROPPED)

    @property
    def life(self) -> Life:
        """Of an issued one (84-1)."""
        assert self.not_before is not None
        assert self.not_after is not None
        return Life(self.not_before, self.not_after)

    @property
    def step(self) -> int:
        """How many steps are done, of 8."""
        return len(self.STEPS) if self.state == self.State.DONE else self.STEPS.index(self.State(self.state))

    @property
    def advice(self) -> Text:
        """What to do about the trouble."""
        return ADVICE.get(self.trouble, "")

    def key(self, project_pk: int) -> str:
        """The private key, PEM; secret. Raises Unreadable."""
        return unseal(bytes(self.private_key), bound(project_pk, self.certificate_id, self.ordinal)).decode()


class Challenge(models.Model):
    """What an authority asks for one name of an order, and what is answered."""

    issuance = models.ForeignKey(Issuance, models.PROTECT, related_name="challenges")
    name = models.CharField(max_length=253)
    token = models.CharField(max_length=200)
    answer = models.CharField(max_length=300)
    # The value of the TXT record, with DNS-01.
    record = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuance", "name", "token"], name="challenge_once")]
        indexes = [models.Index(fields=["token"], name="challenge_by_token")]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where the TXT record stands."""
        return f"_acme-challenge.{self.name.removeprefix('*.')}"

    @property
    def path(self) -> str:
        return f"/.well-known/acme-challenge/{self.token}"


def bound(project_pk: int, certificate_pk: int, ordinal: int) -> str:
    """What the envelope of a private key is bound to."""
    return f"{project_pk}:certificate-{certificate_pk}-{ordinal}:private-key"
