"""The budget of a month: orders that go beyond it are warned about, left to owners, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.alerts.models import Budget
from billing.estimates import charges, orders
from billing.estimates.orders import Wish
from core.calendar import jst_date
from core.errors import Hint, Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor

Mode = Budget.Mode


@dataclass(frozen=True)
class Outlook:
    """A month held against its budget. forecast: yen with tax at the month's end if nothing changes."""

    budget: Budget
    forecast: int

    def after(self, order: int) -> int:
        """Yen with tax at the month's end with an order of so many yen."""
        return self.forecast + order

    def exceeds(self, order: int) -> bool:
        """Whether the month goes beyond the budget with the order."""
        return self.after(order) > self.budget.limit

    def words(self, order: int) -> str:
        """What an order of so many yen does to the month, for the order form."""
        words = _("With this order the month comes to %(total)s, beyond your budget of %(limit)s.")
        said = words % {"total": yen(self.after(order)), "limit": yen(self.budget.limit)}
        then = {
            Mode.WARN: "",
            Mode.ASK: _("Only an owner may order it."),
            Mode.BLOCK: _("So it will be refused."),
        }
        return f"{said} {then[Mode(self.budget.mode)]}".strip()


def outlook(organisation: Organisation, *, at: datetime) -> Outlook | None:
    """How the month stands against the budget; None without one. One query, or three."""
    budget = Budget.objects.filter(organisation=organisation).first()
    return Outlook(budget, charges.this_month(organisation, at=at).forecast) if budget else None


def check(organisation: Organisation, items: Sequence[Wish], *, zone: str, by: "Actor", at: datetime) -> None:
    """Raise Refused when an order of these (item, plan) goes beyond a budget that forbids it to this actor.

    Staff and the schedule are never held up. One query where there is no such budget.
    """
    budget = Budget.objects.filter(organisation=organisation).exclude(mode=Mode.WARN).first()
    if budget is None or by.sees_all or (budget.mode == Mode.ASK and by.seat_in(organisation.pk).owner):
        return
    order = orders.order(items, zone=zone, at=at).this_month.total
    seen = Outlook(budget, charges.this_month(organisation, at=at).forecast)
    if order and seen.exceeds(order):
        values = {"total": yen(seen.after(order)), "limit": yen(budget.limit)}
        if budget.mode == Mode.ASK:
            text = _("With this order the month would come to %(total)s, beyond the budget of %(limit)s. Ask an owner.")
            raise Refused(
                text % values, code="budget_needs_owner", hints=[Hint(_("Ask an owner"), reverse("budget_ask"))]
            )
        text = _("With this order the month would come to %(total)s, beyond the budget of %(limit)s. Raise it first.")
        raise Refused(text % values, code="budget_exceeded", hints=[Hint(_("Change the budget"), reverse("alerts"))])


@transaction.atomic
def set_budget(organisation: Organisation, limit: int, mode: str, *, by: "Actor", at: datetime) -> Budget:
    """Set the budget of a month, yen with tax, from now on."""
    values = {"limit": limit, "mode": mode, "changed_at": at}
    budget, _created = Budget.objects.update_or_create(organisation=organisation, defaults=values)
    audit.record("budget.set", budget, by=by, at=at, limit=limit, mode=mode)
    return budget


@transaction.atomic
def remove(organisation: Organisation, *, by: "Actor", at: datetime) -> None:
    """Have no budget any more. Raises Refused when there is none."""
    budget = Budget.objects.filter(organisation=organisation).first()
    if budget is None:
        raise Refused(_("There is no budget."))
    audit.record("budget.removed", budget, by=by, at=at)
    budget.delete()


@transaction.atomic
def ask(organisation: Organisation, text: str, *, by: "Actor", at: datetime) -> None:
    """A member asks the owners to order something beyond the budget, or to raise it; once a day each."""
    budget = Budget.objects.filter(organisation=organisation).first()
    if budget is None:
        raise Refused(_("There is no budget, so you can order without asking."))
    day: date = jst_date(at)
    told = notices.send(
        "budget_asked", budget, to=organisation, occasion=f"{day} {by.label}"[:64], topic=Topic.SERVICE,
        act_url=reverse("alerts"), at=at, text=text, member=by.label,
    )  # fmt: skip
    if not told:
        raise Refused(_("The owners were asked today already. Please wait for their answer."))
    audit.record("budget.asked", budget, by=by, at=at)
