"""Sweeps over servers: due and not yet done."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.access import SYSTEM
from compute.servers import actions
from compute.servers.models import Server
from core.schedule import Every, each, sweep


def without_contract() -> QuerySet[Server]:
    """Running servers whose contract ended or was refused (3-2)."""
    ended = Server.objects.filter(state=Server.State.RUNNING, contract__state__in=("ENDED", "REFUSED"))
    return ended.select_related("contract", "project")


def next_without_contract(at: datetime) -> datetime | None:
    return at if without_contract().exists() else None


@sweep(Every(minutes=1), next_due=next_without_contract)
def stop_without_contract(at: datetime) -> None:
    """Stop what is no longer agreed; its data is kept (3-2, AM-29)."""
    each(without_contract(), lambda server: actions.stop(server, by=SYSTEM, at=at))
