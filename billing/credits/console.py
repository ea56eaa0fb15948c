"""What the page of a service shows of its guarantee."""

from datetime import datetime

from django.urls import reverse

from accounts.access import Actor
from billing.contracts.models import Contract
from billing.credits import actions, uptime
from billing.credits.models import SlaClaim
from billing.credits.uptime import Uptime
from core.calendar import Month

MONTHS = 3


def months_of(contract: Contract, actor: Actor, *, at: datetime) -> list[tuple[Uptime, str, SlaClaim | None]]:
    """Uptime of the last months, this one first: where to claim, if the actor may now, and the claim. Two queries."""
    if not contract.charged:
        return []
    months = uptime.history(contract, MONTHS, at)
    claims = {Month.of(claim.month): claim for claim in SlaClaim.objects.filter(contract=contract)}
    may = actor.seat_in(contract.organisation_id).bill

    def address(month: Month) -> str:
        wanted = may and month not in claims and actions.claimable(month, at)
        return reverse("claim", args=[contract.number, str(month)]) if wanted else ""

    return [(one, address(one.month), claims.get(one.month)) for one in months]
