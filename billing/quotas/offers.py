"""Everything sold with a limit, of all apps, and how much of it a project has."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.conf import settings
from django.db.models import Count, Q

from accounts.projects.models import Project
from billing.contracts.models import Contract, Quota
from billing.contracts.service import Service


@dataclass(frozen=True)
class Use:
    """How many of a service a project has and may have."""

    service: Service
    used: int
    limit: int

    @property
    def limit_words(self) -> str:
        """The limit as people read it."""
        return f"{self.limit:,}"

    @property
    def raisable(self) -> bool:
        """Whether more can be asked for; what a project has once by its nature stays so."""
        return self.service.quota != 1


@cache
def limited() -> dict[str, Service]:
    """The services with a quota by code, in the order of the apps (settings.SERVICE_BOOKS)."""
    modules = [import_module(path) for path in settings.SERVICE_BOOKS]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Service)]
    return {service.code: service for service in found if service.quota is not None}


def uses(project: Project) -> list[Use]:
    """Each service with a quota, with what the project has and may have. Two queries."""
    rows = Quota.objects.filter(Q(project=project) | Q(project=None), service__in=list(limited()))
    # The default for all first, so that the project's own replaces it.
    limits = {row.service: row.limit for row in sorted(rows, key=lambda row: row.project_id is not None)}
    live = Contract.objects.live().filter(project=project, service__in=list(limited()))
    counts = dict(live.values_list("service").annotate(Count("pk")).order_by())
    return [
        Use(service, counts.get(code, 0), limits.get(code, service.quota or 0)) for code, service in limited().items()
    ]
