"""Load balancers as tools know them for certificates: items of the class "proxylb", ordered in the panel's API.

`proxylb/sslcertificate` holds what the customer supplied; what we look after is shown there, too, and never changed.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, VIEW
from accounts.api import Resources, labels
from certificates.orders import actions
from certificates.orders.models import Certificate
from compute.load_balancers import actions as load_balancers
from compute.load_balancers import pem
from compute.load_balancers.models import BalancerCertificate, LoadBalancer
from core.api import Body, Fixed, Id, Instant, Made, Part, Reply, Tags, Text
from core.errors import Refused

END = "-----END CERTIFICATE-----\n"


def looked_after(balancer_pk: int) -> QuerySet[Certificate]:
    """The certificates on it that we renew, the oldest first."""
    rows = Certificate.objects.looked_after().filter(balancer=balancer_pk)
    return rows.select_related("project__organisation", "contract", "current").order_by("pk")


def lets_encrypt(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The names that we look after, as one setting."""
    names = [name for row in rows for name in row["names"]]
    common, *others = names or [""]
    return {"CommonName": common, "Enabled": bool(names), "SubjectAltNames": others}


ITEM = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Availability": Fixed("available"),
        "ServiceClass": Fixed("cloud/proxylb/plain/100"),
        "Provider": {"Class": Fixed("proxylb"), "ServiceClass": Fixed("cloud/proxylb")},
        "Settings": {"ProxyLB": {"LetsEncrypt": Made(lets_encrypt, "certificate_rows")}},
        "Status": {"VirtualIPAddress": Text("shared_address__address")},
        "CreatedAt": Instant("created_at"),
        "ModifiedAt": Instant("state_changed_at"),
    }
)


def of_project(request: Any) -> QuerySet[LoadBalancer]:
    named = Certificate.objects.looked_after().filter(balancer=OuterRef("pk")).order_by("pk")
    rows = LoadBalancer.objects.filter(project=request.project).select_related("zone", "contract", "shared_address")
    found: QuerySet[LoadBalancer] = rows.annotate(
        certificate_rows=ArraySubquery(named.values(json=JSONObject(names="names")))
    )
    return found


balancers = Resources(
    "commonserviceitem", "CommonServiceItem", "CommonServiceItems", rows=of_project, fields=ITEM
)  # fmt: skip


@balancers.changes(level=ARRANGE)
def change(request: Any, balancer: LoadBalancer, body: Body) -> LoadBalancer:
    """Change its name, description and tags; ports and servers are set in the panel's API."""
    load_balancers.edit(
        balancer, **labels(body, "CommonServiceItem", balancer), by=request.actor, at=request.now
    )  # fmt: skip
    return balancer


@balancers.deletes(level=LoadBalancer.MOVES["delete"].level)
def delete(request: Any, balancer: LoadBalancer, body: Body) -> None:
    """Delete it; its certificates end with it (84-4)."""
    load_balancers.delete(balancer, by=request.actor, at=request.now)


@balancers.verb("GET", "proxylb/sslcertificate", level=VIEW)
def read(request: Any, balancer: LoadBalancer, body: Body) -> Reply:
    """The certificates on it; private keys are never given back."""
    rows = balancer.certificates.defer("private_key").order_by("-is_supplied", "pk")
    found = [shown(one) for one in rows]
    return Reply({"ProxyLB": {"PrimaryCert": found[0] if found else None, "AdditionalCerts": found[1:]}})


def shown(one: BalancerCertificate) -> dict[str, Any]:
    leaf, end, rest = one.chain.partition(END)
    return {
        "ServerCertificate": leaf + end,
        "IntermediateCertificate": rest,
        "PrivateKey": "",
        "CertificateEndDate": one.not_after.strftime("%b %d %H:%M:%S %Y GMT"),
        "CertificateCommonName": one.names[0],
        "CertificateAltNames": ",".join(one.names),
    }


@balancers.verb("PUT", "proxylb/sslcertificate", level=ARRANGE)
@transaction.atomic
def install(request: Any, balancer: LoadBalancer, body: Body) -> Reply:
    """Have exactly these certificates of one's own: {"ProxyLB": {"PrimaryCert", "AdditionalCerts": [...]}}.

    All or nothing; those that are there already stay, those that we look after are never touched.
    """
    at = "ProxyLB"
    count = len(body.items(f"{at}.AdditionalCerts"))
    places = [f"{at}.PrimaryCert", *(f"{at}.AdditionalCerts.{n}" for n in range(count))]
    kept = []
    for place in places:
        chain = body.text(f"{place}.ServerCertificate") + "\n" + body.text(f"{place}.IntermediateCertificate", "")
        kept.append(installed(request, balancer, chain, body.text(f"{place}.PrivateKey")))
    for one in balancer.certificates.filter(is_supplied=True).exclude(fingerprint__in=kept):
        load_balancers.uninstall(one, by=request.actor, at=request.now)
    return read(request, balancer, body)


def installed(request: Any, balancer: LoadBalancer, chain: str, key: str) -> str:
    """The fingerprint of a certificate that is on it now, whether or not it was before. Raises Refused."""
    found = pem.pair(chain, key, at=request.now).fingerprint
    if not balancer.certificates.filter(fingerprint=found).exists():
        load_balancers.install(balancer, chain, key, by=request.actor, at=request.now)
    return found


@balancers.verb("DELETE", "proxylb/sslcertificate", level=ARRANGE)
@transaction.atomic
def remove(request: Any, balancer: LoadBalancer, body: Body) -> None:
    """Remove all certificates of one's own."""
    for one in balancer.certificates.filter(is_supplied=True):
        load_balancers.uninstall(one, by=request.actor, at=request.now)


@balancers.verb("PUT", "proxylb/letsencryptrenew", level=ARRANGE)
@transaction.atomic
def renew(request: Any, balancer: LoadBalancer, body: Body) -> None:
    """Have the certificates that we look after issued anew, with new keys. Raises Refused without any."""
    rows = list(looked_after(balancer.pk))
    if not rows:
        raise Refused(_("We look after no certificate on this load balancer. Order one first."), code="not_found")
    for one in rows:
        actions.reissue(one, by=request.actor, at=request.now)
