"""Codes that were sent and are to be checked."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import ResourceQuerySet


class VerificationQuerySet(ResourceQuerySet):
    """Verifications."""

    def alive(self) -> Self:
        return self


class Verification(models.Model):
    """One code to one number for one purpose. The code is kept as a keyed hash, bound to tenant, purpose and number."""

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waits for the code")
        VERIFIED = "VERIFIED", _("Verified")
        LOCKED = "LOCKED", _("Locked after too many checks")
        REPLACED = "REPLACED", _("Replaced by a newer code")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="+")
    subscription = models.ForeignKey("sms.Subscription", models.PROTECT, related_name="verifications")
    message = models.OneToOneField("sms.Message", models.PROTECT, related_name="verification")
    destination = models.CharField(_("number"), max_length=15)
    prefix = models.CharField(max_length=7)
    purpose = models.CharField(_("purpose"), max_length=32, blank=True)
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    brand = models.CharField(_("name in the text"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, default="ja")
    code_hash = models.BinaryField(max_length=32)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    checks = models.PositiveSmallIntegerField(_("checks"), default=0)
    sendings = models.PositiveSmallIntegerField(_("sendings"), default=1)
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("valid until"))
    verified_at = models.DateTimeField(_("verified"), null=True)

    objects: ClassVar[models.Manager[Self]] = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "destination", "purpose"], condition=Q(state="PENDING"), name="sms_one_code_pending"
            ),
            models.CheckConstraint(condition=Q(checks__lte=5), name="sms_code_checked_at_most_5_times"),
            models.CheckConstraint(condition=Q(state="VERIFIED") ^ Q(verified_at=None), name="sms_verified_has_a_time"),
        ]
        indexes = [
            models.Index("project", "prefix", F("created_at").desc(), name="sms_code_prefix"),
            models.Index("destination", F("created_at").desc(), name="sms_code_number"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
