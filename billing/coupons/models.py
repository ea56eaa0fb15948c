"""Coupons: 16 digits that pay invoices; we keep what recognises them, never the digits."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import NumberField


class CouponBatch(models.Model):
    """Coupons made at once by staff: so many of so much, usable until the end of a JST day."""

    title = models.CharField(_("title"), max_length=64)
    count = models.PositiveIntegerField(_("number of coupons"))
    amount = models.BigIntegerField(_("amount"))
    expires_on = models.DateField(_("usable until"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("by"), max_length=64)

    class Meta:
        verbose_name = _("batch of coupons")
        verbose_name_plural = _("batches of coupons")
        constraints = [models.CheckConstraint(name="coupon_batch_sane", condition=Q(count__gt=0, amount__gt=0))]

    def __str__(self) -> str:
        return self.title


class CouponQuerySet(models.QuerySet["Coupon"]):
    """Which coupons."""

    def usable(self, day: object) -> Self:
        """Redeemed ones with something left on a JST day, those that end first coming first."""
        left = self.filter(left__gt=0, redeemed_at__isnull=False, expires_on__gte=day)
        return left.order_by("expires_on", "pk")


class Coupon(models.Model):
    """One coupon. left: yen, tax included, that paid nothing yet. code_hash: keyed, so that a copy tells nothing."""

    number = NumberField()
    batch = models.ForeignKey(CouponBatch, models.PROTECT, related_name="coupons")
    code_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    last4 = models.CharField(_("last 4 digits"), max_length=4)
    amount = models.BigIntegerField(_("amount"))
    left = models.BigIntegerField(_("left"))
    expires_on = models.DateField(_("usable until"))
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="coupons")
    redeemed_at = models.DateTimeField(_("redeemed"), null=True)

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.CheckConstraint(name="coupon_left", condition=Q(left__gte=0, left__lte=F("amount"), amount__gt=0)),
            models.CheckConstraint(
                name="coupon_redeemed_by_somebody",
                condition=Q(organisation=None, redeemed_at=None, left=F("amount"))
                | Q(organisation__isnull=False, redeemed_at__isnull=False),
            ),
        ]
        indexes = [models.Index("expires_on", name="coupon_usable", condition=Q(left__gt=0, redeemed_at__isnull=False))]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.UpdateOf("code_hash", "amount", "batch_id"),  # type: ignore[no-untyped-call]
            ),
            pgtrigger.Protect(
                name="redeemed_once",
                operation=pgtrigger.UpdateOf("organisation_id", "redeemed_at"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__redeemed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"•••• {self.last4}"


class CouponUse(models.Model):
    """Yen of a coupon that paid an invoice: the event that the books know as COUPON."""

    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="uses")
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("use of a coupon")
        verbose_name_plural = _("uses of coupons")
        constraints = [models.CheckConstraint(name="coupon_use_pays", condition=Q(amount__gt=0))]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.coupon_id} {self.amount}"


class CouponTries(models.Model):
    """How often an organisation typed a code within an hour; nobody guesses."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", "hour", name="coupon_tries_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.tries}"
