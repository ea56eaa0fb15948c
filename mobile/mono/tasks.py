"""Sweeps over Mono Platform: due and not yet done."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.access import SYSTEM
from core.schedule import Daily, Every, each, sweep
from mobile.mono import devices, projects, suboptions
from mobile.mono.models import DeviceGrant, MonoProject, SubOption
from mobile.mono.projects import KIND


@sweep(Daily(1, 10), next_due=KIND.next_reminder)
def remind_of_renewals(at: datetime) -> None:
    """Tell of renewals 30 days before (60-1)."""
    each(KIND.to_remind(at), lambda mono: KIND.remind(mono, at=at))


@sweep(Every(minutes=5), next_due=lambda at: at if KIND.over().exists() else None)
def end_monos(at: datetime) -> None:
    """Follow contracts that have ended (60-2)."""
    each(KIND.over(), lambda mono: KIND.end(mono, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if DeviceGrant.objects.over().exists() else None)
def remove_devices_of_deleted_sims(at: datetime) -> None:
    """A SIM's deletion removes it from its Mono project; its device ID stays as history (AM-12)."""
    rows = DeviceGrant.objects.over().select_related("device__sim", "device__project", "mono_project", "contract")
    each(rows.order_by("pk"), lambda grant: devices.remove(grant, by=SYSTEM, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if SubOption.objects.over().exists() else None)
def end_suboptions(at: datetime) -> None:
    """End what is no longer agreed (3-2)."""
    rows = SubOption.objects.over().select_related("mono_project__project__organisation", "contract").order_by("pk")
    each(rows, lambda one: suboptions.end(one, by=SYSTEM, at=at))


@sweep(Every(minutes=1), next_due=lambda at: at if without_contract().exists() else None)
def delete_mono_projects(at: datetime) -> None:
    """Delete Mono projects that are no longer agreed (3-2)."""
    each(without_contract().order_by("pk"), lambda mono: projects.delete(mono, by=SYSTEM, at=at))


def without_contract() -> QuerySet[MonoProject]:
    rows = MonoProject.objects.alive().filter(contract__state__in=("ENDED", "REFUSED"))
    return rows.select_related("project__organisation", "contract")


SWEEPS = (
    remind_of_renewals,
    end_monos,
    remove_devices_of_deleted_sims,
    end_suboptions,
    delete_mono_projects,
)
