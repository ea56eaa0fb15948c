"""Certificates for programs: in the panel's API, and as tools know them beside a load balancer (class "proxylb").

What must be accepted (78-1, 79-1) is accepted on the page first, or by `Accepted: ["certificates", ...]` of an order.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, VIEW
from accounts.api import PanelEndpoint, Resources, labels, referred
from certificates.authorities.models import Authority
from certificates.orders import actions, endings
from certificates.orders.actions import CertificateOrder
from certificates.orders.models import Certificate, Issuance
from certificates.proxylb_api import balancers
from compute.load_balancers.models import LoadBalancer
from core.api import BadQuery, Body, Choice, Id, Instant, Link, Made, Many, Part, Reply, Tags, Text, Whole

CERTIFICATE = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "State": Choice("state", {one.value: one.value for one in Certificate.State}),
        "Names": Made(list, "names"),
        "LoadBalancer": Link("balancer", {"ID": Id("number"), "Name": Text("name")}),
        "Authority": Link("authority", {"Code": Text("code"), "Name": Text("name")}),
        "Validation": Text("method"),
        "Key": Text("key_kind"),
        "NotAfter": Instant("not_after"),
        "RenewAt": Instant("renew_at"),
        "Reason": Text("reason"),
        "Issuances": Many(
            lambda: Issuance.objects.order_by("ordinal"), by="certificate",
            fields={
                "Purpose": Text("purpose"), "State": Text("state"), "BegunAt": Instant("created_at"),
                "DoneAt": Instant("done_at"), "Serial": Text("serial"), "Fingerprint": Text("fingerprint"),
                "NotBefore": Instant("not_before"), "NotAfter": Instant("not_after"), "Attempts": Whole("attempts"),
                "Trouble": Text("trouble"), "NextAttemptAt": Instant("next_at"), "RevokedAt": Instant("revoked_at"),
            },
        ),
        "CreatedAt": Instant("created_at"),
    }
)  # fmt: skip


class Certificates(Resources):
    """The certificates of the key's project. Each order is worked off by us step by step: see Issuances."""

    endpoint = PanelEndpoint


def of_project(request: Any) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(project=request.project)
    return rows.select_related("contract", "authority", "balancer__contract", "current")


certificates = Certificates("certificates", "Certificate", "Certificates", rows=of_project, fields=CERTIFICATE)


@certificates.creates(level=CREATE)
def create(request: Any, body: Body) -> Certificate:
    """Order one: {"Certificate": {"LoadBalancer": {"ID"}, "Names": [...], "Authority": {"Code"}, "Validation",
    "Key", "ReplacesSupplied", "OpensPorts"}}; free of charge (78-2)."""
    at = "Certificate"
    rows = LoadBalancer.objects.select_related("project__organisation", "contract", "zone", "shared_address")
    balancer = referred(request, rows, body, f"{at}.LoadBalancer.ID", ARRANGE)
    if balancer is None:
        raise required(f"{at}.LoadBalancer.ID")
    names = [body.text(f"{at}.Names.{n}") for n in range(len(body.items(f"{at}.Names")))]
    order = CertificateOrder(
        balancer, authority_in(body, f"{at}.Authority.Code"), " ".join(names),
        method=one_of(Certificate.Method.values, body, f"{at}.Validation", Certificate.Method.HTTP.value),
        key=one_of(Certificate.Key.values, body, f"{at}.Key", Certificate.Key.ECDSA.value),
        replaces_supplied=body.flag(f"{at}.ReplacesSupplied", default=False),
        opens_ports=body.flag(f"{at}.OpensPorts", default=True),
        description=body.like(Certificate, "description", f"{at}.Description", ""),
        tags=tuple(body.like(Certificate, "tags", f"{at}.Tags", [])),
    )  # fmt: skip
    accepted = tuple(body.text(f"{at}.Accepted.{n}") for n in range(len(body.items(f"{at}.Accepted"))))
    return actions.order(request.project, order, accepted=accepted, by=request.actor, at=request.now)


def required(field: str) -> BadQuery:
    return BadQuery(_("“%(field)s” is required.") % {"field": field}, field=field)


def authority_in(body: Body, field: str) -> Authority:
    """The authority that is named, else the first one offered. Raises BadQuery."""
    offered = {one.code: one for one in Authority.objects.offered()}
    code = body.text(field, "") or next(iter(offered), "")
    if code not in offered:
        text = _("There is no such authority. Offered are: %(codes)s.")
        raise BadQuery(text % {"codes": ", ".join(offered) or "—"}, field=field)
    return offered[code]


def one_of(values: list[str], body: Body, field: str, usual: str) -> str:
    """One of the words that are possible. Raises BadQuery."""
    found: str = body.text(field, usual)
    if found not in values:
        text = _("“%(field)s” is one of: %(values)s.") % {"field": field, "values": ", ".join(values)}
        raise BadQuery(text, field=field)
    return found


@certificates.changes(level=ARRANGE)
def change(request: Any, certificate: Certificate, body: Body) -> Certificate:
    """Change its name, description and tags."""
    actions.edit(certificate, **labels(body, "Certificate", certificate), by=request.actor, at=request.now)
    return certificate


@certificates.deletes(level=Certificate.MOVES["end"].level)
def delete(request: Any, certificate: Certificate, body: Body) -> None:
    """Cancel it with effect today (84-3); it is taken off the load balancer and revoked (84-5)."""
    endings.cancel(certificate, by=request.actor, at=request.now)


@certificates.verb("GET", "renewal", level=VIEW)
def renewal(request: Any, certificate: Certificate, body: Body) -> Reply:
    """Whether it is renewed, when, and until which day that can be declined (84-2)."""
    issuance = certificate.current
    last = issuance.life.opt_out_until.isoformat() if issuance else None
    wanted = certificate.state in Certificate.LOOKED_AFTER
    return Reply({"Renewal": {"Enabled": wanted, "DeclineUntil": last}})


@certificates.verb("PUT", "renewal", level=CREATE)
def set_renewal(request: Any, certificate: Certificate, body: Body) -> Certificate:
    """Decline the renewal, or take that back: {"Enabled": false}. What is so already stays so."""
    wanted = body.flag("Enabled")
    if wanted == (certificate.state in Certificate.LOOKED_AFTER):
        return certificate
    act = actions.opt_in if wanted else actions.opt_out
    act(certificate, by=request.actor, at=request.now)
    return certificate


@certificates.verb("PUT", "retry", level=ARRANGE)
def retry(request: Any, certificate: Certificate, body: Body) -> Certificate:
    """Try now what is to be tried later."""
    actions.try_again(certificate, by=request.actor, at=request.now)
    return certificate


@certificates.verb("PUT", "reissue", level=Certificate.MOVES["reissue"].level)
def reissue(request: Any, certificate: Certificate, body: Body) -> Certificate:
    """Have it issued anew with a new key."""
    actions.reissue(certificate, by=request.actor, at=request.now)
    return certificate


ITEMS = {"proxylb": balancers}
panel = certificates.urls
