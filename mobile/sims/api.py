"""SIMs in the cloud API: items of the class "sim".

What must be agreed to is agreed to on the pages first; the declaration of business use (34-2) is made there too, or by
`Remark.BusinessUse` of the first SIM.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.access import ARRANGE, CREATE, POWER, VIEW
from accounts.api import Resources, labels
from core.api import Body, Fixed, Id, Instant, Made, Measured, Part, Reply, Tags, Text, monitored, number_of
from core.api.fields import instant
from core.api.shape import written
from core.calendar import DAY, JST, Month, jst_date, midnight
from mobile.sims import actions, cards, options, sessions
from mobile.sims.actions import SimOrder
from mobile.sims.models import NETWORKS, Sim, SimDay

ITEM = "CommonServiceItem"
INFO = Part(
    {
        "iccid": Text("iccid"),
        "imsi": Made(list, "card__imsi"),
        "imei": Text("imei"),
        "imei_lock": Made(bool, "imei"),
        "ip": Made(lambda address: address or "", "address"),
        "session_status": Made(lambda up: "UP" if up else "DOWN", "connected"),
        "registered": Fixed(True),
        "activated": Made(lambda state: state in Sim.UP, "state"),
        "resource_id": Made(str, "number"),
        "registered_date": Instant("created_at"),
        "activated_date": Instant("activated_at"),
        "deactivated_date": Instant("deactivated_at"),
        "traffic_bytes_of_current_month": {
            "uplink_bytes": Made(str, "month_up"), "downlink_bytes": Made(str, "month_down")
        },
        "connected_imei": Text("connected_imei"),
    },
    extra=True,
)  # fmt: skip
FIELDS = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Fixed("available"),
        "ServiceClass": Fixed("cloud/sim/1"),
        "Provider": {
            "ID": Fixed(8000001), "Class": Fixed("sim"), "Name": Fixed("sakura-sim"), "ServiceClass": Fixed("cloud/sim")
        },
        "Status": {"ICCID": Text("iccid"), "sim": INFO},
        "Settings": Fixed(None),
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)  # fmt: skip


def with_traffic(request: Any) -> QuerySet[Sim]:
    """SIMs, with the bytes of this month for those who ask for them."""
    month = Month.of(request.now)
    of_sim = SimDay.objects.filter(sim=OuterRef("pk"), day__gte=month.first_day, day__lte=month.last_day)

    def total(way: str) -> Coalesce:
        return Coalesce(Subquery(of_sim.order_by().values("sim").annotate(sum=Sum(way)).values("sum")), 0)

    rows = Sim.objects.select_related("contract", "card")
    found: QuerySet[Sim] = rows.annotate(month_up=total("up"), month_down=total("down"))
    return found


items = Resources("commonserviceitem", ITEM, "CommonServiceItems", rows=with_traffic, fields=FIELDS)


@items.creates(level=CREATE)
def register(request: Any, body: Body) -> Sim:
    """Register a SIM by ICCID and PASSCODE; it is inactive until it is activated."""
    labelled = labels(body, ITEM)
    iccid, passcode = body.text(f"{ITEM}.Status.ICCID"), body.text(f"{ITEM}.Remark.PassCode")
    card = cards.prove(request.project, iccid, passcode, at=request.now)
    order = SimOrder(labelled["name"], labelled["description"], tuple(labelled["tags"]), activate=False)
    business_use = body.flag(f"{ITEM}.Remark.BusinessUse")
    return actions.register(
        request.project, card, order, business_use=business_use, by=request.actor, at=request.now
    )  # fmt: skip


@items.changes(level=ARRANGE)
def change(request: Any, sim: Sim, body: Body) -> Sim:
    """Change its name, description and tags."""
    actions.edit(sim, **labels(body, ITEM, sim), by=request.actor, at=request.now)
    return sim


@items.deletes(level=Sim.MOVES["delete"].level)
def delete(request: Any, sim: Sim, body: Body) -> None:
    """Delete the registration."""
    actions.delete(sim, by=request.actor, at=request.now)


@items.verb("PUT", "sim/activate", level=POWER)
def activate(request: Any, sim: Sim, body: Body) -> None:
    """Let it carry traffic."""
    actions.activate(sim, by=request.actor, at=request.now)


@items.verb("PUT", "sim/deactivate", level=POWER)
def deactivate(request: Any, sim: Sim, body: Body) -> None:
    """Let it carry nothing."""
    actions.deactivate(sim, by=request.actor, at=request.now)


@items.verb("PUT", "sim/ip", level=ARRANGE)
def fix_address(request: Any, sim: Sim, body: Body) -> None:
    """Give it a fixed address: {"sim": {"ip": ...}}."""
    options.fix_address(sim, body.text("sim.ip"), by=request.actor, at=request.now)


@items.verb("DELETE", "sim/ip", level=ARRANGE)
def free_address(request: Any, sim: Sim, body: Body) -> None:
    """Take the fixed address back."""
    options.free_address(sim, by=request.actor, at=request.now)


@items.verb("PUT", "sim/imeilock", level=ARRANGE)
def lock_device(request: Any, sim: Sim, body: Body) -> None:
    """Lock it to a device: {"sim": {"imei": ...}}."""
    options.lock_device(sim, body.text("sim.imei"), by=request.actor, at=request.now)


@items.verb("DELETE", "sim/imeilock", level=ARRANGE)
def unlock_device(request: Any, sim: Sim, body: Body) -> None:
    """Let any device use it."""
    options.unlock_device(sim, by=request.actor, at=request.now)


@items.verb("GET", "sim/status", level=VIEW)
def status(request: Any, sim: Sim, body: Body) -> Reply:
    """What is known of the line now."""
    return Reply({"sim": written(with_traffic(request).filter(pk=sim.pk), INFO, number_of(request))[0]})


@items.verb("GET", "sim/sessionlog", level=VIEW)
def session_log(request: Any, sim: Sim, body: Body) -> Reply:
    """The newest events of its sessions."""
    logs = [
        {
            "date": instant(one.at), "session_status": one.status, "resource_id": str(sim.number), "imei": one.imei,
            "imsi": one.imsi,
        }
        for one in sessions.log(sim)
    ]  # fmt: skip
    return Reply({"logs": logs})


@items.verb("GET", "sim/network_operator_config", level=VIEW)
def networks(request: Any, sim: Sim, body: Body) -> Reply:
    """Which networks it may use."""
    config = [{"name": name, "country_code": "JP", "allow": name in sim.networks} for name in NETWORKS]
    return Reply({"network_operator_config": config})


@items.verb("PUT", "sim/network_operator_config", level=ARRANGE)
def allow_networks(request: Any, sim: Sim, body: Body) -> None:
    """Choose the networks: those of the list with "allow"; the others are forbidden."""
    at = "network_operator_config"
    places = range(len(body.items(at)))
    wanted = [body.text(f"{at}.{one}.name") for one in places if body.flag(f"{at}.{one}.allow")]
    options.allow_networks(sim, wanted, by=request.actor, at=request.now)


@items.verb("GET", "sim/metrics/monitor", level=VIEW)
def monitor(request: Any, sim: Sim, body: Body) -> Reply:
    """Bits a second, up and down: each day's average, today's over the time that has passed."""

    def measure(start: datetime, end: datetime, step: int) -> Measured:
        rates = dict(averages(sim, start, request.now))
        first = int(start.timestamp()) // step * step
        for second in range(first, int(end.timestamp()), step):
            at = datetime.fromtimestamp(second, tz=JST)
            up, down = rates.get(at.date(), (0.0, 0.0))
            yield at, {"UplinkBPS": up, "DownlinkBPS": down}

    return monitored(request, measure)


def averages(sim: Sim, start: datetime, now: datetime) -> Iterator[tuple[Any, tuple[float, float]]]:
    """Each day since then with its average bits a second, up and down."""
    for row in SimDay.objects.filter(sim=sim, day__gte=jst_date(start)).order_by("day"):
        passed = min((now - midnight(row.day)).total_seconds(), DAY.total_seconds())
        yield row.day, (round(8 * row.up / max(passed, 1), 1), round(8 * row.down / max(passed, 1), 1))
