"""Hybrid connections and what they need, made by the verbs themselves."""

from datetime import datetime
from typing import Any

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.other_services import actions as others
from billing.other_services.models import OtherService
from compute.networks.hybrid import actions
from compute.networks.hybrid.actions import HybridOrder
from compute.networks.hybrid.models import HybridConnection
from tests.make import MORNING


def service(
    organisation: Organisation, kind: str = "VPS", reference: str = "vps-1001", *, at: datetime = MORNING
) -> OtherService:
    """A service elsewhere that staff have confirmed."""
    made = others.claim(organisation, kind, reference, by=SYSTEM, at=at)
    others.attest(made, by=SYSTEM, at=at)
    return made


def hybrid(project: Project, name: str = "to-rack", *, at: datetime = MORNING, **order: Any) -> HybridConnection:
    """A hybrid connection; its customer has a confirmed service, too."""
    if not OtherService.objects.attested().filter(organisation=project.organisation_id).exists():
        service(project.organisation, at=at)
    return actions.create(project, HybridOrder(name, **order), by=SYSTEM, at=at)
