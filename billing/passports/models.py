"""Discount passports: paid when bought, never refunded, never extended (10-1, 10-2)."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.levels import SYSTEM_ONLY
from core.ids import NumberField
from core.lifecycle import Move, Stateful


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

    class Meta:
        verbose_name = _("discount passport")
        verbose_name_plural = _("discount passports")
        constraints = [
            models.CheckConstraint(name="passport_rate", condition=Q(rate__gt=0, rate__lte=1)),
            models.CheckConstraint(name="passport_costs", condition=Q(price__gt=0, tax__gte=0)),
            models.CheckConstraint(
                name="passport_has_months",
                condition=Q(valid__isempty=False, valid__lower_inf=False, valid__upper_inf=False),
            ),
        ]
        indexes = [models.Index("organisation", "plan", name="passport_of_organisation")]

    def __str__(self) -> str:
        return f"{self.plan} {self.rate:.0%}"
