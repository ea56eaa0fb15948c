"""Sub-options of Mono projects: ordered by agreeing to their conditions, charged by whole months (50-3, 50-4, 56-1)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from billing import contracts, meters
from billing.contracts import REFUSES
from core import ids
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.mono.models import MonoProject, SubOption
from mobile.services import MONO_ADAPTER, MONO_TRANSFER

SERVICES = {SubOption.Kind.ADAPTER: MONO_ADAPTER, SubOption.Kind.TRANSFER: MONO_TRANSFER}


def of(mono: MonoProject, kind: str) -> SubOption | None:
    """The one in use, or None. One query."""
    rows = SubOption.objects.active().filter(mono_project=mono, kind=kind)
    return rows.select_related("mono_project__project__organisation", "contract").first()


def in_use(mono: MonoProject, kind: str) -> SubOption:
    """The one in use. Raises Refused when it isn't used (50-4)."""
    found = of(mono, kind)
    if found is None or not found.contract.is_running:
        text = _("“%(name)s” isn't in use in this Mono project. Order it first.")
        raise Refused(text % {"name": SubOption.Kind(kind).label}, clause="50-4", code="suboption_unused")
    return found


@transaction.atomic
def start(
    mono: MonoProject, kind: str, *, accepted: Collection[str] = (), by: Actor, at: datetime
) -> SubOption:  # fmt: skip
    """Use a sub-option from now on, once its conditions are agreed to (50-4). Raises Refused when it is in use."""
    connect.lock(mono.project)
    if mono.hold().state != MonoProject.State.ACTIVE:
        raise Refused(_("This was deleted."), code="conflict")
    if of(mono, kind) is not None:
        raise Refused(_("This sub-option is in use already."), clause="50-3", code="suboption_used")
    service = SERVICES[SubOption.Kind(kind)]
    made = SubOption(mono_project=mono, kind=kind, started_at=at, state_changed_at=at)
    ids.reserve(made)
    made.contract = contracts.open(
        service, made, project=mono.project, needs=[(mono.contract, REFUSES)], accepted=accepted, by=by, at=at
    )
    made.save(force_insert=True)
    meters.start(made.contract, service.item, at=at)
    audit.record("mono.suboption_started", mono, by=by, at=at, suboption=str(service.code))
    return made


@transaction.atomic
def end(suboption: SubOption, *, by: Actor, at: datetime) -> None:
    """Use it no more from today; this month is charged in full (56-1)."""
    moved = suboption.move("end", ended_at=at, at=at)
    if suboption.contract.refreshed().is_live:
        contracts.close(suboption.contract, reason="ended", by=by, at=at)
    service = SERVICES[SubOption.Kind(suboption.kind)]
    audit.record("mono.suboption_ended", suboption.mono_project, moved, by=by, at=at, suboption=str(service.code))
