"""The price book: what is sold, at which price from which day, and the tax rates. Nothing in it is ever rewritten."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.prices.tariffs import Tariff

# A price or a rate may only get an end, or be withdrawn before it begins; what it says never changes.
ONLY_THE_END = (
    "to_jsonb(OLD) - 'valid' = to_jsonb(NEW) - 'valid' AND (isempty(NEW.valid) OR lower(OLD.valid) = lower(NEW.valid))"
)
UNCHANGEABLE = [
    pgtrigger.Trigger(
        name="only_the_end",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NOT ({ONLY_THE_END}) THEN
                RAISE EXCEPTION 'the price book is never rewritten: add a new row' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
]


class Item(models.Model):
    """Something charged for, and by which tariff. clause: of the terms, shown on every line."""

    class Tax(models.TextChoices):
        STANDARD = "STANDARD", _("Standard rate")
        REDUCED = "REDUCED", _("Reduced rate")

    code = models.CharField(_("code"), max_length=48, primary_key=True)
    tariff = models.CharField(_("tariff"), max_length=16, choices=Tariff.choices)
    clause = models.CharField(_("clause"), max_length=8)
    name_ja = models.CharField(_("name (Japanese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    unit_ja = models.CharField(_("unit (Japanese)"), max_length=16, blank=True)
    unit_en = models.CharField(_("unit (English)"), max_length=16, blank=True)
    tax = models.CharField(_("tax"), max_length=8, choices=Tax.choices, default=Tax.STANDARD)
    # Only counts of this direction are charged (24); empty: all. Pooled: counted together for a whole project (38).
    direction = models.CharField(_("charged direction"), max_length=8, blank=True)
    pooled = models.BooleanField(_("counted by project"), default=False)
    # A pack's included units come on top of the free ones of this item, in the same project (38-2).
    extends = models.CharField(_("pack of"), max_length=48, blank=True)
    # Where the price list shows it; 0 = not listed.
    position = models.PositiveSmallIntegerField(_("position in the price list"), default=0)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        # Invoices show its words: another name or tariff is another item.
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "code",
                    "tariff",
                    "clause",
                    "name_ja",
                    "name_en",
                    "unit_ja",
                    "unit_en",
                    "tax",
                    "direction",
                    "pooled",
                    "extends",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return self.name_ja if get_language() == "ja" else self.name_en

    @property
    def unit(self) -> str:
        """What one unit is called in the reader's language: "GB"; empty for what is used by time."""
        return self.unit_ja if get_language() == "ja" else self.unit_en


class PriceQuerySet(models.QuerySet["Price"]):
    """Which prices."""

    def on(self, day: date) -> Self:
        """Those in force on a JST day."""
        return self.filter(valid__contains=day)


def money(label: Any) -> "models.DecimalField[Decimal | str, Decimal]":
    """Yen without tax, up to six decimals; rounded down only in an invoice line."""
    return models.DecimalField(label, max_digits=18, decimal_places=6, default=0, validators=[MinValueValidator(0)])


class Price(models.Model):
    """What an item on a plan costs, in a zone (or, without one, everywhere else), from one JST day on.

    The item's tariff uses some of the amounts: a ladder hourly, daily and monthly; whole months and packs monthly;
    units `unit`, of which `included` are free each month or come with the pack.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="prices", verbose_name=_("item"))
    plan = models.CharField(_("plan"), max_length=32, blank=True)
    plan_ja = models.CharField(_("plan (Japanese)"), max_length=80, blank=True)
    plan_en = models.CharField(_("plan (English)"), max_length=80, blank=True)
    zone = models.CharField(_("zone"), max_length=16, blank=True)
    valid = DateRangeField(_("valid"))
    hourly = money(_("hourly"))
    daily = money(_("daily"))
    monthly = money(_("monthly"))
    unit = money(_("per unit"))
    included = models.DecimalField(_("included units"), max_digits=18, decimal_places=6, default=0)

    objects = PriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            ExclusionConstraint(
                name="price_no_overlap",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("plan", RangeOperators.EQUAL),
                    ("zone", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="price_not_negative",
                condition=Q(hourly__gte=0, daily__gte=0, monthly__gte=0, unit__gte=0, included__gte=0),
            ),
            models.CheckConstraint(
                name="price_has_a_beginning", condition=Q(valid__isempty=True) | Q(valid__lower_inf=False)
            ),
        ]
        triggers = UNCHANGEABLE

    def __str__(self) -> str:
        return f"{self.label} {self.valid.lower if self.valid else ''}"

    @property
    def label(self) -> str:
        """Item and plan in the reader's language."""
        return f"{self.item.name} {self.plan_name}".strip()

    @property
    def plan_name(self) -> str:
        """The plan in the reader's language."""
        return (self.plan_ja if get_language() == "ja" else self.plan_en) or self.plan


class TaxRate(models.Model):
    """A consumption tax rate from one day on: 0.10 since 2019-10-01."""

    tax = models.CharField(_("tax"), max_length=8, choices=Item.Tax.choices)
    valid = DateRangeField(_("valid"))
    rate = models.DecimalField(_("rate"), max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            ExclusionConstraint(
                name="tax_no_overlap",
                expressions=[("tax", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="tax_rate_sane", condition=Q(rate__gte=0, rate__lt=1)),
        ]
        triggers = UNCHANGEABLE

    def __str__(self) -> str:
        return f"{self.get_tax_display()} {self.rate:.1%}"
