"""Interrupting communication on the grounds of the terms, with scope and reason, told to everybody concerned (47-1).

No fee depends on it (AM-14); a single SIM's line is taken down at the carrier meanwhile.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.projects.models import Project
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.connect.models import Connect, Interruption
from mobile.sims import actions, numbers
from mobile.sims.models import Sim


@transaction.atomic
def interrupt(
    ground: str, reason: str, *, sim: Sim | None = None, project: Project | None = None, by: Actor, at: datetime
) -> Interruption:
    """Interrupt a SIM, a project, or without either everything, and tell why (47-1). Raises Refused when it is."""
    if sim is not None and project is not None:
        raise Refused(_("Choose a SIM or a project, not both."), field="project")
    try:
        with transaction.atomic():
            made = Interruption.objects.create(sim=sim, project=project, ground=ground, reason=reason, began_at=at)
    except IntegrityError as error:
        raise Refused(_("This is interrupted already.")) from error
    tell(made, "interrupted", by=by, at=at)
    return made


@transaction.atomic
def resume(interruption: Interruption, *, by: Actor, at: datetime) -> None:
    """It is over; those who were told are told (47-1). Raises Refused the second time."""
    if not Interruption.objects.filter(pk=interruption.pk, ended_at=None).update(ended_at=at):
        raise Refused(_("This interruption is over already."))
    interruption.ended_at = at
    tell(interruption, "resumed", by=by, at=at)


def tell(interruption: Interruption, what: str, *, by: Actor, at: datetime) -> None:
    """Mail to each project concerned, an event on what is concerned, the line of a SIM up or down."""
    sim = interruption.sim
    if sim is not None:
        audit.record(f"sim.{what}", sim, by=by, at=at, reason=interruption.reason)
        if sim.state != Sim.State.DELETED:
            actions.configure(sim, by=by, at=at)
    for one in concerned(interruption):
        if sim is None:
            audit.record(f"connect.{what}", one, by=by, at=at, reason=interruption.reason)
        notices.send(
            f"mobile.{what}", interruption, to=one.project, occasion=f"{what} {one.project_id}",
            act_url=sim.get_absolute_url() if sim else connect.PAGE, at=at, sim=sim, project=one.project,
            ground=interruption.get_ground_display(), reason=interruption.reason,
        )  # fmt: skip


def concerned(interruption: Interruption) -> list[Connect]:
    """The contracts of the projects to tell."""
    rows = Connect.objects.active().select_related("project__organisation").order_by("pk")
    if interruption.sim is not None:
        return list(rows.filter(project=interruption.sim.project_id))
    return list(rows.filter(project=interruption.project) if interruption.project else rows)


def of(sim: Sim) -> bool:
    """Whether this very SIM is interrupted now. One query."""
    return Interruption.objects.filter(sim=sim, ended_at=None).exists()


def sim_of(iccid: str) -> Sim:
    """The registered SIM with this ICCID. Raises Refused."""
    rows = Sim.objects.alive().select_related("project__organisation", "contract", "card")
    found: Sim | None = rows.filter(iccid=numbers.iccid(iccid)).first()
    if found is None:
        raise Refused(_("No SIM with this ICCID is registered."), field="iccid")
    return found
