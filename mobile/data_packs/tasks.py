"""Sweeps over data packs."""

from datetime import datetime

from core.schedule import Every, each, sweep
from mobile.data_packs import actions
from mobile.data_packs.models import DataPack


@sweep(Every(minutes=5), next_due=lambda at: at if DataPack.objects.over().exists() else None)
def end_packs(at: datetime) -> None:
    """Follow contracts that have ended (38-2)."""
    each(DataPack.objects.over().order_by("pk"), lambda pack: actions.end(pack, at=at))


SWEEPS = (end_packs,)
