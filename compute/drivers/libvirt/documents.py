"""libvirt's XML of machines, disks, interfaces, filters and volumes, made from our specs."""

import secrets
from ipaddress import ip_network
from typing import Any
from xml.etree import ElementTree as XML

from compute.drivers import MachineSpec, Nic
from compute.drivers.libvirt.connection import identity
from core.operations import Rejected

SPACE = "https://engawa.example/libvirt"
XML.register_namespace("engawa", SPACE)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CDROM, SEED = "sda", "sdb"


def node(tag: str, *children: Any, **attributes: str) -> XML.Element:
    """An element; children are elements or one text. `_in` and `_type` stand for words that Python reserves."""
    made = XML.Element(tag, {name.strip("_"): value for name, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made


def text(element: XML.Element) -> str:
    return XML.tostring(element, encoding="unicode")


def parsed(document: str) -> XML.Element:
    """What libvirt itself has written."""
    return XML.fromstring(document)  # noqa: S314


def machine(ref: str, spec: MachineSpec, *, kind: str, shared: str) -> XML.Element:
    """A machine without disks: it boots from its first disk, has a drive for CD-ROMs, a screen and a console."""
    devices = [nic(ref, one, shared=shared) for one in spec.interfaces]
    if kind != "test":
        devices += [
            node("controller", type="scsi", model="virtio-scsi"),
            drive(CDROM),
            node("graphics", type="vnc", port="-1", listen="127.0.0.1", passwd=secrets.token_hex(4)),
            node("video", node("model", type="vga")),
            node("serial", type="pty"),
            node("console", type="pty"),
            node("rng", node("backend", "/dev/urandom", model="random"), model="virtio"),
        ]
    made = node(
        "domain",
        node("name", ref),
        node("uuid", str(identity(ref))),
        node("memory", str(spec.memory_mb), unit="MiB"),
        node("vcpu", str(spec.cores)),
        node("os", node("type", "hvm"), node("boot", dev="hd"), node("boot", dev="cdrom")),
        node("features", node("acpi")),
        node("devices", *devices),
        type=kind,
    )
    if kind == "qemu":  # emulated: the model that needs no virtualisation
        made.append(node("cpu", node("model", "qemu64"), mode="custom", match="exact"))
    return made


def resize(document: XML.Element, spec: MachineSpec) -> None:
    """Give the machine other cores and memory; everything else stays."""
    for tag in ("memory", "currentMemory", "vcpu"):
        for old in document.findall(tag):
            document.remove(old)
    document.append(node("memory", str(spec.memory_mb), unit="MiB"))
    document.append(node("vcpu", str(spec.cores)))


def nic(ref: str, wanted: Nic, *, shared: str) -> XML.Element:
    """An interface on its network; one without is on none: its link is down."""
    made = node("interface", node("mac", address=wanted.mac), node("model", type="virtio"), type="network")
    made.append(node("source", network=shared if wanted.network in ("", "shared") else wanted.network))
    if not wanted.network:
        made.append(node("link", state="down"))
    if wanted.rules or wanted.network == "shared":
        made.append(node("filterref", filter=filter_name(ref, wanted)))
    return made


def filter_name(ref: str, wanted: Nic) -> str:
    return f"{ref}-{wanted.mac.replace(':', '')}"


def packet_filter(ref: str, wanted: Nic) -> XML.Element:
    """The filter of one interface. On the shared network a machine speaks from its own addresses only."""
    made = node("filter", node("uuid", str(identity(filter_name(ref, wanted)))), name=filter_name(ref, wanted))
    if wanted.network == "shared":
        own = [node("mac", match="no", srcmacaddr=wanted.mac)]
        own += [node("ip", match="no", srcipaddr=wanted.address)] if wanted.address else []
        made.extend([node("rule", one, action="drop", direction="out", priority="100") for one in own])
    made.extend([rule(one, str(priority)) for priority, one in enumerate(wanted.rules, start=200)])
    return made


def rule(wanted: dict[str, str], priority: str) -> XML.Element:
    """A rule of a packet filter; the first that matches decides (lower numbers come first)."""
    protocol = "all" if wanted["protocol"] == "ip" else wanted["protocol"]
    if protocol == "fragment":
        raise Rejected("The hypervisor has no rules for fragments: take them out of the packet filter.")
    condition = node(protocol)
    if wanted["source_network"]:
        network = ip_network(wanted["source_network"])
        condition.attrib |= {"srcipaddr": str(network.network_address), "srcipmask": str(network.prefixlen)}
    for ours, theirs in (("source_port", "srcport"), ("destination_port", "dstport")):
        first, _dash, last = wanted[ours].partition("-")
        if first:
            condition.attrib |= {f"{theirs}start": first, f"{theirs}end": last or first}
    action = "accept" if wanted["action"] == "allow" else "drop"
    return node("rule", condition, action=action, direction="in", priority=priority, statematch="false")


def disk(pool: str, volume: str, position: int, *, format: str) -> XML.Element:
    """A disk of the machine; its serial number in the guest is our ref."""
    return node(
        "disk",
        node("driver", name="qemu", type=format, discard="unmap"),
        node("source", pool=pool, volume=volume),
        node("target", dev=f"vd{LETTERS[position]}", bus="virtio"),
        node("serial", volume),
        type="volume",
        device="disk",
    )


def drive(target: str, pool: str = "", volume: str = "", *, format: str = "raw") -> XML.Element:
    """A CD-ROM drive, empty or with a volume in it."""
    made = node("disk", node("driver", name="qemu", type=format), type="volume" if volume else "file", device="cdrom")
    if volume:
        made.append(node("source", pool=pool, volume=volume))
    made.extend((node("target", dev=target, bus="scsi"), node("readonly")))
    return made


def volume(name: str, size: int, *, format: str) -> str:
    """A volume of so many bytes."""
    made = node("volume", node("name", name), node("capacity", str(size), unit="bytes"))
    made.append(node("target", node("format", type=format)))
    return text(made)


def part(document: XML.Element, name: str) -> XML.Element:
    """A part that every machine has."""
    found = document.find(name)
    if found is None:
        raise Rejected("The hypervisor's description of the machine is incomplete.")
    return found


def volumes(document: XML.Element) -> dict[str, str]:
    """The disks of a machine: volume -> its name in the guest (vda, vdb ...), in order."""
    found = {
        source.get("volume", ""): target.get("dev", "")
        for disk in document.findall("devices/disk[@device='disk']")
        if (source := disk.find("source")) is not None and (target := disk.find("target")) is not None
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def key_of(document: XML.Element, call: str) -> str:
    """The key of the last such call that was done, and when it began (`key at`); "" when there was none."""
    found = document.find(f"metadata/{{{SPACE}}}calls")
    return found.get(call, "") if found is not None else ""


def remember(document: XML.Element, call: str, words: str) -> None:
    """Write down the key of a call in the machine."""
    home = document.find("metadata")
    if home is None:
        home = node("metadata")
        document.append(home)
    calls = home.find(f"{{{SPACE}}}calls")
    if calls is None:
        calls = XML.SubElement(home, f"{{{SPACE}}}calls")
    calls.set(call, words)
