"""What mobile adds to an export of a customer's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from accounts.organisations.models import Organisation
from mobile.mono.models import DeviceGrant, MonoProject
from mobile.sims.models import Sim


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's SIMs, Mono projects and device IDs, deleted ones too: (file name, rows), oldest first."""
    sims = Sim.objects.filter(project__organisation=organisation).order_by("pk")
    columns = ("number", "iccid", "name", "description", "tags", "state", "created_at", "deleted_at", "last_traffic_at")
    yield "sims.jsonl", sims.values(*columns).iterator()
    monos = MonoProject.objects.filter(project__organisation=organisation).order_by("pk")
    yield "mono_projects.jsonl", monos.values(*columns[:1], *columns[2:8]).iterator()
    grants = DeviceGrant.objects.filter(mono_project__project__organisation=organisation).order_by("pk")
    named = {
        "mono_project_number": F("mono_project__number"),
        "device_code": F("device__code"),
        "iccid": F("device__sim__iccid"),
    }
    yield "device_grants.jsonl", grants.values("granted_at", "removed_at", **named).iterator()
