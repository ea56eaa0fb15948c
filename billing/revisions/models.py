"""Who was told of which coming price."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.invoices.explaining import price_words


class PriceNotice(models.Model):
    """An organisation was told of a coming price, once, with what its resources then cost: yen without tax a month.

    former: the price that holds until then. quantity: the units the figures stand for; none for what is used by time.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    price = models.ForeignKey("billing.Price", models.PROTECT, related_name="notices", verbose_name=_("price"))
    former = models.ForeignKey("billing.Price", models.PROTECT, related_name="+", db_index=False)
    resources = models.PositiveIntegerField(_("resources"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6, null=True)
    before = models.BigIntegerField(_("former price of a month"))
    after = models.BigIntegerField(_("new price of a month"))
    told_at = models.DateTimeField(_("told"))
    withdrawn_at = models.DateTimeField(_("withdrawal told"), null=True)

    class Meta:
        verbose_name = _("price change told")
        verbose_name_plural = _("price changes told")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "price"], name="price_notice_once"),
            models.CheckConstraint(name="price_notice_of_another", condition=~Q(price=F("former"))),
            models.CheckConstraint(name="price_notice_of_something", condition=Q(resources__gt=0)),
            models.CheckConstraint(
                name="price_notice_withdrawn_later",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("told_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.price.label

    @property
    def price_that_stays(self) -> str:
        """The former price in words; load `former__item` for lists."""
        return price_words(self.former)
