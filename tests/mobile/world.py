"""A small world of SIMs, made by the verbs themselves."""

from datetime import datetime
from itertools import count
from typing import Any

from stdnum import luhn

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing.meters.models import Count, Span
from core.operations.draining import drain
from mobile.mono import devices
from mobile.mono import projects as monos
from mobile.mono.models import DeviceGrant, MonoProject
from mobile.mono.projects import MonoOrder
from mobile.sims import actions as sims
from mobile.sims import cards
from mobile.sims.actions import SimOrder
from mobile.sims.cards import NewCard
from mobile.sims.models import Card, Sim
from tests.make import MORNING

PASSCODE = "open-sesame-31"
CONSENTS = ("connect", "sim-terms")
_serial = count(1)


def iccid(serial: int = 0) -> str:
    """A valid ICCID; without a serial number, one that was not given before."""
    body = f"898104000{serial or next(_serial):09d}"
    return body + luhn.calc_check_digit(body)


def card(number: str = "", *, imsi: tuple[str, ...] = (), at: datetime = MORNING) -> Card:
    """A card in stock."""
    number = number or iccid()
    cards.bring_in([NewCard(number, PASSCODE, imsi)], by="test", at=at)
    return Card.objects.get(iccid=number)


def registered(
    project: Project, which: Card | None = None, *, by: Actor = SYSTEM, at: datetime = MORNING, **order: Any
) -> Sim:
    """A SIM of the project, registered and active."""
    made = sims.register(
        project, which or card(at=at), SimOrder(**order), business_use=True, accepted=CONSENTS, by=by, at=at
    )
    drain(at=at)
    return made.refreshed()


def spans(sim: Sim) -> list[tuple[str, datetime, datetime | None]]:
    """What its contract was metered for, by item."""
    rows = Span.objects.filter(contract=sim.contract).order_by("item_id", "period")
    return [(row.item_id, row.period.lower, row.period.upper) for row in rows]


def counts(sim: Sim) -> list[tuple[str, str, str]]:
    """What its contract was counted for: (day, direction, MB)."""
    rows = Count.objects.filter(contract=sim.contract).order_by("at", "direction")
    return [(row.event_id[4:14], row.direction, f"{row.quantity:f}") for row in rows]


MONO_CONSENTS = ("mono", "mono-adapter", "mono-transfer")


def mono_project(project: Project, name: str = "fleet", *, by: Actor = SYSTEM, at: datetime = MORNING) -> MonoProject:
    """A Mono project in a project that has Secure Mobile Connect."""
    order = MonoOrder(name)
    return monos.create(project, order, business_use=True, accepted=MONO_CONSENTS, by=by, at=at)


def granted(sim: Sim, mono: MonoProject, *, by: Actor = SYSTEM, at: datetime = MORNING) -> DeviceGrant:
    """The SIM put into a Mono project."""
    return devices.add(mono, sim, by=by, at=at)
