"""AWS connections in the panel's API. What must be accepted (25-1 to 27-1) is accepted on the page first."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, VIEW
from accounts.api import PanelEndpoint, Resources, labels, referred
from compute.networks.aws import actions
from compute.networks.aws.actions import AwsOrder
from compute.networks.aws.models import AwsConnection
from compute.networks.local_routers.models import LocalRouter
from core.api import BadQuery, Body, Choice, Id, Instant, Link, Part, Reply, Tags, Text, Whole
from core.calendar import Month

AWS = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "State": Choice("state", {one.value: one.value.lower() for one in AwsConnection.State}),
        "AwsAccount": Text("aws_account"),
        "VLAN": Whole("vlan"),
        "LocalRouter": Link("local_router", {"ID": Id("number"), "Name": Text("name")}),
        "CreatedAt": Instant("created_at"),
    }
)


class AwsConnections(Resources):
    """The AWS connections of the key's project."""

    endpoint = PanelEndpoint


def of_project(request: Any) -> QuerySet[AwsConnection]:
    rows = AwsConnection.objects.filter(project=request.project)
    return rows.select_related("contract", "local_router")


aws_connections = AwsConnections(
    "aws-connections", "AwsConnection", "AwsConnections", rows=of_project, fields=AWS
)  # fmt: skip


@aws_connections.creates(level=CREATE)
def create(request: Any, body: Body) -> AwsConnection:
    """Order one: {"AwsConnection": {"Name", "LocalRouter": {"ID"}, "AwsAccount"}}."""
    rows = LocalRouter.objects.select_related("project", "contract")
    router = referred(request, rows, body, "AwsConnection.LocalRouter.ID", ARRANGE)
    if router is None:
        text = _("“%(field)s” is required.") % {"field": "AwsConnection.LocalRouter.ID"}
        raise BadQuery(text, field="AwsConnection.LocalRouter.ID")
    account = body.text("AwsConnection.AwsAccount")
    order = AwsOrder(local_router=router, aws_account=account, **labels(body, "AwsConnection"))
    return actions.create(request.project, order, by=request.actor, at=request.now)


@aws_connections.changes(level=ARRANGE)
def change(request: Any, connection: AwsConnection, body: Body) -> AwsConnection:
    """Change its name, description and tags."""
    actions.edit(connection, **labels(body, "AwsConnection", connection), by=request.actor, at=request.now)
    return connection


@aws_connections.deletes(level=AwsConnection.MOVES["delete"].level)
def delete(request: Any, connection: AwsConnection, body: Body) -> None:
    """End it today; its whole month is charged."""
    actions.delete(connection, by=request.actor, at=request.now)


@aws_connections.verb("GET", "traffic", level=VIEW)
def traffic(request: Any, connection: AwsConnection, body: Body) -> Reply:
    """GB of this month: ToAws is charged, FromAws is billed by AWS (24-1, 24-3)."""
    gb: dict[str, Decimal] = actions.volumes(connection, Month.of(request.now))
    return Reply({"Traffic": {"ToAws": float(gb["out"]), "FromAws": float(gb["in"])}})
