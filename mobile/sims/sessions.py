"""Devices connecting and going: the one door for what the network reports of sessions."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from mobile.sims.models import Sim, SimSession

KEPT = 100


@transaction.atomic
def changed(sim: Sim, *, up: bool, imei: str = "", imsi: str = "", at: datetime) -> None:
    """A device connected, or was gone, at the time of the event; reports may come twice and out of order.

    The newest event says whether one is connected now. imei: of the device, 15 digits or "".
    """
    status = SimSession.Status.UP if up else SimSession.Status.DOWN
    event = SimSession(sim=sim, at=at, status=status, imei=imei, imsi=imsi)
    SimSession.objects.bulk_create([event], ignore_conflicts=True)
    newest = Q(connected_changed_at=None) | Q(connected_changed_at__lte=at)
    now = Sim.objects.select_for_update(no_key=True).select_related("card").filter(newest, pk=sim.pk).first()
    if now is not None:
        now.connected, now.connected_changed_at, now.connected_imei = up, at, imei or now.connected_imei
        now.words = now.found_by()
        now.save(update_fields=["connected", "connected_changed_at", "connected_imei", "words"])


def log(sim: Sim) -> list[SimSession]:
    """The newest events, newest first. One query."""
    return list(SimSession.objects.filter(sim=sim).order_by("-at", "-pk")[:KEPT])
