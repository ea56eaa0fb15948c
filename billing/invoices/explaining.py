"""A charge in words: clause, price row and validity, use, and the arithmetic, so that anybody can redo it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.meters.models import Span
from billing.prices.models import Price
from billing.prices.tariffs import Tariff, Use, billable, hours, ladder
from core.money import floor_yen, yen


@dataclass(frozen=True)
class Stretch:
    """A stretch of use within the month, half-open."""

    began: datetime
    ended: datetime

    @property
    def words(self) -> str:
        return duration(Decimal((self.ended - self.began).total_seconds()))


@dataclass(frozen=True)
class Explained:
    """A line as people read it. amount: yen without tax. steps: the arithmetic, in order."""

    title: str
    name: str
    clause: str
    amount: int
    quantity: str
    price: str
    valid_from: date
    valid_until: date | None
    steps: list[str]
    stretches: list[Stretch]


def explain(
    price: Price, use: Use, amount: int, *, name: str, spans: list[Span], began: datetime, ended: datetime
) -> Explained:
    """Explain a charge. spans: those of its contract; shown are those of the price's plan from `began` to `ended`."""
    stretches = [
        Stretch(max(span.period.lower, began), min(span.period.upper or ended, ended))
        for span in spans
        if span.item_id == price.item_id and span.plan == price.plan
    ]
    return Explained(
        title=price.label,
        name=name,
        clause=price.item.clause,
        amount=amount,
        quantity=quantity(price, use),
        price=price_words(price),
        valid_from=price.valid.lower,
        valid_until=price.valid.upper,
        steps=[*steps(price, use), _("= %(yen)s without tax") % {"yen": yen(amount)}],
        stretches=[stretch for stretch in stretches if stretch.began < stretch.ended],
    )


def discounted(price: Price, fee: Decimal, rate: Decimal, amount: int, *, name: str) -> Explained:
    """Explain what a passport took off a server's fee of the month (10-1). amount: yen, negative."""
    percent = plain(rate * 100)
    text = _("¥%(fee)s for the server in this month × %(percent)s %%, rounded down to whole yen")
    return _apart(
        _("Discount passport: %(item)s") % {"item": price.label}, name, "10-1", price, amount,
        [text % {"fee": plain(fee), "percent": percent}],
    )  # fmt: skip


def adjusted(price: Price, whole: Use | None, charged: int, amount: int, reason: str, *, name: str) -> Explained:
    """Explain what a closed month is charged afterwards.

    whole: all use of that month, when it came late, of which `charged` yen were invoiced before. reason: why, in words.
    """
    said = [reason]
    if whole is not None:
        said += steps(price, whole)
        said.append(_("minus what was charged for it before, %(yen)s") % {"yen": yen(charged)})
    title = _("Adjustment: %(item)s") % {"item": price.label}
    return _apart(title, name, price.item.clause, price, amount, said)


def _apart(title: str, name: str, clause: str, price: Price, amount: int, said: list[str]) -> Explained:
    return Explained(
        title=title, name=name, clause=clause, amount=amount, quantity="", price=price_words(price),
        valid_from=price.valid.lower, valid_until=price.valid.upper,
        steps=[*said, _("= %(yen)s without tax") % {"yen": yen(amount)}], stretches=[],
    )  # fmt: skip


def plain(amount: Decimal) -> str:
    """A price or quantity without needless zeros: 19, 6.6."""
    return f"{amount:,f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:,f}"


def duration(seconds: Decimal) -> str:
    """Seconds in days, hours, minutes and seconds: "19 d 9 h".

    Part of a second counts as one, so that started hours recounted from these words are those that were charged.
    """
    minutes, rest = divmod(int(seconds.to_integral_value(rounding=ROUND_CEILING)), 60)
    whole_hours, minutes = divmod(minutes, 60)
    days, whole_hours = divmod(whole_hours, 24)
    parts = [(days, _("%(n)s d")), (whole_hours, _("%(n)s h")), (minutes, _("%(n)s min")), (rest, _("%(n)s s"))]
    said = [words % {"n": n} for n, words in parts if n]
    return " ".join(said) or _("less than a second")


def quantity(price: Price, use: Use) -> str:
    """How much was used, as a column of the invoice says it."""
    match Tariff(price.item.tariff):
        case Tariff.LADDER:
            return duration(use.quantity)
        case Tariff.UNIT | Tariff.ONCE:
            return f"{plain(use.quantity)} {price.item.unit}"
        case Tariff.FREE:
            return ""
        case Tariff.MONTH | Tariff.MONTH_IF_USED | Tariff.PACK | Tariff.SILENT_YEAR:
            return ngettext("%(n)s month", "%(n)s months", int(use.quantity)) % {"n": int(use.quantity)}
        case unknown:
            assert_never(unknown)


def price_words(price: Price) -> str:
    """The amounts of the price row that its tariff uses."""
    match Tariff(price.item.tariff):
        case Tariff.LADDER:
            words = _("¥%(hourly)s an hour, ¥%(daily)s a day, ¥%(monthly)s a month")
        case Tariff.UNIT if price.included:
            words = _("¥%(unit)s per %(name)s, the first %(included)s %(name)s of a month free")
        case Tariff.UNIT | Tariff.ONCE:
            words = _("¥%(unit)s per %(name)s")
        case Tariff.FREE:
            words = _("free")
        case Tariff.MONTH | Tariff.MONTH_IF_USED | Tariff.PACK | Tariff.SILENT_YEAR:
            words = _("¥%(monthly)s a month, never by the day")
        case unknown:
            assert_never(unknown)
    amounts = ("hourly", "daily", "monthly", "unit", "included")
    return words % {**{field: plain(getattr(price, field)) for field in amounts}, "name": price.item.unit}


def steps(price: Price, use: Use) -> list[str]:
    """The arithmetic from the use to the amount."""
    match Tariff(price.item.tariff):
        case Tariff.LADDER:
            return ladder_steps(price, use)
        case Tariff.UNIT | Tariff.ONCE:
            return unit_steps(price, use)
        case Tariff.FREE:
            return [_("This is free.")]
        case Tariff.MONTH | Tariff.MONTH_IF_USED | Tariff.PACK:
            said = [_("Used in this month, so the whole month is charged, once: ¥%(n)s") % {"n": plain(price.monthly)}]
            return said + whole_yen(price)
        case Tariff.SILENT_YEAR:
            said = [_("Silent for 12 months in a row, so one fee arises: ¥%(n)s") % {"n": plain(price.monthly)}]
            return said + whole_yen(price)
        case unknown:
            assert_never(unknown)


def whole_yen(price: Price) -> list[str]:
    """The rounding of a monthly price that isn't in whole yen."""
    return [] if price.monthly == floor_yen(price.monthly) else [_("rounded down to whole yen")]


def ladder_steps(price: Price, use: Use) -> list[str]:
    """Started hours, days of 24 hours and the two caps; what an earlier price has covered is subtracted."""
    said = climb(price, use.before + use.quantity)
    if not use.before:
        return said
    earlier = floor_yen(ladder(price, use.before))
    text = _(
        "%(before)s of this month are charged on the line of the earlier price: minus what they cost here, %(yen)s"
    )
    return [*said, text % {"before": duration(use.before), "yen": yen(earlier)}]


def climb(price: Price, seconds: Decimal) -> list[str]:
    """The ladder for so many seconds of a month, step by step."""
    started = hours(seconds)
    days, rest = divmod(started, 24)
    part = rest * price.hourly
    values = {
        "used": duration(seconds), "hours": f"{started:,}", "days": days, "rest": rest, "hourly": plain(price.hourly),
        "daily": plain(price.daily), "monthly": plain(price.monthly), "part": plain(part),
    }  # fmt: skip
    said = [
        _("%(used)s in this month, counted as %(hours)s started hours: %(days)s × 24 h + %(rest)s h") % values,
        _("%(rest)s h × ¥%(hourly)s = ¥%(part)s, at most a day's ¥%(daily)s") % values,
    ]
    values["sum"] = plain(days * price.daily + min(part, price.daily))
    said.append(_("%(days)s d × ¥%(daily)s + the hours = ¥%(sum)s, at most a month's ¥%(monthly)s") % values)
    return said


def unit_steps(price: Price, use: Use) -> list[str]:
    """Units beyond the included ones times the price, rounded down; those at an earlier price were free first."""
    charged = billable(price, use)
    values = {
        "n": plain(use.quantity), "free": plain(use.quantity - charged), "charged": plain(charged),
        "unit": plain(price.unit), "name": price.item.unit,
    }  # fmt: skip
    said = []
    if use.before and (price.included or use.allowance):
        values["before"] = plain(use.before)
        text = _(
            "%(before)s %(name)s of this month are on the line of the earlier price; free units went to them first"
        )
        said.append(text % values)
    if use.allowance:
        values["pack"] = plain(use.allowance)
        values["included"] = plain(price.included)
        said.append(_("Free in this month: %(included)s %(name)s, and %(pack)s %(name)s of data packs") % values)
    if price.included or use.allowance:
        said.append(_("%(n)s %(name)s − %(free)s free = %(charged)s %(name)s") % values)
    said.append(_("%(charged)s %(name)s × ¥%(unit)s, rounded down to whole yen") % values)
    return said
