"""How what compute sells is ordered by program: one recipe a kind, for order forms and pages of things alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from core.copying import EARLIER, Block, Recipe, Ref, Sample, curl, panel

GB = 1024
# The numbers of the disk plans.
DISK_PLANS = {"hdd": 2, "ssd": 4}


@dataclass(frozen=True)
class Labels:
    """What a thing is called."""

    name: str
    description: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def said(cls, form: Any) -> "Labels":
        """What an order form says now, half-filled as it may be."""
        tags = form.said("tags") if "tags" in form.fields else ""
        words = tags if isinstance(tags, list) else tags.replace(",", " ").split()
        return cls(form.said("name") or "example", form.said("description"), tuple(words))

    @classmethod
    def of(cls, thing: Any) -> "Labels":
        """What a thing is called."""
        return cls(thing.name, thing.description, tuple(thing.tags))

    def body(self) -> dict[str, Any]:
        """As the API says it."""
        values = {"Name": self.name, "Description": self.description, "Tags": list(self.tags)}
        return {key: value for key, value in values.items() if value}

    def flags(self) -> dict[str, Any]:
        """As the tools say it."""
        return {"name": self.name, "description": self.description, "tags": list(self.tags)}


@dataclass(frozen=True)
class DiskWish:
    """A disk. plan: "ssd" or "hdd"; archive, disk: the number of what it is copied from, 0 for none.

    number: its own, when it exists.
    """

    labels: Labels
    plan: str
    size_gb: int
    archive: int = 0
    disk: int = 0
    host_name: str = ""
    ssh_keys: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    key_only: bool = False
    number: int = 0

    def body(self, server: str = "") -> dict[str, Any]:
        """As the API orders it. server: the number of the one it is put into."""
        disk: dict[str, Any] = {
            **self.labels.body(), "Plan": {"ID": DISK_PLANS[self.plan]}, "SizeMB": self.size_gb * GB,
            "SourceArchive": named(self.archive), "SourceDisk": named(self.disk), "Server": named(server),
        }  # fmt: skip
        config = {
            "HostName": self.host_name, "SSHKeys": [{"ID": str(one)} for one in self.ssh_keys],
            "Notes": [{"ID": str(one)} for one in self.notes], "DisablePWAuth": self.key_only,
        }  # fmt: skip
        return without_empty({"Disk": without_empty(disk), "Config": without_empty(config)})

    def flags(self, prefix: str = "", edit: str = "edit_disk_") -> dict[str, Any]:
        """As usacloud says it. prefix, edit: how its flags begin."""
        own = {"disk_plan": self.plan, "size": self.size_gb, "source_archive_id": self.archive or None,
               "source_disk_id": self.disk or None}  # fmt: skip
        edits = {"host_name": self.host_name, "ssh_key_ids": list(self.ssh_keys), "note_ids": list(self.notes),
                 "disable_pw_auth": self.key_only}  # fmt: skip
        return {f"{prefix}{key}": value for key, value in own.items()} | {f"{edit}{k}": v for k, v in edits.items()}

    def block(self) -> Block:
        """As Terraform says it."""
        own = {**self.labels.flags(), "plan": self.plan, "size": self.size_gb}
        sources = {"source_archive_id": number(self.archive), "source_disk_id": number(self.disk)}
        return Block("sakuracloud_disk", {**own, **sources}, self.number)

    def edits(self) -> dict[str, Any]:
        """What Terraform writes into it for the first boot of its server."""
        return without_empty(
            {"hostname": self.host_name, "ssh_key_ids": [str(one) for one in self.ssh_keys],
             "note_ids": [str(one) for one in self.notes], "disable_pw_auth": self.key_only}
        )  # fmt: skip


def number(of: int | str) -> str:
    return str(of) if of else ""


def named(of: int | str) -> dict[str, str]:
    """A pointer of the API; empty for none."""
    return {"ID": str(of)} if of else {}


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, [], {}, False)}


def server(
    labels: Labels,
    zone: str,
    *,
    cores: int,
    memory_mb: int,
    wires: Sequence[str] = ("shared",),
    disks: Sequence[DiskWish] = (),
    start: bool = False,
) -> Recipe:
    """A server. wires: "shared", the number of a switch, or "" for each interface; disks: what it is ordered with."""
    order = {
        **labels.body(), "ServerPlan": {"CPU": cores, "MemoryMB": memory_mb},
        "ConnectedSwitches": [{"Scope": "shared"} if wire == "shared" else named(wire) or None for wire in wires],
    }  # fmt: skip
    root = f"{settings.BASE_URL}/cloud/zone/{zone}/api/cloud/1.1"
    following = [curl("POST", f"{root}/disk", disk.body(EARLIER)) for disk in disks]
    if start:
        following.append(f"until {curl('PUT', f'{root}/server/{EARLIER}/power')}; do sleep 5; done")
    flags = {
        **labels.flags(), "cpu": cores, "memory": memory_mb // GB, **upstreams(wires), **disk_flags(disks),
        "boot_after_create": start,
    }  # fmt: skip
    blocks = [disk.block() for disk in disks]
    machine = {
        **labels.flags(), "core": cores, "memory": memory_mb // GB,
        "disks": [Ref(f"{one.address}.id") for one in blocks],
        "network_interface": [{"upstream": wire or "disconnect"} for wire in wires],
        "disk_edit_parameter": disks[0].edits() if disks else {},
    }  # fmt: skip
    return Recipe(
        "server", zone, {"Server": order}, "server", flags, [*blocks, Block("sakuracloud_server", machine)], following
    )


def upstreams(wires: Sequence[str]) -> dict[str, Any]:
    """The interfaces of a server as flags: one by itself, several as JSON."""
    said = [wire or "disconnected" for wire in wires]
    if len(said) == 1:
        return {"network_interface_upstream": said[0]}
    return {"network_interfaces": json.dumps([{"Upstream": one} for one in said])} if said else {}


def disk_flags(disks: Sequence[DiskWish]) -> dict[str, Any]:
    """The disks of a server as flags: one by itself, several as JSON."""
    if len(disks) == 1:
        return {"disk_name": disks[0].labels.name, **disks[0].flags("disk_", "disk_edit_")}
    return {"disks": json.dumps([disk_json(one) for one in disks], ensure_ascii=False)} if disks else {}


def disk_json(disk: DiskWish) -> dict[str, Any]:
    """A disk as the JSON of the flag `disks`."""
    edits = without_empty(
        {"HostName": disk.host_name, "SSHKeyIDs": list(disk.ssh_keys), "NoteIDs": list(disk.notes),
         "DisablePWAuth": disk.key_only}
    )  # fmt: skip
    own = {"Name": disk.labels.name, "DiskPlan": disk.plan, "SizeGB": disk.size_gb, "EditDisk": edits}
    return without_empty({**own, "SourceArchiveID": disk.archive or None, "SourceDiskID": disk.disk or None})


def disk(wish: DiskWish, zone: str) -> Recipe:
    """A disk by itself."""
    return Recipe(
        "disk", zone, wish.body(), "disk", {**wish.labels.flags(), **wish.flags()}, [wish.block()]
    )  # fmt: skip


def image(noun: str, labels: Labels, zone: str, *, size_gb: int, archive: int = 0, copied: bool = False) -> Recipe:
    """An archive or a CD-ROM image: noun is "archive" or "cdrom"; archive: the number of the one that is copied.

    copied: whether it has its content already. Terraform only uploads files of one's own.
    """
    name = {"archive": "Archive", "cdrom": "CDROM"}[noun]
    copied = copied or bool(archive)
    order = {**labels.body(), "SizeMB": None if archive else size_gb * GB, "SourceArchive": named(archive)}
    file = {"archive": "archive_file", "cdrom": "iso_image_file"}[noun]
    flags = {
        **labels.flags(), "size": size_gb, "source_archive_id": archive or None,
        "source_file": "" if copied else FILES[noun],
    }  # fmt: skip
    block = Block(f"sakuracloud_{noun}", {**labels.flags(), "size": size_gb, file: FILES[noun]})
    return Recipe(noun, zone, {name: without_empty(order)}, noun, flags, [] if copied else [block])


# What an image is uploaded from, in samples.
FILES = {"archive": "system.raw", "cdrom": "installer.iso"}


def switch(labels: Labels, zone: str, *, default_route: str = "", mask_length: int = 0, bridge: int = 0) -> Recipe:
    """A switch, with what is noted about its network."""
    notes = without_empty({"DefaultRoute": default_route, "NetworkMaskLen": mask_length or None})
    order = without_empty({**labels.body(), "UserSubnet": notes})
    block = Block("sakuracloud_switch", {**labels.flags(), "bridge_id": number(bridge)})
    return Recipe("switch", zone, {"Switch": order}, "switch", labels.flags(), [block])


def router(labels: Labels, zone: str, *, mbps: int, length: int) -> Recipe:
    """A router+switch."""
    order = {**labels.body(), "BandWidthMbps": mbps, "NetworkMaskLen": length}
    flags = {**labels.flags(), "band_width": mbps, "netmask": length}
    return Recipe("internet", zone, {"Internet": order}, "internet", flags, [Block("sakuracloud_internet", flags)])


def addresses(router: int, zone: str, *, length: int, next_hop: str) -> list[Sample]:
    """Additional addresses of a router."""
    recipe = Recipe(
        f"internet/{router}/subnet", zone, {"NetworkMaskLen": length, "NextHop": next_hop}, "", {},
        [Block("sakuracloud_subnet", {"internet_id": str(router), "netmask": length, "next_hop": next_hop})],
    )  # fmt: skip
    return recipe.ordering()


def bridge(labels: Labels) -> Recipe:
    """A bridge; it is in no zone, but asked for at one. The tools know no tags of it."""
    flags = {"name": labels.name, "description": labels.description}
    return Recipe(
        "bridge", "is1a", {"Bridge": labels.body()}, "bridge", flags, [Block("sakuracloud_bridge", flags)]
    )  # fmt: skip


def local_router(labels: Labels) -> Recipe:
    """A local router as it is ordered; it is in no zone and on no switch yet."""
    order = {"CommonServiceItem": {**labels.body(), "Provider": {"Class": "localrouter"}}}
    return Recipe("commonserviceitem", "", order, "local-router", labels.flags(), [])


def local_router_of(router: Any, *, with_peers: bool) -> list[Sample]:
    """One that exists. Terraform gets it only without peers, whose keys would have to stand in it."""
    labels, wire = Labels.of(router), router.wire
    read = local_router(labels)
    if wire is None or with_peers:
        return read.reading(router.number)
    block = Block(
        "sakuracloud_local_router",
        {
            **labels.flags(),
            "switch": {"code": str(router.switch.number), "category": "cloud", "zone_id": router.switch.zone.code},
            "network_interface": {
                "vip": wire.virtual, "ip_addresses": [wire.first, wire.second], "netmask": wire.length,
                "vrid": wire.vrid,
            },
            "static_route": [{"prefix": one.prefix, "next_hop": one.next_hop} for one in router.static_routes],
        },
    )  # fmt: skip
    return replace(read, blocks=[block]).reading(router.number)


def packet_filter(labels: Labels, zone: str, rules: Sequence[Mapping[str, str]]) -> Recipe:
    """A packet filter with its rules, as compute.networks.filters.rules has them. The tools know no tags of it."""
    names = {"Action": "action", "Protocol": "protocol", "SourceNetwork": "source_network", "SourcePort": "source_port",
             "DestinationPort": "destination_port", "Description": "description"}  # fmt: skip
    expression = [without_empty({name: rule.get(key, "") for name, key in names.items()}) for rule in rules]
    flags = {"name": labels.name, "description": labels.description}
    blocks = [
        {"protocol": rule["protocol"], "allow": rule["action"] == "allow",
         **{key: rule.get(key, "") for key in ("source_network", "source_port", "destination_port", "description")}}
        for rule in rules
    ]  # fmt: skip
    return Recipe(
        "packetfilter", zone, {"PacketFilter": {**labels.body(), "Expression": expression}}, "packet-filter",
        {**flags, "expressions": json.dumps(expression, ensure_ascii=False) if expression else ""},
        [Block("sakuracloud_packet_filter", {**flags, "expression": blocks})],
    )  # fmt: skip


def ssh_key(labels: Labels, public_key: str) -> Recipe:
    """An SSH key; it is in no zone."""
    flags = {"name": labels.name, "public_key": public_key}
    order = {"Name": labels.name, "PublicKey": public_key}
    return Recipe("sshkey", "", {"SSHKey": order}, "ssh-key", flags, [Block("sakuracloud_ssh_key", flags)])


def balancer(labels: Labels, zone: str) -> list[Sample]:
    """A load balancer, which only our own API knows."""
    return panel("load-balancers", {"LoadBalancer": {**labels.body(), "Zone": {"Name": zone}}})


def aws_connection(labels: Labels, router: int | str, account: str) -> list[Sample]:
    """An AWS connection, which only our own API knows."""
    order = {**labels.body(), "LocalRouter": named(router), "AwsAccount": account}
    return panel("aws-connections", {"AwsConnection": order})


def hybrid_connection(labels: Labels, switch: int | str, other_service: int | str, line: str) -> list[Sample]:
    """A hybrid connection, which only our own API knows."""
    ends = {"Switch": switch and named(switch), "OtherService": other_service and named(other_service), "Line": line}
    return panel("hybrid-connections", {"HybridConnection": {**labels.body(), **without_empty(ends)}})
