"""What can be done to many disks at once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.access import ARRANGE
from accounts.bulk import BulkList, BulkVerb
from compute.disks import actions
from compute.disks.listing import LISTING
from compute.disks.models import Disk
from compute.library import labels
from compute.library.bulk import deletion, protection

DISKS = BulkList(
    "disks", _("Disks"), LISTING,
    lambda actor, project: Disk.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        BulkVerb("detach", _("Detach"), actions.detach, ARRANGE, "plug-connected"),
        *protection(partial(labels.protect, kind="disk")),
        deletion(actions.delete, (_("What is on them is lost."), "")),
    ],
)  # fmt: skip
