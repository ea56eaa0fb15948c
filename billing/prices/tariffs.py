"""Every fee there is, as pure functions: the readable rule, proven equal to `billing/invoices/rated.sql`.

Amounts are yen without tax. Prices are exact decimals; an amount is rounded down once, here.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Protocol, assert_never

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import floor_yen

HOUR = Decimal(3600)


class Tariff(TextChoices):
    """The closed list of how things are charged."""

    FREE = "FREE", _("Free")  # 28-2, 78-2
    LADDER = "LADDER", _("By the hour, day and month")  # 2-1
    MONTH = "MONTH", _("Whole month")  # 11-3, 23-1, 39-2
    MONTH_IF_USED = "MONTH_IF_USED", _("Whole month, if used")  # 36-2, 55-2
    UNIT = "UNIT", _("Per unit")  # 24, 38-1, 70
    PACK = "PACK", _("Pack")  # 38-2
    ONCE = "ONCE", _("Once")
    SILENT_YEAR = "SILENT_YEAR", _("Every 12 silent months")  # 37


class Rate(Protocol):
    """The amounts of a price row."""

    @property
    def hourly(self) -> Decimal: ...
    @property
    def daily(self) -> Decimal: ...
    @property
    def monthly(self) -> Decimal: ...
    @property
    def unit(self) -> Decimal: ...
    @property
    def included(self) -> Decimal: ...


@dataclass(frozen=True)
class Use:
    """What happened in one month under one price.

    quantity: seconds of a ladder, units of a meter, number of months' fees. before: seconds or units of the same month
    that were already counted under an earlier price. allowance: units of packs, used up after the free ones (38-2).
    """

    quantity: Decimal
    before: Decimal = Decimal(0)
    allowance: Decimal = Decimal(0)


def charge(tariff: str, rate: Rate, use: Use) -> int:
    """Yen without tax for what was used. Raises ValueError for an unknown tariff."""
    match Tariff(tariff):
        case Tariff.FREE:
            return 0
        case Tariff.LADDER:
            return floor_yen(ladder(rate, use.before + use.quantity)) - floor_yen(ladder(rate, use.before))
        case Tariff.MONTH | Tariff.PACK | Tariff.MONTH_IF_USED | Tariff.SILENT_YEAR:
            return floor_yen(rate.monthly * use.quantity)
        case Tariff.UNIT | Tariff.ONCE:
            return floor_yen(rate.unit * billable(rate, use))
        case unknown:
            assert_never(unknown)


def ladder(rate: Rate, seconds: Decimal) -> Decimal:
    """Yen for so many seconds in a month: started hours, a day at most its daily, a month at most its monthly price.

    `H = ceil(seconds / 3600); d, r = divmod(H, 24); fee = min(monthly, d * daily + min(r * hourly, daily))`
    """
    days, rest = divmod(hours(seconds), 24)
    return min(rate.monthly, days * rate.daily + min(rest * rate.hourly, rate.daily))


def hours(seconds: Decimal) -> int:
    """Started hours."""
    return int((seconds / HOUR).to_integral_value(rounding=ROUND_CEILING))


def billable(rate: Rate, use: Use) -> Decimal:
    """Units beyond the free ones and then the pack's; what was counted before has used them up first."""
    left = max(rate.included + use.allowance - use.before, Decimal(0))
    return max(use.quantity - left, Decimal(0))


def discount(fee: int, rate: Decimal) -> int:
    """Yen that a passport takes off a server's fee of the month (10-1, AM-18): never more than the fee."""
    return floor_yen(fee * rate)
