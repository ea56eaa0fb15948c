"""What mobile adds to an export of a customer's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.organisations.models import Organisation
from mobile.sims.models import Sim


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's SIMs, deleted ones too: (file name, rows), oldest first."""
    sims = Sim.objects.filter(project__organisation=organisation).order_by("pk")
    columns = ("number", "iccid", "name", "description", "tags", "state", "created_at", "deleted_at", "last_traffic_at")
    yield "sims.jsonl", sims.values(*columns).iterator()
