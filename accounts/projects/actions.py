"""Making, naming and closing projects."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import audit
from accounts.api_keys.models import ApiKey
from accounts.projects.models import Project
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor
    from accounts.organisations.models import Organisation


@transaction.atomic
def create(organisation: "Organisation", *, name: str, description: str = "", by: "Actor", at: datetime) -> Project:
    """Make a project; its owners may everything in it. Raises Refused when an open project has that name."""
    organisation.lock()
    refuse_taken(organisation.pk, name)
    project = Project.objects.create(organisation=organisation, name=name, description=description, created_at=at)
    audit.record("project.created", project, by=by, at=at)
    return project


@transaction.atomic
def update(project: Project, *, name: str, description: str, by: "Actor", at: datetime) -> None:
    """Rename or describe a project. Raises Refused when another open project has that name."""
    if (project.name, project.description) == (name, description):
        return
    project.organisation.lock()
    if project.name != name:
        refuse_taken(project.organisation_id, name)
    former, project.name, project.description = project.name, name, description
    project.save(update_fields=["name", "description"])
    audit.record("project.updated", project, by=by, at=at, former=former)


@transaction.atomic
def close(project: Project, *, by: "Actor", at: datetime) -> None:
    """Close an empty project: nobody enters it any more and its API keys stop working.

    What "empty" means the apps above say: each of settings.CLOSING_GUARDS is called with (project, at) and raises
    Refused with what is still there.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    if locked.closed_at is not None:
        raise Refused(_("This project is closed already."))
    for guard in settings.CLOSING_GUARDS:
        import_string(guard)(locked, at)
    Project.objects.filter(pk=project.pk).update(closed_at=at)
    project.closed_at = at
    ApiKey.objects.filter(project=project, revoked_at=None).update(revoked_at=at)
    audit.record("project.closed", project, by=by, at=at)


def refuse_taken(organisation_pk: int, name: str) -> None:
    """Raises Refused when an open project of the organisation has the name."""
    if Project.objects.filter(organisation=organisation_pk, name=name, closed_at=None).exists():
        raise Refused(_("Another project has this name. Choose a different one."), field="name", code="name_taken")
