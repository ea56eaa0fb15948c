"""Local routers in the cloud API: items of the class "localrouter", whose settings are replaced as a whole.

What must be acknowledged (19-1) is acknowledged on the page first, or by `Remark.Accepted: ["peering"]` of an order.
Secret keys are told only to keys that may arrange things; to others they are empty.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import BooleanField, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, VIEW
from accounts.api import Resources, labels
from compute.drivers.routing import routing
from compute.networks.local_routers import actions, configuring, health, keys
from compute.networks.local_routers.actions import Place
from compute.networks.local_routers.configuring import Named
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.local_routers.operations import ref
from compute.networks.local_routers.wires import Route, Wire
from compute.networks.switches.models import Switch
from core.api import BadQuery, Body, Fixed, Id, Instant, Made, Measured, Part, Reply, Tags, Text, monitored, number_of
from core.errors import Refused

ITEM = "CommonServiceItem"
AT = f"{ITEM}.Settings.LocalRouter"
PLACE = (
    "switch__number",
    "switch__zone__code",
    "network",
    "virtual_address",
    "first_address",
    "second_address",
    "vrid",
)


def switch_of(number: int | None, zone: str | None) -> dict[str, str] | None:
    return None if number is None else {"Code": str(number), "Category": "cloud", "ZoneID": str(zone)}


def interface_of(virtual: str | None, first: str, second: str, network: Any, vrid: int) -> dict[str, Any] | None:
    if virtual is None:
        return None
    return {
        "VirtualIPAddress": virtual, "IPAddress": [first, second], "NetworkMaskLen": network.prefixlen, "VRID": vrid
    }  # fmt: skip


def routes_of(routes: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    return [{"Prefix": prefix, "NextHop": hop} for prefix, hop in routes]


def peers_of(pk: int, peers: Sequence[dict[str, Any]], shown: bool) -> list[dict[str, Any]]:
    """The peers it names; their ids are texts whatever the client asked for, as tools expect."""
    return [
        {
            "ID": str(one["id"]),
            "SecretKey": keys.as_entered(pk, b64decode(one["key"])) if shown else "",
            "Enabled": one["enabled"],
            "Description": one["description"],
        }
        for one in peers
    ]


def hash_of(*values: Any) -> str:
    """What changes whenever its settings change."""
    text = json.dumps([str(one) for one in values], ensure_ascii=False)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def keys_of(pk: int, sealed: bytes, shown: bool) -> list[str]:
    return [keys.of_router(pk, sealed)] if shown else []


FIELDS = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Fixed("available"),
        "ServiceClass": Fixed("cloud/localrouter/1"),
        "Provider": {"Class": Fixed("localrouter"), "ServiceClass": Fixed("cloud/localrouter")},
        "Settings": {
            "LocalRouter": {
                "Switch": Made(switch_of, "switch__number", "switch__zone__code"),
                "Interface": Made(
                    interface_of, "virtual_address", "first_address", "second_address", "network", "vrid"
                ),
                "Peers": Made(peers_of, "pk", "peer_rows", "keys_shown"),
                "StaticRoutes": Made(routes_of, "routes"),
            }
        },
        "SettingsHash": Made(hash_of, *PLACE, "routes", "peer_rows"),
        "Status": {"SecretKeys": Made(keys_of, "pk", "sealed_key", "keys_shown")},
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def with_peers(request: Any) -> QuerySet[LocalRouter]:
    """Local routers, with those they name, and whether the key may read secret keys."""
    sealed = Func("sealed_key", Value("base64"), function="encode", output_field=TextField())
    named = Peer.objects.filter(router=OuterRef("pk")).order_by("pk")
    peers = named.values(
        json=JSONObject(id="other__number", key=sealed, enabled="enabled", description="description")
    )  # fmt: skip
    may = request.actor.level_in(request.project.pk) >= ARRANGE
    rows = LocalRouter.objects.select_related("contract", "switch__contract", "switch__zone")
    found: QuerySet[LocalRouter] = rows.annotate(peer_rows=ArraySubquery(peers), keys_shown=Value(may, BooleanField()))
    return found


local_routers = Resources("commonserviceitem", ITEM, "CommonServiceItems", rows=with_peers, fields=FIELDS)


def settings_in(request: Any, body: Body) -> tuple[Place, list[Named]]:
    """Where it shall stand and whom it shall name. Raises BadQuery."""
    routes = tuple(
        Route(body.text(f"{AT}.StaticRoutes.{n}.Prefix"), body.text(f"{AT}.StaticRoutes.{n}.NextHop"))
        for n in range(len(body.items(f"{AT}.StaticRoutes")))
    )
    named = [
        Named(
            body.whole(f"{AT}.Peers.{n}.ID"),
            body.text(f"{AT}.Peers.{n}.SecretKey", ""),
            body.flag(f"{AT}.Peers.{n}.Enabled", default=True),
            body.like(Peer, "description", f"{AT}.Peers.{n}.Description", ""),
        )
        for n in range(len(body.items(f"{AT}.Peers")))
    ]
    switch = switch_in(request, body)
    if (switch is None) != (not body.sends(f"{AT}.Interface")):
        text = _("“%(field)s” and “%(other)s” go together: send both, or neither.")
        raise BadQuery(text % {"field": f"{AT}.Switch", "other": f"{AT}.Interface"}, field=f"{AT}.Interface")
    return Place(switch, wire_in(body) if switch else None, routes), named


def switch_in(request: Any, body: Body) -> Switch | None:
    """The switch of the project that the body names with its zone, or None. Raises BadQuery, Refused (404)."""
    if not body.sends(f"{AT}.Switch"):
        return None
    category, zone = body.text(f"{AT}.Switch.Category", "cloud"), body.text(f"{AT}.Switch.ZoneID")
    if category != "cloud":
        raise BadQuery(_("Only switches of this cloud can be connected here."), field=f"{AT}.Switch.Category")
    number = body.whole(f"{AT}.Switch.Code")
    rows = Switch.objects.visible_to(request.actor).alive().select_related("zone", "contract")
    switch: Switch | None = rows.filter(number=number, project=request.project).first()
    if switch is None or zone not in (switch.zone.code, str(switch.zone.number)):
        text = _("There is no switch %(number)s in %(zone)s.")
        raise Refused(
            text % {"number": number, "zone": zone[:16]}, code="not_found", field=f"{AT}.Switch.Code", status=404
        )  # fmt: skip
    return switch


def wire_in(body: Body) -> Wire:
    """Its addresses. Raises BadQuery."""
    at = f"{AT}.Interface"
    two = body.items(f"{at}.IPAddress")
    if len(two) != 2:
        raise BadQuery(_("“%(field)s” holds two addresses.") % {"field": f"{at}.IPAddress"}, field=f"{at}.IPAddress")
    paths = (f"{at}.VirtualIPAddress", f"{at}.IPAddress.0", f"{at}.IPAddress.1")
    virtual, first, second = (address_in(body, path) for path in paths)
    return Wire(virtual, first, second, length=body.whole(f"{at}.NetworkMaskLen"), vrid=body.whole(f"{at}.VRID"))


def address_in(body: Body, path: str) -> str:
    """An IPv4 address. Raises BadQuery."""
    try:
        return str(IPv4Address(body.text(path)))
    except AddressValueError as error:
        raise BadQuery(_("“%(field)s” must be an IPv4 address.") % {"field": path}, field=path) from error


@local_routers.creates(level=CREATE)
@transaction.atomic
def create(request: Any, body: Body) -> LocalRouter:
    """Order one, with its settings when they are sent."""
    at = f"{ITEM}.Remark.Accepted"
    accepted = [body.text(f"{at}.{n}") for n in range(len(body.items(at)))]
    named = labels(body, ITEM)
    router = actions.create(request.project, **named, accepted=accepted, by=request.actor, at=request.now)
    configure(request, router, body)
    return router


@local_routers.changes(level=ARRANGE)
@transaction.atomic
def change(request: Any, router: LocalRouter, body: Body) -> LocalRouter:
    """Change what it is called, and its settings as a whole when they are sent."""
    sent = body.text(f"{ITEM}.SettingsHash", "") or body.text("SettingsHash", "")
    if sent and sent != present_hash(request, router):
        text = _("The settings were changed meanwhile. Read them again.")
        raise Refused(text, code="conflict", field="SettingsHash")
    if any(body.sends(f"{ITEM}.{name}") for name in ("Name", "Description", "Tags")):
        actions.edit(router, **labels(body, ITEM, router), by=request.actor, at=request.now)
    configure(request, router, body)
    return router


def present_hash(request: Any, router: LocalRouter) -> str:
    """What SettingsHash says now."""
    row = with_peers(request).filter(pk=router.pk).values_list(*PLACE, "routes", "peer_rows").get()
    return hash_of(*row)


def configure(request: Any, router: LocalRouter, body: Body) -> None:
    """Replace the settings that were sent; what isn't sent stays as it is."""
    if body.sends(AT):
        place, named = settings_in(request, body)
        configuring.configure(router, place, named, by=request.actor, at=request.now)


@local_routers.deletes(level=LocalRouter.MOVES["delete"].level)
def delete(request: Any, router: LocalRouter, body: Body) -> None:
    """Delete it."""
    actions.delete(router, by=request.actor, at=request.now)


@local_routers.verb("PUT", "config", level=ARRANGE)
def apply(request: Any, router: LocalRouter, body: Body) -> None:
    """Set it up again as its settings say; changes are applied by themselves."""
    actions.set_up_again(router, by=request.actor, at=request.now)


@local_routers.verb("GET", "health", level=VIEW)
def healths(request: Any, router: LocalRouter, body: Body) -> Reply:
    """How each peer is, and which networks are reached through it."""
    number, found = number_of(request), health.of_peers(router.pk)
    joined = set(Peer.objects.up().filter(router=router).values_list("pk", flat=True))
    peers = [
        {
            "ID": number(one.other.number),
            "Status": "up" if one.pk in joined and found.get(one.other_id) == "up" else "down",
            "Routes": one.other.reaches if one.pk in joined else [],
        }
        for one in router.peers.select_related("other").order_by("pk")
    ]
    return Reply({"LocalRouter": {"Peers": peers}})


@local_routers.verb("GET", "activity/localrouter/monitor", level=VIEW)
def monitor(request: Any, router: LocalRouter, body: Body) -> Reply:
    """Bytes a second from and to its switch."""

    def measure(start: datetime, end: datetime, step: int) -> Measured:
        flows = routing().flows(ref(router.pk), start, end, step) if router.switch_id else []
        return ((one.at, {"Receive": one.receive, "Send": one.send}) for one in flows)

    return monitored(request, measure)
