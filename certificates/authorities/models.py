"""The certification authorities that can be chosen: the catalogue (78-2)."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.secrets import SealedField, unseal


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Authorities."""

    def offered(self) -> Self:
        """Those that can be ordered from now, trusted ones first."""
        return self.filter(is_open=True).order_by("-is_trusted", "pk")


class Authority(models.Model):
    """An authority: how it is reached, what it can, whose upper terms apply (79-1), and how much it takes."""

    class Driver(models.TextChoices):
        DEVELOPMENT = "development", _("Built-in, for development")
        ACME = "acme", "ACME"

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=64)
    driver = models.CharField(_("driver"), max_length=12, choices=Driver.choices)
    directory = models.URLField(_("ACME directory"), blank=True)
    # The document of accounts.consents that its customers accept at order.
    terms = models.CharField(_("upper terms (document)"), max_length=64)
    terms_url = models.URLField(_("upper terms (original)"), blank=True)
    is_trusted = models.BooleanField(_("trusted by browsers"), default=True)
    is_open = models.BooleanField(_("can be ordered from"), default=False)
    takes_wildcards = models.BooleanField(_("issues wildcards (DNS-01)"), default=True)
    names_limit = models.PositiveSmallIntegerField(_("names in a certificate"), default=20)
    life_days = models.PositiveSmallIntegerField(_("days of validity"), default=90)
    orders_limit = models.PositiveIntegerField(_("orders in 3 hours"), default=300)
    # By which names a CAA record allows it.
    caa = ArrayField(models.CharField(max_length=100), verbose_name=_("names in CAA records"), default=list, blank=True)
    account_url = models.CharField(_("account"), max_length=300, blank=True)
    account_key = SealedField(null=True)
    # External account binding, where the authority wants one.
    eab_id = models.CharField(_("key id (EAB)"), max_length=200, blank=True)
    eab_key = SealedField(null=True)
    # The authority or our use of it ends (85-3).
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("successor")
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification authority")
        verbose_name_plural = _("certification authorities")
        constraints = [
            models.CheckConstraint(condition=~Q(driver="acme") | ~Q(directory=""), name="acme_has_a_directory"),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=models.F("pk")), name="another_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def consents(self) -> tuple[str, ...]:
        """What is accepted at order: our words on certificates, and the authority's own terms (79-1)."""
        return ("certificates", self.terms)

    def bound(self, purpose: str) -> str:
        """What the envelope of a secret of ours there is bound to."""
        return f"authority:{self.code}:{purpose}"

    def secret(self, purpose: str) -> bytes:
        """The account's key ("account-key", PEM) or the key of its binding ("eab-key"). Raises Unreadable."""
        envelope = self.account_key if purpose == "account-key" else self.eab_key
        return unseal(bytes(envelope or b""), self.bound(purpose))
