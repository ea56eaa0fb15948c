"""What can be done to many switches, (local) routers, packet filters or bridges at once."""

from django.utils.translation import gettext_lazy as _

from accounts.access import CREATE
from accounts.bulk import BulkList, BulkVerb
from compute.library.bulk import deletion, protection
from compute.networks.aws import actions as aws
from compute.networks.aws.listing import LISTING as AWS_LISTING
from compute.networks.aws.models import AwsConnection
from compute.networks.bridges import actions as bridges
from compute.networks.bridges.listing import LISTING as BRIDGE_LISTING
from compute.networks.filters import actions as filters
from compute.networks.filters.listing import LISTING as FILTER_LISTING
from compute.networks.local_routers import actions as local_routers
from compute.networks.local_routers.listing import LISTING as LOCAL_ROUTER_LISTING
from compute.networks.models import Bridge, LocalRouter, PacketFilter, Router, Switch
from compute.networks.routers import actions as routers
from compute.networks.routers.listing import LISTING as ROUTER_LISTING
from compute.networks.switches import actions as switches
from compute.networks.switches.listing import LISTING as SWITCH_LISTING

SWITCHES = BulkList(
    "switches", _("Switches"), SWITCH_LISTING,
    lambda actor, project: Switch.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[*protection(switches.protect), deletion(switches.delete)],
)  # fmt: skip
ROUTERS = BulkList(
    "routers", _("Router+switches"), ROUTER_LISTING,
    lambda actor, project: Router.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        *protection(routers.protect),
        deletion(routers.delete, (_("Their additional IP addresses end with them."), "11-2")),
    ],
    needs=("project__organisation", "contract", "switch__contract", "switch__bridge"),
)  # fmt: skip
BRIDGES = BulkList(
    "bridges", _("Bridges"), BRIDGE_LISTING,
    lambda actor, project: Bridge.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[*protection(bridges.protect), deletion(bridges.delete)],
)  # fmt: skip
FILTERS = BulkList(
    "filters", _("Packet filters"), FILTER_LISTING,
    lambda actor, project: PacketFilter.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        BulkVerb(
            "delete", _("Delete"), filters.delete, CREATE, "trash", "bad", typed=True,
            points=[(_("This can't be undone."), "")],
        )
    ],
    needs=("project__organisation",),
)  # fmt: skip
LOCAL_ROUTERS = BulkList(
    "local_routers", _("Local routers"), LOCAL_ROUTER_LISTING,
    lambda actor, project: LocalRouter.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        *protection(local_routers.protect),
        deletion(local_routers.delete, (_("Their peers lose the connection and are told; their fees go on."), "19-1")),
    ],
    needs=("project__organisation",),
)  # fmt: skip
AWS_CONNECTIONS = BulkList(
    "aws_connections", _("AWS connections"), AWS_LISTING,
    lambda actor, project: AwsConnection.objects.visible_to(actor).filter(project=project).for_list(),
    verbs=[
        *protection(aws.protect),
        deletion(aws.delete, (_("The basic fee of this month is charged in full."), "23-1")),
    ],
    needs=("project__organisation", "contract", "local_router__contract"),
)  # fmt: skip
BULK_LISTS = (SWITCHES, ROUTERS, BRIDGES, LOCAL_ROUTERS, AWS_CONNECTIONS, FILTERS)
