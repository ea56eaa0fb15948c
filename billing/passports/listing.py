"""How passports are listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from billing.passports import savings
from billing.passports.models import Passport
from billing.prices.models import Price
from core.calendar import Month, jst_date
from core.marks import chip
from core.money import yen
from core.pages import Column, Listing


def last_day(passport: Passport) -> str:
    """The last JST day on which it discounts."""
    return Month.of(passport.valid.upper).previous.last_day.isoformat()


def plan_cell(passport: Any) -> SafeString:
    url, words = passport.get_absolute_url(), passport.plan_words
    return format_html('<a href="{}">{}</a><small>{}</small>', url, words, passport.number)


def dress(passports: Sequence[Any], at: datetime) -> None:
    """Give each its plan in words and what it saved so far. Two queries."""
    saved, words = savings.totals(passports), plan_names()
    for passport in passports:
        passport.saved = saved.get(passport.pk, 0)
        passport.plan_words = words.get(passport.plan, passport.plan)


def plan_names() -> dict[str, str]:
    """What plans are called in the reader's language; the newest name wins. One query."""
    return {price.plan: price.plan_name for price in Price.objects.filter(item="server", zone="").order_by("pk")}


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Plan"), plan_cell, text=lambda one: one.plan_words),
        Column(
            gettext_lazy("State"),
            lambda one: chip(one.tone, one.state_label()),
            text=Passport.state_label,
            look="corner",
        ),
        Column(gettext_lazy("Discount"), lambda one: f"{one.rate * 100:.0f} %", look="num"),
        Column(gettext_lazy("Bought on"), lambda one: f"{jst_date(one.purchased_at)}", sort="purchased_at"),
        Column(gettext_lazy("Valid until"), last_day),
        Column(
            gettext_lazy("Paid, incl. tax"), lambda one: yen(one.total), look="num", text=lambda one: str(one.total)
        ),
        Column(
            gettext_lazy("Saved, without tax"), lambda one: yen(one.saved), look="num", text=lambda one: str(one.saved)
        ),
    ],
    sort="-purchased_at",
    number="number",
    hint=gettext_lazy("Number"),
    filename="passports",
    dress=dress,
)
