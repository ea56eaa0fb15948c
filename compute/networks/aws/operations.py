"""How workers perform what AWS connections ask for."""

from datetime import datetime

from compute.drivers.direct_connect import LineSpec, direct_connect
from compute.networks.aws import actions
from compute.networks.aws.models import AwsConnection
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(connection_pk: int) -> str:
    """What AWS knows it by: its name there."""
    return f"aws-{connection_pk}"


def of(operation: Operation) -> AwsConnection:
    rows = AwsConnection.objects.select_related("project", "contract")
    found: AwsConnection = rows.get(pk=operation.subject_pk)
    return found


def order(operation: Operation, at: datetime) -> str:
    connection = of(operation)
    spec = LineSpec(connection.aws_account, connection.vlan)
    return direct_connect().order(ref(connection.pk), spec, key=operation.uuid, at=at)


def look(operation: Operation, at: datetime) -> str:
    return direct_connect().state(ref(operation.subject_pk), at=at)


def seen(operation: Operation, state: str, at: datetime) -> None:
    actions.observed(of(operation), state, at=at)


def rejected(operation: Operation, text: str, at: datetime) -> None:
    actions.observed(of(operation), AwsConnection.State.REJECTED, reason=text, at=at)


def delete(operation: Operation, at: datetime) -> None:
    direct_connect().delete(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {
    "aws.order": Performer(order, finish=seen, failed=rejected),
    "aws.look": Performer(look, finish=seen),
    "aws.delete": Performer(delete),
}
