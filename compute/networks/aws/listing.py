"""How AWS connections look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from billing import estimates
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.money import yen
from core.pages import Column, Listing


def state_chip(one: Any) -> SafeString:
    """Its state in words and colour."""
    return chip(one.TONES[one.state], one.state_label())


def dress(rows: Sequence[Any], at: datetime) -> None:
    """Give each of a page its charges of this month. One query."""
    charges = estimates.month_so_far([one.contract_id for one in rows], at=at)
    for one in rows:
        one.charge = charges.get(one.contract_id, 0)


LISTING = Listing(
    columns=[
        Column(
            gettext_lazy("Name"), lambda one: marks.named(one.get_absolute_url(), one.name, one.number), sort="name",
            text=lambda one: one.name,
        ),
        Column(gettext_lazy("State"), state_chip, text=lambda one: one.state_label(), look="corner"),
        Column(gettext_lazy("AWS account ID"), lambda one: one.aws_account),
        Column(gettext_lazy("Local router"), lambda one: one.local_router.name),
        Column(gettext_lazy("This month"), lambda one: yen(one.charge), look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    hint=gettext_lazy("Name or number"),
    filename="aws-connections",
    dress=dress,
)  # fmt: skip
