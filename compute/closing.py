"""What compute adds to an export of a customer's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from accounts.organisations.models import Organisation
from compute.disks.models import Disk
from compute.library.models import SshKey
from compute.networks.aws.models import AwsConnection
from compute.networks.models import Block, Bridge, HybridConnection, LocalRouter, PacketFilter, Peer, Router, Switch
from compute.servers.models import Server


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's servers, disks, networks and SSH keys, deleted ones too: (file name, rows), oldest first."""
    own = {"project__organisation": organisation}
    labels = ("number", "name", "description", "tags", "state", "created_at")
    places = {"zone_code": F("zone__code"), "plan_code": F("plan__code")}
    servers = Server.objects.filter(**own).order_by("pk")
    yield "servers.jsonl", servers.values(*labels, "address", "stopped_since", **places).iterator()
    disks = Disk.objects.filter(**own).order_by("pk")
    yield "disks.jsonl", disks.values(*labels, "size_gb", **places).iterator()
    zoned = {"zone_code": F("zone__code")}
    switches = Switch.objects.filter(**own).order_by("pk")
    yield "switches.jsonl", switches.values(*labels, "default_route", "mask_length", **zoned).iterator()
    routers = Router.objects.filter(**own).order_by("pk")
    yield "routers.jsonl", routers.values(*labels, **places).iterator()
    blocks = Block.objects.filter(router__project__organisation=organisation).order_by("pk")
    yield (
        "address-blocks.jsonl",
        (
            {**row, "network": str(row["network"])}
            for row in blocks.values(
                "number", "network", "kind", "next_hop", "released_at", router_number=F("router__number")
            )
        ),
    )
    filters = PacketFilter.objects.filter(**own).order_by("pk")
    yield "packet-filters.jsonl", filters.values(*labels, "rules", **zoned).iterator()
    yield "bridges.jsonl", Bridge.objects.filter(**own).order_by("pk").values(*labels).iterator()
    yield from local_routers(organisation)
    yield from aws_connections(organisation)
    hybrids = HybridConnection.objects.filter(**own).order_by("pk")
    other_end = {"switch_number": F("switch__number"), "leads_to": F("other_service__reference")}
    yield "hybrid-connections.jsonl", hybrids.values(*labels, "line", **other_end).iterator()
    keys = SshKey.objects.filter(**own).order_by("pk")
    yield "ssh-keys.jsonl", keys.values(*labels, "public_key", "fingerprint").iterator()


def aws_connections(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """AWS connections."""
    rows = AwsConnection.objects.filter(project__organisation=organisation).order_by("pk")
    labels = ("number", "name", "description", "tags", "state", "created_at", "aws_account", "vlan")
    yield "aws-connections.jsonl", rows.values(*labels, router_number=F("local_router__number")).iterator()


def local_routers(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """Local routers and whom they name, without keys."""
    rows = LocalRouter.objects.filter(project__organisation=organisation).order_by("pk")
    labels = ("number", "name", "description", "tags", "state", "created_at")
    columns = (*labels, "network", "virtual_address", "first_address", "second_address", "vrid", "routes")
    yield (
        "local-routers.jsonl",
        (
            {**row, "network": row["network"] and str(row["network"])}
            for row in rows.values(*columns, switch_number=F("switch__number"))
        ),
    )
    peers = Peer.objects.filter(router__project__organisation=organisation).order_by("pk")
    ends = {"router_number": F("router__number"), "peer_number": F("other__number")}
    yield "peers.jsonl", peers.values("number", "enabled", "description", "created_at", **ends).iterator()
