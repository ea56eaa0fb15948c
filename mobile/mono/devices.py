"""SIM resources in and out of Mono projects: device IDs, their grants, the tokens of devices (50-2, 52-5, 55-3)."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from billing import contracts, meters
from billing.contracts import ENDS, REFUSES
from core import ids
from core.errors import Refused
from mobile.connect import actions as connect
from mobile.mono.models import Device, DeviceGrant, MonoProject
from mobile.services import MONO_DEVICE
from mobile.sims.models import Sim

ITEM = "mono"
MOST = 100  # SIMs at once
TOKEN = "dev_"  # noqa: S105


@transaction.atomic
def add(mono: MonoProject, sim: Sim, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> DeviceGrant:
    """Put a SIM resource into a Mono project: its device ID is granted, the first one again whenever it returns (52-5).

    Each grant is a contract of its own and charged by itself; traffic of one makes all of a month charged (55-2, 55-3,
    AM-7), whether or not the SIM is ready to communicate (54-1). It ends with the SIM's registration (AM-12). Raises
    Refused when the SIM is in a Mono project already.
    """
    connect.lock(mono.project)
    if sim.project_id != mono.project_id:
        raise Refused(_("This SIM is in another project."), field="sims", code="other_project")
    if mono.hold().state != MonoProject.State.ACTIVE or sim.hold().state == Sim.State.DELETED:
        raise Refused(_("This was deleted."), code="conflict")
    device = issued(sim, at=at)
    grant = DeviceGrant(device=device, mono_project=mono, granted_at=at, state_changed_at=at)
    ids.reserve(grant)
    grant.contract = contracts.open(
        MONO_DEVICE, grant, project=mono.project, needs=[(mono.contract, REFUSES), (sim.contract, ENDS)],
        accepted=accepted, group=f"device:{device.pk}", by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError as error:
        raise taken(sim) from error
    meters.start(grant.contract, ITEM, at=at)  # 55-1
    audit.record("device.granted", grant, by=by, at=at, mono=mono.name, code=str(device.code))
    return grant


@transaction.atomic
def add_all(
    mono: MonoProject, sims: Iterable[Sim], *, accepted: Collection[str] = (), by: Actor, at: datetime
) -> list[DeviceGrant]:
    """Put several in, or none. Raises Refused, naming the SIM that can't be added."""
    return [add(mono, sim, accepted=accepted, by=by, at=at) for sim in sims]


def issued(sim: Sim, *, at: datetime) -> Device:
    """The device ID of a SIM resource; issued now if it has none yet (52-5)."""
    device, _new = Device.objects.get_or_create(sim=sim, defaults={"project": sim.project, "issued_at": at})
    return device


def taken(sim: Sim) -> Refused:
    """Why a SIM can't be added."""
    holds = DeviceGrant.objects.granted().filter(device__sim=sim).select_related("mono_project").first()
    text = _("SIM “%(sim)s” is in the Mono project “%(mono)s” already. Remove it there first.")
    values = {"sim": sim.name, "mono": holds.mono_project.name if holds else ""}
    return Refused(text % values, clause="52-5", field="sims", code="device_granted")


def named(mono: MonoProject, text: str) -> list[Sim]:
    """The SIMs of the project whose ICCIDs or numbers stand in a text, each once. Raises Refused, naming what isn't."""
    words = list(dict.fromkeys(text.replace(",", " ").replace("、", " ").split()))
    if not words or len(words) > MOST:
        text = _("Name 1 to %(most)s SIMs by their ICCIDs, one a line.")
        raise Refused(text % {"most": MOST}, field="sims", code="invalid_sims", status=400)
    known: dict[str, Sim] = {}
    rows = Sim.objects.alive().filter(project=mono.project).select_related("project__organisation", "contract")
    by_iccid = rows.filter(iccid__in=words)
    by_number = rows.filter(number__in=[int(word) for word in words if is_number(word)])
    for sim in [*by_iccid, *by_number]:
        known |= {sim.iccid: sim, str(sim.number): sim}
    lacking = [word[:40] for word in words if word not in known]
    if lacking:
        text = _("These are no SIMs of this project: %(words)s")
        raise Refused(text % {"words": ", ".join(lacking[:5])}, field="sims", code="invalid_sims", status=400)
    return list({sim.pk: sim for sim in (known[word] for word in words)}.values())


def is_number(word: str) -> bool:
    """Whether it could be the public number of something."""
    return len(word) == 12 and word.isascii() and word.isdigit()


@transaction.atomic
def remove(grant: DeviceGrant, *, by: Actor, at: datetime) -> None:
    """Take the SIM resource out of its Mono project: no charge after this month; its device ID is kept for it (52-5).

    This month is charged in full if anything went through the platform (55-2).
    """
    moved = grant.move("remove", removed_at=at, at=at)
    if grant.contract.refreshed().is_live:
        contracts.close(grant.contract, reason="removed", by=by, at=at)
    Device.objects.filter(pk=grant.device_id).update(token=None, token_at=None)
    audit.record("device.removed", grant, moved, by=by, at=at, mono=grant.mono_project.name)


@transaction.atomic
def renew_token(device: Device, *, by: Actor, at: datetime) -> str:
    """Give the device a new token, which is shown once; the one before is worth nothing any more.

    Raises Refused while its device ID is granted nowhere.
    """
    current(device)
    token = TOKEN + secrets.token_urlsafe(32)
    Device.objects.filter(pk=device.pk).update(token=hashed(token), token_at=at)
    audit.record("device.token_renewed", device, by=by, at=at)
    return token


def current(device: Device) -> DeviceGrant:
    """The grant that holds now, with its Mono project and contract. Raises Refused when there is none. One query."""
    held = DeviceGrant.objects.granted().filter(device=device).select_related("mono_project__project", "contract")
    grant = held.first()
    if grant is None or not grant.contract.is_running:
        raise Refused(_("This device isn't in a Mono project now."), clause="51-1", code="not_granted")
    grant.device = device
    return grant


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
