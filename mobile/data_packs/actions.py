"""Ordering a data pack, giving notice, its end; how much of the volume is used."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts import ENDS
from billing.prices.models import Price
from core import ids
from core.calendar import Month, jst_date
from core.errors import Hint, Refused
from mobile.connect import actions as connect
from mobile.data_packs.models import DataPack
from mobile.services import DATA_PACK
from mobile.sims.models import SimDay
from mobile.sims.usage import in_megabytes

ITEM = "sim.pack"


def offers(at: datetime) -> list[Price]:
    """The packs that are sold, the smallest first."""
    return list(Price.objects.on(jst_date(at)).filter(item=ITEM).order_by("included", "plan"))


@transaction.atomic
def order(project: Project, plan: str, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> DataPack:
    """Order a pack: from this month on its volume belongs to all SIMs of the project, at its whole price (38-2).

    Raises Refused without Secure Mobile Connect in the project, or when that is ending.
    """
    wanted = next((one for one in offers(at) if one.plan == plan), None)
    if wanted is None:
        raise Refused(_("This pack isn't sold."), field="plan", code="invalid_plan", status=400)
    connect.lock(project)
    parent = connect.of(project)
    if parent is None or parent.contract.state not in ("PROVISIONAL", "ACTIVE"):
        text = _("A pack is for the SIMs of a project. Register a SIM first.")
        raise Refused(text, clause="38-2", code="not_running", hints=[Hint(_("Register a SIM"), "/sims/register")])
    pack = DataPack(project=project, plan=plan, name=wanted.label[:64], created_at=at, state_changed_at=at)
    ids.reserve(pack)
    pack.contract = contracts.open(
        DATA_PACK, pack, project=project, needs=[(parent.contract, ENDS)], accepted=accepted, items=[(ITEM, plan)],
        by=by, at=at,
    )  # fmt: skip
    pack.save(force_insert=True)
    meters.start(pack.contract, ITEM, plan, at=at)
    audit.record("pack.ordered", pack, by=by, at=at)
    return pack


@transaction.atomic
def cancel(pack: DataPack, *, by: Actor, at: datetime) -> None:
    """Give notice: it lasts until the month's end, which is paid for anyway (38-2). Raises Refused the second time."""
    contract = pack.contract.refreshed()
    if contract.state == "ENDING" and contract.ends_on:
        text = _("This pack was cancelled already; it ends on %(day)s.")
        raise Refused(text % {"day": date_format(contract.ends_on)}, clause="38-2")
    ending = contracts.close(contract, reason="cancelled", by=by, at=at)
    audit.record("pack.cancelled", pack, by=by, at=at, day=ending.ends_on.isoformat())


@transaction.atomic
def end(pack: DataPack, *, at: datetime) -> None:
    """Its contract has ended."""
    moved = pack.move("end", at=at)
    audit.record("pack.ended", pack, moved, by=SYSTEM, at=at)


@dataclass(frozen=True)
class Pool:
    """The volume of a project's month, in MB: carried, free for everybody, of its packs."""

    used: Decimal
    free: Decimal
    packs: Decimal

    @property
    def included(self) -> Decimal:
        return self.free + self.packs

    @property
    def used_mb(self) -> int:
        return int(self.used)

    @property
    def included_mb(self) -> int:
        return int(self.included)

    @property
    def beyond(self) -> Decimal:
        """What is charged by the MB."""
        return max(self.used - self.included, Decimal(0))


def pool(project: Project, at: datetime) -> Pool:
    """How the month stands (38-1, 38-2). Three queries."""
    month = Month.of(at)
    days = SimDay.objects.filter(sim__project=project, day__gte=month.first_day, day__lte=month.last_day)
    sums = days.aggregate(up=Sum("up"), down=Sum("down"))
    rows = Price.objects.on(jst_date(at)).filter(item__in=("sim.data", ITEM))
    included = {(row.item_id, row.plan): row.included for row in rows}
    plans = DataPack.objects.alive().filter(project=project).values_list("plan", flat=True)
    packs = sum((included.get((ITEM, plan), Decimal(0)) for plan in plans), Decimal(0))
    used = in_megabytes((sums["up"] or 0) + (sums["down"] or 0))
    return Pool(used, included.get(("sim.data", ""), Decimal(0)), packs)
