"""Discount passports: paid when bought, never refunded, never extended (10-1, 10-2)."""

from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


class PassportOffer(models.Model):
    """A passport that is sold: so many months for `factor` monthly fees, and what it takes off. Staff add new rows."""

    months = models.PositiveSmallIntegerField(_("months"))
    rate = models.DecimalField(_("discount"), max_digits=5, decimal_places=4)
    # Price = monthly fee x factor, rounded down.
    factor = models.DecimalField(_("monthly fees to pay"), max_digits=6, decimal_places=3)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("passport on offer")
        verbose_name_plural = _("passports on offer")
        constraints = [
            ExclusionConstraint(
                name="passport_offer_no_overlap",
                expressions=[("months", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="passport_offer_sane", condition=Q(rate__gt=0, rate__lte=1, factor__gt=0)),
            models.CheckConstraint(name="passport_offer_has_months", condition=Q(months__gt=0)),
            models.CheckConstraint(
                name="passport_offer_begins", condition=Q(valid__isempty=True) | Q(valid__lower_inf=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.UpdateOf("months", "rate", "factor"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(months)s months, %(percent)s off") % {"months": self.months, "percent": f"{self.rate:.0%}"}


class PassportQuerySet(models.QuerySet["Passport"]):
    """Which passports."""

    def listed(self) -> Self:
        """Those there are, or that wait for their payment; a declined one never was."""
        return self.exclude(state=Passport.State.DECLINED)


class Passport(Stateful):
    """A discount on the server fee of one plan for some months, bought by an organisation for business use.

    It is bound to no server: each month the n passports in force discount the n highest-billed servers of the plan. It
    becomes active when its payment succeeds; without that there is no passport. There is no way back to money.
    """

    class State(models.TextChoices):
        PURCHASED = "PURCHASED", _("Waiting for the payment")
        ACTIVE = "ACTIVE", _("Active")
        EXPIRED = "EXPIRED", _("Expired")
        DECLINED = "DECLINED", _("Not paid")

    VALID = (State.ACTIVE, State.EXPIRED)  # those that discount the months they are valid for
    MOVES = {
        "activate": Move(State.PURCHASED, to=State.ACTIVE, level=SYSTEM_ONLY),
        "decline": Move(State.PURCHASED, to=State.DECLINED, level=SYSTEM_ONLY),
        "expire": Move(State.ACTIVE, to=State.EXPIRED, level=SYSTEM_ONLY),
    }

    number = NumberField()
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="passports")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PURCHASED, editable=False)
    state_changed_at = models.DateTimeField(_("state changed"))
    purchased_at = models.DateTimeField(_("purchased"))
    # The plan of the item "server" whose fee it discounts.
    plan = models.CharField(_("plan"), max_length=32)
    months = models.PositiveSmallIntegerField(_("months"))
    # 0.20: 20 % off.
    rate = models.DecimalField(_("discount"), max_digits=5, decimal_places=4)
    # Whole months, from the month of purchase.
    valid = DateRangeField(_("valid"))
    price = models.BigIntegerField(_("price, without tax"))
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    tax = models.BigIntegerField(_("tax"))
    # The declaration of business use without which none is sold, individuals included (10-2).
    business_use = models.BooleanField(_("declared business use"), default=False)

    objects = PassportQuerySet.as_manager()

    class Meta:
        verbose_name = _("discount passport")
        verbose_name_plural = _("discount passports")
        constraints = [
            models.CheckConstraint(name="passport_rate", condition=Q(rate__gt=0, rate__lte=1)),
            models.CheckConstraint(name="passport_costs", condition=Q(price__gt=0, tax__gte=0)),
            models.CheckConstraint(name="passport_for_business", condition=Q(business_use=True)),
            models.CheckConstraint(
                name="passport_has_months",
                condition=Q(valid__isempty=False, valid__lower_inf=False, valid__upper_inf=False),
            ),
        ]
        indexes = [models.Index("organisation", "plan", name="passport_of_organisation")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "organisation_id", "plan", "months", "rate", "valid", "price", "tax_rate", "tax", "business_use"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.rate:.0%}"

    def get_absolute_url(self) -> str:
        """The page with what it saved."""
        return reverse("passport", args=[self.number])

    @property
    def is_busy(self) -> bool:
        """Whether its payment is under way."""
        return self.state == self.State.PURCHASED

    @property
    def rate_percent(self) -> str:
        """The discount as people read it: "20"."""
        return f"{self.rate * 100:f}".rstrip("0").rstrip(".")

    @property
    def total(self) -> int:
        """What is paid: yen, tax included."""
        return self.price + self.tax

    @property
    def tone(self) -> str:
        """How the chip colours the state."""
        return {"PURCHASED": "busy", "ACTIVE": "ok"}.get(self.state, "idle")
