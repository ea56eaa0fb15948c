"""The sweep that compares servers with their machines."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from compute.drift import actions
from compute.servers.models import Server
from core.ids import kind_of
from core.operations.models import Operation
from core.schedule import Every, sweep

BATCH, RHYTHM = 500, 5


def at_rest() -> QuerySet[Server]:
    """Servers that run or are stopped, and of which nothing is asked at the moment."""
    asked = Operation.objects.filter(
        subject_kind=kind_of(Server), subject_pk=OuterRef("pk"), state__in=("WAITING", "RUNNING")
    )
    return Server.objects.filter(~Exists(asked), state__in=actions.EXPECTED).select_related("contract").order_by("pk")


@sweep(Every(minutes=RHYTHM), next_due=lambda at: None)
def compare_servers(at: datetime) -> None:
    """Compare all servers at rest, a batch with one call."""
    batch = list(at_rest()[:BATCH])
    while batch:
        actions.compare(batch, at=at)
        batch = list(at_rest().filter(pk__gt=batch[-1].pk)[:BATCH]) if len(batch) == BATCH else []
