"""The verbs of a SIM. Pages, API, admin and sweeps call these; none of them repeats a rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, deadlines
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import REFUSES
from compute.library import labels
from core import ids, operations
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.services import SIM
from mobile.sims.models import Card, Lock, Sim

ASKED = ("sim.activate", "sim.deactivate", "sim.configure")


@dataclass(frozen=True)
class SimOrder:
    """What a customer calls the SIM. name: "" for its ICCID; activate: whether it shall carry traffic at once."""

    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    activate: bool = True


@transaction.atomic
def register(
    project: Project, card: Card, order: SimOrder, *, business_use: bool = False, accepted: Collection[str] = (),
    by: Actor, at: datetime,
) -> Sim:  # fmt: skip
    """Register a card that was proven (`cards.prove`): a new SIM resource with a contract of its own (36-1, 36-3).

    The first SIM or gateway of a project concludes Secure Mobile Connect (34-1). business_use: the declaration of 34-2,
    once for an organisation. Raises Refused for a card that is registered, here or in another project.
    """
    if Card.objects.filter(pk=card.pk, lock=Lock.PUK_DEAD).exists():
        text = _("This SIM was made unusable by wrong PUKs, so it can't be registered any more.")
        raise Refused(text, clause="43-4", field="iccid", code="sim_unusable")
    parent = connect.contract_for(project, business_use=business_use, accepted=accepted, by=by, at=at)
    sim = drawn_up(project, card, order, at=at)
    sim.contract = contracts.open(
        SIM, sim, project=project, needs=[(parent, REFUSES)], accepted=accepted, group=f"sim:{card.iccid}", by=by, at=at
    )
    try:
        with transaction.atomic():
            sim.save(force_insert=True)
    except IntegrityError as error:
        raise taken(card, project) from error
    for item in ("sim", "sim.maintenance"):  # 36-1, 37-1
        meters.start(sim.contract, item, at=at)
    audit.record("sim.registered", sim, by=by, at=at, iccid=sim.iccid)
    if order.activate:
        activate(sim, by=by, at=at)
    return sim


def drawn_up(project: Project, card: Card, order: SimOrder, *, at: datetime) -> Sim:
    """The row of a registration, with its key, not saved yet."""
    sim = Sim(
        project=project, card=card, iccid=card.iccid, name=order.name or card.iccid, description=order.description,
        tags=list(order.tags), created_at=at, state_changed_at=at,
    )  # fmt: skip
    sim.words = sim.found_by()
    ids.reserve(sim)
    return sim


def taken(card: Card, project: Project) -> Refused:
    """Why a registered card can't be registered: its holder, who knows the PASSCODE, may know where it is."""
    if Sim.objects.alive().filter(card=card, project=project).exists():
        text = _("This SIM is registered in this project already.")
    else:
        text = _("This SIM is registered in another project. Delete it there first; that costs no more than the month.")
    return Refused(text, clause="36-3", field="iccid", code="sim_registered")


@transaction.atomic
def activate(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Let the SIM carry traffic. Its fees don't depend on this (35-1)."""
    check_contract(sim)
    moved = sim.move("activate", error="", at=at)
    operations.ask("sim.activate", sim, by=by, at=at)
    audit.record("sim.activation_asked", sim, moved, by=by, at=at)


def check_contract(sim: Sim) -> None:
    """Raise Refused unless its contract runs."""
    if not sim.contract.is_running:
        raise Refused(_("The contract of this SIM has ended."), clause="3-2", code="not_running")


@transaction.atomic
def activated(sim: Sim, *, at: datetime) -> None:
    """The carrier has the line up."""
    moved = sim.move("activated", activated_at=at, at=at)
    audit.record("sim.activated", sim, moved, by=SYSTEM, at=at)


@transaction.atomic
def activation_failed(sim: Sim, text: str, *, at: datetime) -> None:
    """The carrier refused: it stays inactive."""
    moved = sim.move("activation_failed", error=text[:200], at=at)
    audit.record("sim.activation_failed", sim, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def deactivate(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Let the SIM carry nothing until it is activated again; it stays registered and charged (36-1)."""
    moved = sim.move("deactivate", error="", at=at)
    operations.ask("sim.deactivate", sim, by=by, at=at)
    audit.record("sim.deactivation_asked", sim, moved, by=by, at=at)


@transaction.atomic
def deactivated(sim: Sim, *, at: datetime) -> None:
    """The carrier has taken the line down."""
    moved = sim.move("deactivated", deactivated_at=at, at=at)
    audit.record("sim.deactivated", sim, moved, by=SYSTEM, at=at)


@transaction.atomic
def deactivation_failed(sim: Sim, text: str, *, at: datetime) -> None:
    """The carrier refused: it stays active."""
    moved = sim.move("deactivation_failed", error=text[:200], at=at)
    audit.record("sim.deactivation_failed", sim, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def configure(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Let the carrier have the line as the row says now; an earlier wish is dropped."""
    operations.supersede("sim.configure", sim, at=at)
    operations.ask("sim.configure", sim, by=by, at=at)


@transaction.atomic
def not_configured(sim: Sim, text: str, *, at: datetime) -> None:
    """The carrier refused what was changed."""
    Sim.objects.filter(pk=sim.pk).update(error=text[:200])
    audit.record("sim.not_configured", sim, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def edit(sim: Sim, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    sim.name, sim.tags = name, tags
    values = {"name": name, "description": description, "tags": tags, "words": sim.found_by()}
    labels.edit(sim, "sim.edited", **values, by=by, at=at)


@transaction.atomic
def delete(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Delete the registration: its contract ends today, this month is charged in full if it carried anything (36-2).

    The last SIM or gateway ends Secure Mobile Connect at the month's end (49-2). Raises Refused while it is protected,
    or while something else needs it.
    """
    connect.lock(sim.project)
    if sim.hold("protected").protected:
        raise Refused(_("This is protected against deletion. Remove the protection first."))
    moved = sim.move("delete", deleted_at=at, at=at)
    if sim.contract.refreshed().is_live:
        contracts.close(sim.contract, reason="deleted", by=by, at=at)
    deadlines.clear(sim, at=at)
    for kind in ASKED:
        operations.supersede(kind, sim, at=at)
    operations.ask("sim.close", sim, by=by, at=at)
    audit.record("sim.deleted", sim, moved, by=by, at=at, iccid=sim.iccid)
    connect.released(sim.project, by=by, at=at)
