"""Sweeps over AWS connections: how they are, what they carried, and their abolition."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.access import SYSTEM
from compute.drivers.direct_connect import direct_connect
from compute.networks.aws import actions
from compute.networks.aws.models import AwsConnection
from compute.networks.aws.operations import ref
from core import operations
from core.schedule import Daily, Every, each, sweep


def hour_of(at: datetime) -> datetime:
    """The beginning of the present hour: data is counted up to it."""
    return at.replace(minute=0, second=0, microsecond=0)


def uncounted(at: datetime) -> QuerySet[AwsConnection]:
    rows = AwsConnection.objects.alive().filter(counted_until__lt=hour_of(at), contract__closed_at=None)
    return rows.exclude(state=AwsConnection.State.REJECTED).select_related("contract")


@sweep(Every(minutes=10), next_due=lambda at: at if uncounted(at).exists() else None)
def count_aws_data(at: datetime) -> None:
    """Count what each connection carried in the hours that are over (24-2)."""

    def collect(one: AwsConnection) -> None:
        found = direct_connect().transfers(ref(one.pk), hour_of(one.counted_until), hour_of(at))
        actions.count(one, found, until=hour_of(at), at=at)

    each(uncounted(at), collect)


@sweep(Every(minutes=5), next_due=lambda _at: None)
def look_at_aws(at: datetime) -> None:
    """Ask AWS how each connection is, unless it is being asked."""

    def ask(one: AwsConnection) -> None:
        if operations.pending(one) is None:
            operations.ask("aws.look", one, by=SYSTEM, at=at)

    each(AwsConnection.objects.filter(state__in=AwsConnection.LIVE), ask)


@sweep(Daily(0, 30), next_due=lambda _at: None)
def end_abolished_aws(at: datetime) -> None:
    """End all connections once an abolition is in force (27-1)."""
    if actions.abolished(at) is not None:
        rows = AwsConnection.objects.alive().select_related("project", "contract")
        each(rows, lambda one: actions.end_by_abolition(one, at=at))
