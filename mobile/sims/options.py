"""Sub-options and settings of a SIM: fixed IP, device lock, networks, and what is known of PIN and PUK (31-3)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from billing import contracts, meters
from billing.contracts import Service
from core.errors import Refused
from mobile.services import DEVICE_LOCK, FIXED_IP
from mobile.sims import actions, numbers
from mobile.sims.models import NETWORKS, Card, Lock, Sim


@transaction.atomic
def fix_address(sim: Sim, address: str, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> None:
    """Give the SIM a private address of its own, once the conditions are agreed to (31-4).

    Raises Refused for an address that isn't private or that another SIM of the project has.
    """
    wanted = numbers.private_address(address)
    begin(FIXED_IP, sim, accepted=accepted, by=by, at=at)
    try:
        with transaction.atomic():
            change(sim, address=wanted)
    except IntegrityError as error:
        text = _("Another SIM of this project has this address.")
        raise Refused(text, field="address", code="duplicate_address") from error
    use(sim, FIXED_IP.item, at=at)
    done(sim, "sim.address_fixed", by=by, at=at, address=wanted)


@transaction.atomic
def free_address(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Let the network give the SIM any address. Raises Refused when it has none of its own."""
    held(sim)
    if sim.address is None:
        raise Refused(_("This SIM has no fixed IP address."))
    change(sim, address=None)
    meters.stop(sim.contract, item=FIXED_IP.item, at=at)
    done(sim, "sim.address_freed", by=by, at=at)


@transaction.atomic
def lock_device(sim: Sim, imei: str, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> None:
    """Let only the device with this IMEI use the SIM, once the conditions are agreed to (31-4).

    Raises Refused unless it has 15 digits. Whether it is an odd one (`numbers.is_odd`) is asked on the page.
    """
    wanted = numbers.imei(imei)
    begin(DEVICE_LOCK, sim, accepted=accepted, by=by, at=at)
    change(sim, imei=wanted)
    use(sim, DEVICE_LOCK.item, at=at)
    done(sim, "sim.locked", by=by, at=at, imei=wanted)


@transaction.atomic
def unlock_device(sim: Sim, *, by: Actor, at: datetime) -> None:
    """Let any device use the SIM. Raises Refused when none is locked."""
    held(sim)
    if not sim.imei:
        raise Refused(_("This SIM isn't locked to a device."))
    change(sim, imei="")
    meters.stop(sim.contract, item=DEVICE_LOCK.item, at=at)
    done(sim, "sim.unlocked", by=by, at=at)


@transaction.atomic
def allow_networks(sim: Sim, names: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Choose the carriers whose networks it may use. Raises Refused for none, or one that doesn't exist."""
    chosen = list(names)
    allowed = [name for name in NETWORKS if name in chosen]
    if not allowed or set(chosen) - set(NETWORKS):
        text = _("Choose at least one of: %(names)s.")
        raise Refused(text % {"names": ", ".join(NETWORKS)}, field="networks", code="invalid_network", status=400)
    held(sim)
    change(sim, networks=allowed)
    done(sim, "sim.networks_chosen", by=by, at=at, networks=", ".join(allowed))


@transaction.atomic
def note_lock(sim: Sim, lock: str, *, by: Actor, at: datetime) -> None:
    """Note what wrong PINs or PUKs did to the card. Fees go on until the SIM is deleted (43-3, 43-4, 43-5).

    Unusable is for good: only staff, who can see a mistake, take it back.
    """
    before = Card.objects.select_for_update(no_key=True).get(pk=sim.card_id).lock
    if before == Lock.PUK_DEAD and not by.sees_all:
        raise Refused(_("A SIM made unusable by wrong PUKs stays so. Delete it, so that no fee arises."), clause="43-4")
    Card.objects.filter(pk=sim.card_id).update(lock=Lock(lock))
    sim.card.lock = lock
    audit.record("sim.lock_noted", sim, by=by, at=at, lock=str(Lock(lock).label))


def begin(service: Service, sim: Sim, *, accepted: Collection[str], by: Actor, at: datetime) -> None:
    """Ask whatever is asked before a sub-option is used, and that the SIM is there."""
    contracts.check(service, sim.project, accepted=accepted, by=by, at=at)
    held(sim)
    actions.check_contract(sim)


def held(sim: Sim) -> None:
    """Let nobody else change it meanwhile. Raises Refused for a deleted one."""
    if sim.hold("address", "imei").state == Sim.State.DELETED:
        raise Refused(_("This SIM was deleted."))


def change(sim: Sim, **values: object) -> None:
    """Write the values, and what it is found by then."""
    changed = Sim.objects.select_related("card").get(pk=sim.pk)
    for thing in (sim, changed):
        for field, value in values.items():
            setattr(thing, field, value)
    Sim.objects.filter(pk=sim.pk).update(**values, words=changed.found_by())


def use(sim: Sim, item: str, *, at: datetime) -> None:
    """The sub-option is in use from now; changing it goes on with the same use."""
    if not meters.Span.objects.filter(contract=sim.contract, item=item, period__upper_inf=True).exists():
        meters.start(sim.contract, item, at=at)


def done(sim: Sim, verb: str, *, by: Actor, at: datetime, **data: str) -> None:
    """Let the carrier have it, and record it."""
    actions.configure(sim, by=by, at=at)
    audit.record(verb, sim, by=by, at=at, **data)
