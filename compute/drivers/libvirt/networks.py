"""Networks: a switch is a network of libvirt, a router gives its switch a way out, a bridge makes switches one."""

from datetime import datetime
from ipaddress import ip_network
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

from compute.drivers import NetworkSpec
from compute.drivers.libvirt import documents
from compute.drivers.libvirt.connection import Connection, identity
from compute.drivers.libvirt.documents import node
from core.operations import Rejected

KILOBYTES_A_MEGABIT = 125


class Networks:
    """The part of the driver that knows networks."""

    connection: Connection

    def set_network(self, ref: str, spec: NetworkSpec, *, key: UUID, at: datetime) -> None:
        if spec.kind == "router":
            return self._set_router(ref, spec)
        if spec.kind not in ("switch", "bridge"):
            raise Rejected("This hypervisor makes no networks of this kind.")
        document = node("network", node("name", ref), node("uuid", str(identity(ref))))
        if spec.joins:
            document.extend((node("forward", mode="bridge"), node("bridge", name=self._device(spec.joins[0]))))
        else:
            document.extend(self._router_parts(ref))
        return self._apply(ref, document)

    def delete_network(self, ref: str, *, key: UUID, at: datetime) -> None:
        if ref.startswith("router-"):
            return self._delete_router(ref)
        found = self._find_network(ref)
        if found is not None:
            with self.connection.translated():
                if found.isActive():
                    found.destroy()
                found.undefine()
        return None

    def _set_router(self, ref: str, spec: NetworkSpec) -> None:
        """A router is a part of its switch's network: the way out, its addresses, names, speed."""
        switch = spec.joins[0]
        document = self._bare(switch)
        document.extend(router_parts(ref, spec))
        self._apply(switch, document)

    def _delete_router(self, ref: str) -> None:
        with self.connection.translated():
            names = [found.name() for found in self.connection.host.listAllNetworks()]
        for name in names:
            if routed_by(self._network(name)) == ref:
                self._apply(name, self._bare(name))

    def _router_parts(self, switch: str) -> list[Element]:
        """What the router of a switch put there; a switch that is set again keeps it."""
        if self._find_network(switch) is None:
            return []
        kept = self._network(switch)
        tags = ("forward", "domain", "dns", "ip", "route", "bandwidth") if routed_by(kept) else ()
        return [child for child in kept if child.tag in tags]

    def _bare(self, switch: str) -> Element:
        """The switch without a router."""
        kept = self._network(switch)
        bridge = kept.find("bridge")
        document = node("network", node("name", switch), node("uuid", str(identity(switch))))
        if bridge is not None and bridge.get("name"):
            document.append(node("bridge", name=str(bridge.get("name"))))
        return document

    def _apply(self, ref: str, document: Element) -> None:
        """Define the network; when that changes it, start it anew and tie its machines to it again."""
        before = self._find_network(ref)
        with self.connection.translated():
            old = self._described(before) if before is not None else ""
            found = self.connection.host.networkDefineXML(documents.text(document))
            found.setAutostart(True)
            changed = self._described(found) != old
            if found.isActive() and changed:
                found.destroy()
            if not found.isActive():
                found.create()
        if before is not None and changed:
            self._tie_again(ref)

    def _tie_again(self, ref: str) -> None:
        """Running machines lose a network that is started anew: give it back to each of their interfaces."""
        with self.connection.translated():
            for machine in self.connection.host.listAllDomains(self.connection.api.VIR_CONNECT_LIST_DOMAINS_ACTIVE):
                for interface in documents.parsed(machine.XMLDesc()).findall("devices/interface"):
                    if interface.find(f"source[@network='{ref}']") is not None:
                        live = self.connection.api.VIR_DOMAIN_AFFECT_LIVE
                        machine.updateDeviceFlags(documents.text(interface), live)

    def _device(self, ref: str) -> str:
        """The name of a network's bridge device on the host."""
        bridge = self._network(ref).find("bridge")
        if bridge is None or not bridge.get("name"):
            raise Rejected("The bridge has no device on the hypervisor yet.")
        return str(bridge.get("name"))

    def _network(self, ref: str) -> Element:
        with self.connection.translated():
            found = self.connection.host.networkLookupByName(ref)
            return documents.parsed(self._described(found))

    def _described(self, network: Any) -> str:
        """The network as it is defined, not as it is at work (libvirt's test driver tells no difference)."""
        told_apart = network.isActive() and self.connection.kind != "test"
        return str(network.XMLDesc(self.connection.api.VIR_NETWORK_XML_INACTIVE if told_apart else 0))

    def _find_network(self, ref: str) -> Any:
        return self.connection.find(lambda name: self.connection.host.networkLookupByName(name), ref)


def routed_by(document: Element) -> str:
    """The ref of a network's router: it is the network's domain."""
    domain = document.find("domain")
    return domain.get("name", "") if domain is not None else ""


def router_parts(ref: str, spec: NetworkSpec) -> list[Element]:
    """A router's part of its switch's network. The first address of a block without a next hop is the router's own."""
    speed = str(spec.bandwidth_mbps * KILOBYTES_A_MEGABIT)
    parts = [node("forward", mode="route"), node("domain", name=ref, localOnly="no")]
    if spec.bandwidth_mbps:
        parts.append(node("bandwidth", node("inbound", average=speed), node("outbound", average=speed)))
    hosts = [node("host", node("hostname", name), ip=address) for address, name in spec.names]
    if hosts:
        parts.append(node("dns", *hosts))
    for prefix, next_hop in spec.routes:
        network = ip_network(prefix)
        family = {"family": "ipv6"} if network.version == 6 else {}
        if next_hop:
            values = {"address": str(network.network_address), "prefix": str(network.prefixlen), "gateway": next_hop}
            parts.append(node("route", **family, **values))
        else:
            parts.append(node("ip", **family, address=str(network[1]), prefix=str(network.prefixlen)))
    return parts
