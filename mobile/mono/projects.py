"""The verbs of Mono projects and of the yearly contract that the first of them concludes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import REFUSES, Contract
from compute.library import labels
from core import ids
from core.errors import Hint, Refused
from mobile.connect import actions as connect
from mobile.connect.yearly import Kind
from mobile.mono.models import Mono, MonoProject
from mobile.services import MONO, MONO_PROJECT

# Concluded by the first Mono project, for business only; ended by deleting all of them (53-1, 53-2, 60-1, 60-2).
KIND = Kind(Mono, MONO, ("mono-project",), "mono", "/mono/")
of = KIND.of
declared = KIND.declared


@dataclass(frozen=True)
class MonoOrder:
    """What a customer calls the Mono project."""

    name: str
    description: str = ""
    tags: tuple[str, ...] = ()


@transaction.atomic
def create(
    project: Project, order: MonoOrder, *, business_use: bool = False, accepted: Collection[str] = (), by: Actor,
    at: datetime,
) -> MonoProject:  # fmt: skip
    """Create a Mono project; the first of a project concludes the contract of Mono Platform (53-1).

    business_use: the declaration of 53-2, once for a customer. Raises Refused without Secure Mobile Connect (51-1).
    """
    connect.lock(project)
    needs = [(foundation(project), REFUSES)]
    contract = KIND.contract_for(project, needs=needs, business_use=business_use, accepted=accepted, by=by, at=at)
    made = MonoProject(
        project=project, name=order.name, description=order.description, tags=list(order.tags), created_at=at,
        state_changed_at=at,
    )  # fmt: skip
    ids.reserve(made)
    made.contract = contracts.open(
        MONO_PROJECT, made, project=project, needs=[(contract, REFUSES)], accepted=accepted, by=by, at=at
    )
    made.save(force_insert=True)
    audit.record("mono.created", made, by=by, at=at)
    return made


def foundation(project: Project) -> Contract:
    """The contract of Secure Mobile Connect, without which there is no Mono Platform. Raises Refused (51-1)."""
    found = connect.of(project)
    if found is None or found.contract.state not in ("PROVISIONAL", "ACTIVE"):
        text = _("Mono Platform needs Secure Mobile Connect in this project. Register a SIM first.")
        hint = Hint(_("Register a SIM"), "/sims/register")
        raise Refused(text, clause="51-1", code="connect_needed", hints=[hint])
    return found.contract


@transaction.atomic
def edit(mono: MonoProject, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    labels.edit(mono, "mono.edited", name=name, description=description, tags=tags, by=by, at=at)


@transaction.atomic
def delete(mono: MonoProject, *, by: Actor, at: datetime) -> None:
    """Delete it, once its devices are removed and its sub-options ended (AM-12).

    The last one ends the contract of Mono Platform at the month's end, or with its term (60-2). Raises Refused while it
    is protected, or with the list of what is still in it.
    """
    connect.lock(mono.project)
    if mono.hold("protected").protected:
        raise Refused(_("This is protected against deletion. Remove the protection first."))
    moved = mono.move("delete", deleted_at=at, at=at)
    if mono.contract.refreshed().is_live:
        contracts.close(mono.contract, reason="deleted", by=by, at=at)
    audit.record("mono.deleted", mono, moved, by=by, at=at)
    ending = KIND.released(mono.project, by=by, at=at)
    if ending is not None:
        for needed in Contract.objects.filter(dependants__contract=ending):
            contracts.unlink(ending, needed)  # nothing is left that needs Secure Mobile Connect
