"""The verbs of a hybrid connection."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import contracts, estimates, meters
from billing.contracts import REFUSES, Closing, Due
from billing.invoices.closing import due_on
from billing.other_services import actions as other_services
from billing.other_services.models import OtherService
from compute.library import labels
from compute.networks.hybrid.models import HybridConnection
from compute.networks.switches.models import Switch
from compute.services import HYBRID
from core import ids, operations
from core.calendar import Month, jst_date
from core.errors import Refused

ITEMS = [("hybrid", "")]


@dataclass(frozen=True)
class HybridOrder:
    """What a customer orders. switch: may come later; other_service, line: what the other end is."""

    name: str
    switch: Switch | None = None
    other_service: OtherService | None = None
    line: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()


@transaction.atomic
def create(project: Project, order: HybridOrder, *, by: Actor, at: datetime) -> HybridConnection:
    """Order a hybrid connection; whole months are charged from now on, with invoices of its own (12-1, 13-1, 13-2).

    Raises Refused for who uses none of the services that 12-1 names, and for another's service.
    """
    check_eligible(project.organisation)
    check_mine(project.organisation, order.other_service)
    hybrid = HybridConnection(
        project=project, name=order.name, description=order.description, tags=list(order.tags),
        other_service=order.other_service, line=order.line, created_at=at, state_changed_at=at,
    )  # fmt: skip
    ids.reserve(hybrid)
    sold = replace(HYBRID, closing=Closing(settings.HYBRID_CLOSING))
    hybrid.contract = contracts.open(sold, hybrid, project=project, items=ITEMS, by=by, at=at)
    hybrid.save(force_insert=True)
    meters.start(hybrid.contract, "hybrid", at=at)
    audit.record("hybrid.created", hybrid, by=by, at=at)
    if order.switch is not None:
        connect(hybrid, order.switch, by=by, at=at)
    tell_ordered(hybrid, at=at)
    return hybrid


def check_eligible(organisation: Organisation) -> None:
    """Raise Refused for who uses no dedicated server, VPS, cloud, housing or remote housing of ours (12-1)."""
    if not other_services.is_user(organisation):
        text = _(
            "A hybrid connection is for users of a dedicated server, VPS, the cloud, housing or remote housing. "
            "Order a server here first, or register the service you use with us; we confirm it."
        )
        raise Refused(text, clause="12-1", code="not_eligible", hints=[other_services.hint()])


def check_mine(organisation: Organisation, service: OtherService | None) -> None:
    """Raise Refused unless the other end is a service of this customer that staff have confirmed."""
    if service is None:
        return
    if not OtherService.objects.attested().filter(pk=service.pk, organisation=organisation).exists():
        text = _("This service isn't confirmed. A hybrid connection leads to one that we have confirmed.")
        raise Refused(text, clause="12-1", field="other_service")


def first_due(at: datetime) -> Any:
    """The day by which the first fee of an order made now is payable (13-1)."""
    today = jst_date(at)
    return due_on(Due.HYBRID, Month.of(today), today)


def tell_ordered(hybrid: HybridConnection, *, at: datetime) -> None:
    """Tell the project what was ordered, what it costs and when it is payable (3-1, 13-1)."""
    notices.send(
        "hybrid.ordered", hybrid, to=hybrid.project, topic=Topic.SERVICE, occasion="ordered",
        act_url=hybrid.get_absolute_url(), at=at, price=estimates.order(ITEMS, at=at), due_on=first_due(at),
    )  # fmt: skip


@transaction.atomic
def connect(hybrid: HybridConnection, switch: Switch, *, by: Actor, at: datetime) -> None:
    """Tie it to a switch, which can't be deleted while it is (AM-12).

    Raises Refused for a switch of another project, in the sandbox, or with a hybrid connection already, and while this
    one has another switch.
    """
    if hybrid.project_id != switch.project_id:
        raise Refused(_("The hybrid connection and the switch are in different projects."), field="switch")
    if switch.zone.is_sandbox:
        raise Refused(_("Nothing leads out of a sandbox zone. Choose a switch of another zone."), field="switch")
    if hybrid.hold("switch").state != HybridConnection.State.AVAILABLE:
        raise Refused(_("This hybrid connection was ended meanwhile."))
    if hybrid.switch is not None:
        text = _("It is connected to “%(switch)s”. Disconnect it first.")
        raise Refused(text % {"switch": hybrid.switch}, field="switch", code="conflict")
    if switch.hold().state != Switch.State.AVAILABLE:
        raise Refused(_("This switch was deleted meanwhile. Choose another one."), field="switch")
    tie(hybrid, switch)
    contracts.link(hybrid.contract, switch.contract, REFUSES)
    operations.ask("hybrid.set", hybrid, by=by, at=at)
    audit.record("hybrid.connected", hybrid, by=by, at=at, switch=switch.name)


def tie(hybrid: HybridConnection, switch: Switch) -> None:
    """Write it down, or raise Refused when the switch has one; the database decides among rivals."""
    try:
        with transaction.atomic():
            HybridConnection.objects.filter(pk=hybrid.pk).update(switch=switch)
    except IntegrityError as error:
        text = _("This switch has a hybrid connection already. Disconnect that one first.")
        raise Refused(text, field="switch", code="conflict") from error
    hybrid.switch = switch


@transaction.atomic
def disconnect(hybrid: HybridConnection, *, by: Actor, at: datetime) -> None:
    """Take it off its switch; it goes on and is charged (13-1). Raises Refused when it is on none."""
    switch = hybrid.hold("switch").switch
    if switch is None:
        raise Refused(_("It is connected to no switch."), code="conflict")
    part(hybrid, switch)
    operations.ask("hybrid.set", hybrid, by=by, at=at)
    audit.record("hybrid.disconnected", hybrid, by=by, at=at, switch=switch.name)


def part(hybrid: HybridConnection, switch: Switch) -> None:
    """Write down that it is on no switch."""
    HybridConnection.objects.filter(pk=hybrid.pk).update(switch=None)
    hybrid.switch = None
    contracts.unlink(hybrid.contract, switch.contract)


def edit(hybrid: HybridConnection, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it, and what is noted about its other end."""
    labels.edit(hybrid, "hybrid.edited", by=by, at=at, **values)


def protect(hybrid: HybridConnection, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock it against cancelling, or unlock it."""
    labels.protect(hybrid, "hybrid", protected=protected, by=by, at=at)


@transaction.atomic
def cancel(hybrid: HybridConnection, *, by: Actor, at: datetime) -> None:
    """Receive the notice: it ends at the end of the month, and works until then (14-1, AM-28: a setting).

    Raises Refused while it is protected and when notice was given before.
    """
    if hybrid.hold("protected").protected:
        raise Refused(_("This hybrid connection is protected against deletion. Remove the protection first."))
    contract = hybrid.contract.refreshed()
    if contract.state == contract.State.ENDING and contract.ends_on:
        text = _("This was cancelled already; it ends on %(day)s.") % {"day": date_format(contract.ends_on)}
        raise Refused(text, clause="14-1", code="conflict")
    ending = contracts.close(contract, reason="cancelled", by=by, at=at)
    audit.record("hybrid.cancelled", hybrid, by=by, at=at, day=ending.ends_on.isoformat())
    if ending.ended:
        remove(hybrid, by=by, at=at)
    notices.send(
        "hybrid.cancelled", hybrid, to=hybrid.project, topic=Topic.SERVICE, occasion="cancelled",
        act_url=hybrid.get_absolute_url(), at=at, ends_on=ending.ends_on,
    )  # fmt: skip


@transaction.atomic
def remove(hybrid: HybridConnection, *, by: Actor, at: datetime) -> None:
    """Take away the hybrid connection of a contract that has ended."""
    switch = hybrid.hold("switch").switch
    if switch is not None:
        part(hybrid, switch)
    moved = hybrid.move("delete", at=at)
    operations.ask("hybrid.delete", hybrid, by=by, at=at)
    audit.record("hybrid.deleted", hybrid, moved, by=by, at=at)


def survive(hybrid: HybridConnection, *, at: datetime) -> None:
    """Say once a month that it goes on and is charged although all base services have ended (14-1)."""
    notices.send(
        "hybrid.survives", hybrid, to=hybrid.project, occasion=str(Month.of(at)), act_url=hybrid.get_absolute_url(),
        at=at,
    )  # fmt: skip
