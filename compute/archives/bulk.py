"""What can be done to many archives or CD-ROM images at once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.bulk import BulkList
from compute.archives import actions
from compute.archives.listing import LISTINGS
from compute.archives.models import Archive, Cdrom
from compute.library import labels
from compute.library.bulk import deletion, protection

ARCHIVES = BulkList(
    "archives", _("Archives"), LISTINGS["archive"],
    lambda actor, project: Archive.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        *protection(partial(labels.protect, kind="archive")),
        deletion(actions.delete, (_("Shares of them end with them; copies that others made stay theirs."), "29-1")),
    ],
)  # fmt: skip
CDROMS = BulkList(
    "cdroms", _("CD-ROM images"), LISTINGS["cdrom"],
    lambda actor, project: Cdrom.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[*protection(partial(labels.protect, kind="cdrom")), deletion(actions.delete)],
)  # fmt: skip
OF = {"archive": ARCHIVES, "cdrom": CDROMS}
