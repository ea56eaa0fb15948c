"""What this app tells the dashboard and the search."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Actor
from core.console import Hit
from mobile.mono.models import MonoProject
from mobile.sims.models import Sim

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """SIMs by name, ICCID, IMSI, tag or number; Mono projects by name or number."""
    wanted, named = Q(words__icontains=words), Q(name__icontains=words)
    if words.isascii() and words.isdigit() and len(words) == 12:
        wanted |= Q(number=int(words))
        named |= Q(number=int(words))
    sims = Sim.objects.visible_to(actor).alive().filter(wanted)[:HITS]
    monos = MonoProject.objects.visible_to(actor).alive().filter(named)[:HITS]
    label = _("SIM %(iccid)s")
    return [
        *(Hit(one.name, label % {"iccid": one.iccid}, one.get_absolute_url(), "device-sim") for one in sims),
        *(Hit(one.name, _("Mono project"), one.get_absolute_url(), "network") for one in monos),
    ]
