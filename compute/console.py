"""What this app tells the dashboard and the search."""

from datetime import datetime
from ipaddress import ip_address

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.projects.models import Project
from compute.archives.models import Archive, Cdrom
from compute.disks.models import Disk
from compute.incidents.models import Incident
from compute.library.models import SshKey
from compute.load_balancers.models import LoadBalancer
from compute.networks.aws.models import AwsConnection
from compute.networks.models import Block, Bridge, HybridConnection, LocalRouter, PacketFilter, Peer, Router, Switch
from compute.pauses.models import PauseCase
from compute.servers.models import Server
from core.console import Attention, Hit, Tile

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """Servers and routers by name, number or address; the others by name or number."""
    servers = Server.objects.visible_to(actor).alive().filter(named(words) | addressed(words))
    found = [Hit(s.name, _("Server %(n)s") % {"n": s.number}, s.get_absolute_url(), "server") for s in servers[:HITS]]
    for model, icon, label in (
        (Disk, "database", _("Disk %(n)s")),
        (Archive, "archive", _("Archive %(n)s")),
        (Cdrom, "disc", _("CD-ROM image %(n)s")),
        (LoadBalancer, "arrows-exchange", _("Load balancer %(n)s")),
        (Switch, "sitemap", _("Switch %(n)s")),
        (Router, "router", _("Router+switch %(n)s")),
        (PacketFilter, "filter", _("Packet filter %(n)s")),
        (Bridge, "link", _("Bridge %(n)s")),
        (LocalRouter, "network", _("Local router %(n)s")),
        (AwsConnection, "plug-connected", _("AWS connection %(n)s")),
        (HybridConnection, "plug-connected", _("Hybrid connection %(n)s")),
        (SshKey, "key", _("SSH key %(n)s")),
    ):
        rows = model.objects.visible_to(actor).alive().filter(named(words))
        found += [Hit(row.name, label % {"n": row.number}, row.get_absolute_url(), icon) for row in rows[:HITS]]
    return found + blocks(actor, words)


def blocks(actor: Actor, words: str) -> list[Hit]:
    """The block of addresses that an address belongs to."""
    try:
        inside = Block.objects.filter(network__net_contains_or_equals=str(ip_address(words)))
    except ValueError:
        return []
    rows = inside.visible_to(actor).alive().select_related("router")
    return [Hit(str(row), row.router.name, row.get_absolute_url(), "router") for row in rows[:HITS]]


def named(words: str) -> Q:
    """By name, or by the whole number."""
    if words.isascii() and words.isdigit() and len(words) == 12:
        return Q(number=int(words))
    return Q(name__icontains=words)


def addressed(words: str) -> Q:
    """By IP address."""
    try:
        return Q(address=str(ip_address(words)))
    except ValueError:
        return Q(pk=None)


def tiles(project: Project) -> list[Tile]:
    """How many servers run. One query."""
    running, failed, busy = Q(state="RUNNING"), Q(state="FAILED"), Q(state__in=Server.BUSY)
    counts = Server.objects.alive().filter(project=project).aggregate(
        all=Count("pk"), running=Count("pk", running), failed=Count("pk", failed), busy=Count("pk", busy)
    )  # fmt: skip
    words = {"busy": counts["busy"], "failed": counts["failed"]}
    note = _("%(busy)s in transition · %(failed)s failed") % words if counts["busy"] or counts["failed"] else ""
    figure = f"{counts['running']:,} / {counts['all']:,}"
    return [Tile(_("Running servers"), figure, note, "bad" if counts["failed"] else "", reverse("servers"))]


def attention(project: Project, at: datetime) -> list[Attention]:
    """Failed servers, incidents, long pauses and peers that don't answer. Four queries."""
    failed = Server.objects.filter(project=project, state=Server.State.FAILED).order_by("pk")[:HITS]
    found = [
        Attention(_("Server “%(name)s” could not be prepared") % {"name": one.name}, one.get_absolute_url(), "bad")
        for one in failed
    ]
    touched = Incident.objects.filter(state=Incident.State.ONGOING, affected__server__project=project).distinct()
    found += [Attention(one.title, one.get_absolute_url(), "bad", "9-1") for one in touched.order_by("pk")[:HITS]]
    cases = PauseCase.objects.unresolved().filter(server__project=project, resumed_late_at=None)
    for case in cases.select_related("server").order_by("limit_on", "pk")[:HITS]:
        words = {"name": case.server.name, "day": date_format(case.deadline_on or case.limit_on)}
        text = _("Server “%(name)s” is stopped: start or delete it by %(day)s") % words
        tone, clause = ("bad", "7-4") if case.deadline_on else ("warn", "7-3")
        found.append(Attention(text, case.get_absolute_url(), tone, clause))
    lonely = Peer.objects.one_sided().filter(router__project=project).select_related("router", "other")
    for peer in lonely[:HITS]:
        words = {"name": peer.router.name, "peer": peer.other.number}
        text = _("Local router “%(name)s”: peer %(peer)s isn't connected, and the fee goes on") % words
        found.append(Attention(text, peer.get_absolute_url(), "warn", "19-1"))
    return found
