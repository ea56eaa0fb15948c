"""How many of a service one project may have."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.projects.models import Project
from billing.contracts.models import Contract, Quota
from billing.contracts.service import Service
from core.errors import Hint, Refused

if TYPE_CHECKING:
    from accounts.access import Actor


def quota_of(service: Service, project: Project) -> int | None:
    """How many the project may have: its own quota, else the default set by staff, else the service's. None: any."""
    rows = Quota.objects.filter(Q(project=project) | Q(project=None), service=service.code)
    own_first = rows.order_by("project_id").values_list("limit", flat=True)  # NULL sorts last
    return next(iter(own_first), service.quota)


def check(service: Service, project: Project) -> None:
    """Raise Refused when the project has as many as it may.

    Counts under a lock on the project that lasts until the caller's transaction ends, so of rivals for the last place
    one wins.
    """
    limit = quota_of(service, project)
    if limit is None:
        return
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if Contract.objects.live().filter(project=project, service=service.code).count() >= limit:
        text = _("This project may have %(limit)s of “%(service)s”. Ask us if you need more.")
        raise Refused(text % {"limit": f"{limit:,}", "service": service.title}, code="quota_exceeded", hints=[more()])


def more() -> Hint:
    """Where a higher limit is asked for."""
    return Hint(_("Limits of this project"), reverse("quotas"))


@transaction.atomic
def set_limit(service: str, limit: int, *, project: Project | None = None, by: "Actor", at: datetime) -> Quota:
    """Staff set how many of a service (its code) a project, or without one every project, may have."""
    quota, _created = Quota.objects.update_or_create(service=service, project=project, defaults={"limit": limit})
    audit.record("quota.set", quota, by=by, at=at, service=service, limit=limit)
    return quota
