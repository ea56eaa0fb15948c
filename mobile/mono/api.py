"""Mono projects in the cloud API: items of the class "iotplatform".

What must be agreed to is agreed to on the pages first; the declaration of business use (53-2) is made there too, or by
`Remark.BusinessUse` of the first Mono project.
"""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.access import ARRANGE, CREATE
from accounts.api import Resources, labels
from core.api import Body, Fixed, Id, Instant, Made, Part, Tags, Text
from mobile.mono import projects
from mobile.mono.models import MonoProject
from mobile.mono.projects import MonoOrder

ITEM = "CommonServiceItem"
# What the clients call the sub-options.
NAMES = {"ADAPTER": "service_adapter", "TRANSFER": "file_transfer"}
FIELDS = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Fixed("available"),
        "ServiceClass": Fixed("cloud/iotplatform/1"),
        "Provider": {
            "ID": Fixed(5130001), "Class": Fixed("iotplatform"), "Name": Fixed("sakura-iotplatform"),
            "ServiceClass": Fixed("cloud/iotplatform"),
        },
        # No gateway and no zone belong to it: SIM resources are put into it one by one.
        "Status": {
            "mgw_id": Fixed(None), "zone": Fixed(None),
            "Services": Made(lambda kinds: [NAMES[kind] for kind in sorted(kinds)], "kinds"),
        },
        "Settings": Fixed(None),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)  # fmt: skip


def with_suboptions(request: Any) -> QuerySet[MonoProject]:
    """Mono projects, each with the kinds of its sub-options in use."""
    used = ArrayAgg("suboptions__kind", filter=Q(suboptions__state="ACTIVE"))
    found: QuerySet[MonoProject] = MonoProject.objects.select_related("contract").annotate(kinds=Coalesce(used, []))
    return found


items = Resources("commonserviceitem", ITEM, "CommonServiceItems", rows=with_suboptions, fields=FIELDS)


@items.creates(level=CREATE)
def create(request: Any, body: Body) -> MonoProject:
    """Create a Mono project; the first concludes Mono Platform (53-1)."""
    labelled = labels(body, ITEM)
    order = MonoOrder(labelled["name"], labelled["description"], tuple(labelled["tags"]))
    business_use = body.flag(f"{ITEM}.Remark.BusinessUse")
    return projects.create(request.project, order, business_use=business_use, by=request.actor, at=request.now)


@items.changes(level=ARRANGE)
def change(request: Any, mono: MonoProject, body: Body) -> MonoProject:
    """Change its name, description and tags."""
    projects.edit(mono, **labels(body, ITEM, mono), by=request.actor, at=request.now)
    return mono


@items.deletes(level=MonoProject.MOVES["delete"].level)
def delete(request: Any, mono: MonoProject, body: Body) -> None:
    """Delete it, once nothing is in it (60-2, AM-12)."""
    projects.delete(mono, by=request.actor, at=request.now)
