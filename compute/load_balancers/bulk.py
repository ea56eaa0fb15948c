"""What can be done to many load balancers at once."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.bulk import BulkList
from compute.library import labels
from compute.library.bulk import deletion, protection
from compute.load_balancers import actions
from compute.load_balancers.listing import LISTING
from compute.load_balancers.models import LoadBalancer

BALANCERS = BulkList(
    "balancers", _("Load balancers"), LISTING,
    lambda actor, project: (
        LoadBalancer.objects.visible_to(actor).filter(project=project).for_list().select_related("shared_address")
    ),
    verbs=[*protection(partial(labels.protect, kind="balancer")), deletion(actions.delete)],
)  # fmt: skip
