"""The verbs of an AWS connection."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM, Actor
from accounts.notices import Topic
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import REFUSES
from compute.drivers.direct_connect import Transfer
from compute.library import labels
from compute.networks import confirming
from compute.networks.aws.models import DIGITS, TWELVE_DIGITS, AwsConnection, AwsNews
from compute.networks.local_routers.models import LocalRouter
from compute.services import AWS
from core import ids, operations
from core.calendar import Month, jst_date
from core.errors import Refused

ITEMS = [("aws", "")]
VLANS = range(2, 4095)
GB = 10**9


@dataclass(frozen=True)
class AwsOrder:
    """What a customer orders. aws_account: 12 digits, of the customer's own contract with AWS (21-1)."""

    name: str
    local_router: LocalRouter
    aws_account: str
    description: str = ""
    tags: tuple[str, ...] = ()


@transaction.atomic
def create(
    project: Project, order: AwsOrder, *, accepted: Collection[str] = (), by: Actor, at: datetime
) -> AwsConnection:
    """Order an AWS connection; whole months are charged from now on, data by volume (20-1, 22-1, 23-1, 24-1).

    Raises Refused without a local router of the project or an AWS account (21-1), and until the upper terms and where
    our responsibility ends are accepted (25-1, 26-1, 27-1).
    """
    router = check(project, order)
    connection = AwsConnection(
        project=project, name=order.name, description=order.description, tags=list(order.tags), local_router=router,
        aws_account=order.aws_account, vlan=free_vlan(), counted_until=at, created_at=at, state_changed_at=at,
    )  # fmt: skip
    ids.reserve(connection)
    connection.contract = contracts.open(
        AWS, connection, project=project, needs=[(router.contract, REFUSES)], accepted=accepted, items=ITEMS, by=by,
        at=at,
    )  # fmt: skip
    save(connection)
    meters.start(connection.contract, "aws", at=at)
    operations.ask("aws.order", connection, by=by, at=at)
    audit.record("aws.created", connection, by=by, at=at, account=order.aws_account)
    confirming.ordered(connection, ITEMS, at=at)
    return connection


def check(project: Project, order: AwsOrder) -> LocalRouter:
    """The local router, locked. Raises Refused unless it is of the project and the AWS account can be one (21-1)."""
    if not DIGITS.match(order.aws_account):
        raise Refused(str(TWELVE_DIGITS.message), clause="21-1", field="aws_account", code="bad_request", status=400)
    router = order.local_router
    if router.project_id != project.pk:
        raise Refused(_("The local router is in another project."), clause="21-1", field="local_router")
    if router.hold().state != LocalRouter.State.AVAILABLE:
        text = _("An AWS connection needs a local router. Order one first.")
        raise Refused(text, clause="21-1", field="local_router")
    return router


def free_vlan() -> int:
    """The lowest VLAN that no connection has. Raises Refused when all are in use."""
    taken = set(AwsConnection.objects.alive().values_list("vlan", flat=True))
    found = next((vlan for vlan in VLANS if vlan not in taken), None)
    if found is None:
        raise Refused(_("There is no room on our line to AWS now. Please contact us."), code="no_room")
    return found


def save(connection: AwsConnection) -> None:
    """Write it down, or raise Refused when a rival has taken the VLAN."""
    try:
        with transaction.atomic():
            connection.save(force_insert=True)
    except IntegrityError as error:
        text = _("Somebody else ordered at the same moment. Please try again.")
        raise Refused(text, code="conflict") from error


@transaction.atomic
def observed(connection: AwsConnection, state: str, *, reason: str = "", at: datetime) -> None:
    """AWS says how the connection is; nothing of the fee depends on it (23-1)."""
    if connection.hold().state in (state, AwsConnection.State.DELETED):
        return
    moved = connection.move(f"see_{state.lower()}", reason=reason[:200], at=at)
    audit.record("aws.observed", connection, moved, by=SYSTEM, at=at)
    notices.send(
        "aws.state", connection, to=connection.project, topic=Topic.SERVICE, occasion=f"{state} {at.isoformat()}",
        act_url=connection.get_absolute_url(), at=at, state=AwsConnection.State(state).label, reason=reason,
    )  # fmt: skip


@transaction.atomic
def count(connection: AwsConnection, transfers: Sequence[Transfer], *, until: datetime, at: datetime) -> None:
    """Count what we measured, each hour once (24-2): to AWS is charged, from AWS only shown (24-1, 24-3)."""
    for one in transfers:
        for direction, sent in (("out", one.to_aws), ("in", one.from_aws)):
            if sent > 0 and one.at >= connection.created_at.replace(minute=0, second=0, microsecond=0):
                key = f"{connection.pk}:{one.at.isoformat()}:{direction}"
                quantity = (Decimal(sent) / GB).quantize(Decimal("0.000001"))
                if quantity > 0:
                    counted_at = max(one.at, connection.created_at)
                    meters.add(
                        connection.contract, "aws.data", quantity, source="aws", event_id=key, direction=direction,
                        at=counted_at,
                    )  # fmt: skip
    AwsConnection.objects.filter(pk=connection.pk, counted_until__lt=until).update(counted_until=until)


def edit(connection: AwsConnection, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it."""
    labels.edit(connection, "aws.edited", by=by, at=at, **values)


def protect(connection: AwsConnection, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock it against deletion, or unlock it."""
    labels.protect(connection, "aws", protected=protected, by=by, at=at)


@transaction.atomic
def delete(connection: AwsConnection, *, by: Actor, at: datetime) -> None:
    """End it the same day (6-1, AM-28); this whole month is charged (23-1). Raises Refused while it is protected."""
    if connection.hold("protected").protected:
        raise Refused(_("This AWS connection is protected against deletion. Remove the protection first."))
    if connection.contract.is_running:
        contracts.close(connection.contract, reason="cancelled", by=by, at=at)
    remove(connection, by=by, at=at)


@transaction.atomic
def remove(connection: AwsConnection, *, by: Actor, at: datetime) -> None:
    """Take away the AWS connection of a contract that has ended."""
    moved = connection.move("delete", at=at)
    operations.ask("aws.delete", connection, by=by, at=at)
    audit.record("aws.deleted", connection, moved, by=by, at=at)


@transaction.atomic
def tell(news: AwsNews, *, by: Actor, at: datetime) -> int:
    """Staff tell all who have an AWS connection what AWS changes or ends (27-1); returns how many were told."""
    news.told_at = at
    news.save(force_insert=True)
    audit.record("aws.news_told", news, by=by, at=at)
    projects = Project.objects.filter(pk__in=AwsConnection.objects.alive().values("project"))
    return sum(
        notices.send(
            "aws.news", news, to=project, occasion=str(project.pk), at=at, title=news.title, text=news.text,
            effective_on=news.effective_on, abolishes=news.abolishes,
        )
        for project in projects.order_by("pk")
    )  # fmt: skip


def abolished(at: datetime) -> date | None:
    """Since when there are no AWS connections any more, if an abolition is in force (27-1)."""
    rows = AwsNews.objects.filter(abolishes=True, effective_on__lte=jst_date(at))
    return rows.order_by("effective_on").values_list("effective_on", flat=True).first()


@transaction.atomic
def end_by_abolition(connection: AwsConnection, *, at: datetime) -> None:
    """End it, as the option is abolished (27-1)."""
    if connection.contract.is_running:
        contracts.close(connection.contract, reason="abolished", immediately=True, by=SYSTEM, at=at)
    remove(connection, by=SYSTEM, at=at)


def volumes(connection: AwsConnection, month: Month) -> dict[str, Decimal]:
    """GB of the month by direction: "out" is charged, "in" is billed by AWS (24-1, 24-3). One query."""
    rows = connection.contract.counts.filter(month=month.first_day, item="aws.data").order_by()
    found = dict(rows.values_list("direction").annotate(gb=Sum("quantity")))
    return {direction: found.get(direction, Decimal(0)) for direction in ("out", "in")}
