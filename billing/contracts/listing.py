"""How contracts are listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing import estimates
from billing.contracts.models import Contract
from core.marks import chip
from core.money import yen
from core.pages import Column, Filter, Listing


def name_cell(contract: Any) -> SafeString:
    url, name = contract.get_absolute_url(), contract.name or contract.title
    return format_html('<a href="{}">{}</a><small>{} {}</small>', url, name, contract.title, contract.number)


def state_chip(contract: Any) -> SafeString:
    return chip(contract.tone, contract.state_label())


def last_day(contract: Any) -> str:
    day = contract.ended_on or contract.ends_on
    return day.isoformat() if day else "—"


def in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    states = Contract.LIVE if value == "live" else (Contract.State.ENDED, Contract.State.REFUSED)
    return rows.filter(state__in=states)


def dress(contracts: Sequence[Any], at: datetime) -> None:
    """Give each of a page its charges of this month. One query."""
    fees = estimates.month_so_far([one.pk for one in contracts], at=at)
    for one in contracts:
        one.fee = fees.get(one.pk, 0)


LISTING = Listing(
    columns=[
        Column(_("Name"), name_cell, text=lambda one: str(one)),
        Column(_("State"), state_chip, text=Contract.state_label, look="corner"),
        Column(_("Start date"), lambda one: one.started_on.isoformat()),
        Column(_("Last day"), last_day, text=lambda one: last_day(one).replace("—", "")),
        Column(_("This month"), lambda one: yen(one.fee), text=lambda one: str(one.fee), look="num"),
    ],
    number="number",
    hint=_("Number"),
    filters=[Filter("state", _("State"), lambda: [("live", _("In use")), ("over", _("Ended"))], in_state)],
    sort="-id",
    filename="contracts",
    dress=dress,
)
