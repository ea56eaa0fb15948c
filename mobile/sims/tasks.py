"""Sweeps over SIMs: due and not yet done."""

from datetime import datetime

from accounts.access import SYSTEM
from core.schedule import Every, each, sweep
from mobile.sims import actions
from mobile.sims.models import Sim


@sweep(Every(minutes=1), next_due=lambda at: at if Sim.objects.without_contract().exists() else None)
def delete_without_contract(at: datetime) -> None:
    """Delete what is no longer agreed (3-2)."""
    rows = Sim.objects.without_contract().select_related("project__organisation", "contract", "card").order_by("pk")
    each(rows, lambda sim: actions.delete(sim, by=SYSTEM, at=at))


SWEEPS = (delete_without_contract,)
