"""What can be done to many SIMs at once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.bulk import BulkList, BulkVerb
from accounts.projects.models import Project
from compute.library import labels
from compute.library.bulk import deletion, protection
from mobile.sims import actions
from mobile.sims.listing import LISTING
from mobile.sims.models import Sim, SimQuerySet

SAME_FEES = (_("Their fees don't depend on this."), "35-1")
ANEW = (_("This month is charged for those that carried data; registering one again is a new contract."), "36-2")


def rows(actor: Actor, project: Project) -> SimQuerySet:
    """The SIMs of the list."""
    found: SimQuerySet = Sim.objects.visible_to(actor).filter(project=project).for_list()
    return found


SIMS = BulkList(
    "sims", _("SIMs"), LISTING, rows,
    verbs=[
        BulkVerb(
            "activate", _("Activate"), actions.activate, Sim.MOVES["activate"].level, "player-play", points=[SAME_FEES]
        ),
        BulkVerb(
            "deactivate", _("Deactivate"), actions.deactivate, Sim.MOVES["deactivate"].level, "player-stop",
            points=[SAME_FEES],
        ),
        *protection(partial(labels.protect, kind="sim")),
        deletion(actions.delete, ANEW),
    ],
    needs=("project__organisation", "contract", "card"),
)  # fmt: skip
BULK_LISTS = (SIMS,)
