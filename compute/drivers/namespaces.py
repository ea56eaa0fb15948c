"""Local routers as network namespaces of Linux, made with iproute2: real packets, isolated until they are peered.

Each local router is a namespace. A pair of virtual cables ties it to the bridge of its switch ("lan") and to each peer
("p-<number of the peer>"). Between peers IPv6 link-local addresses are next hops of IPv4 routes (RFC 5549), so that no
address of a customer is used up or can clash. The commands are made by pure functions; running them needs root.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from compute.drivers.routing import Flow, LinkSpec, RouterSpec
from core.operations import Rejected, Retryable

SECONDS = 20
# What one router answers from on the cable between two, by who leads.
ENDS = {True: "fe80::1", False: "fe80::2"}


def number(ref: str) -> str:
    """The number at the end of a ref; names of interfaces hold at most 15 characters."""
    return ref.rpartition("-")[2]


def bridge(switch: str) -> str:
    """The name of a switch's bridge on this host."""
    return f"sw-{number(switch)}"


def cable(ref: str) -> str:
    """The name of a local router's end at its switch."""
    return f"lr-{number(ref)}"


def link_name(ref: str) -> str:
    """How a router calls its cable to a peer."""
    return f"p-{number(ref)}"


def lan(ref: str, spec: RouterSpec) -> Iterator[str]:
    """The commands that tie it to its switch, with its addresses and static routes. The cable is there."""
    yield f"link set {cable(ref)} master {bridge(spec.switch)} up"
    yield f"-n {ref} link set lan up"
    for address in spec.addresses:
        yield f"-n {ref} addr replace {address} dev lan"
    for prefix, hop in spec.routes:
        yield f"-n {ref} route replace {prefix} via {hop} dev lan"


def joined(ref: str, link: LinkSpec) -> Iterator[str]:
    """The commands for its end of the cable to a peer, with the routes behind it. The cable is there."""
    name = link_name(link.router)
    yield f"-n {ref} addr replace {ENDS[link.leads]}/64 dev {name} nodad"
    yield f"-n {ref} link set {name} up"
    for prefix in link.routes:
        yield f"-n {ref} route replace {prefix} via inet6 {ENDS[not link.leads]} dev {name}"


class Namespaces:
    """A `Routing` on this host."""

    def set_router(self, ref: str, spec: RouterSpec, *, key: UUID, at: datetime) -> None:
        if ref not in self._namespaces():
            self._ip(f"netns add {ref}")
            self._ip(f"-n {ref} link set lo up")
            self._run("ip", "netns", "exec", ref, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self._stand(ref, spec)
        self._join(ref, spec)
        self._route(ref, spec)

    def delete_router(self, ref: str, *, key: UUID, at: datetime) -> None:
        if ref in self._namespaces():
            self._ip(f"netns del {ref}")

    def health(self, ref: str) -> dict[str, str]:
        if ref not in self._namespaces():
            return {}
        kind = ref.rpartition("-")[0]
        states = {one["ifname"]: one["operstate"].lower() for one in self._json(f"-n {ref} link show")}
        return {f"{kind}-{name[2:]}": state for name, state in states.items() if name.startswith("p-")}

    def flows(self, ref: str, start: datetime, end: datetime, step: int) -> list[Flow]:
        return []

    def _stand(self, ref: str, spec: RouterSpec) -> None:
        """Tie it to the bridge of its switch, or cut the cable."""
        there = "lan" in self._links(ref)
        if not spec.switch:
            if there:
                self._ip(f"-n {ref} link del lan")
            return
        if bridge(spec.switch) not in self._links():
            self._ip(f"link add {bridge(spec.switch)} type bridge")
            self._ip(f"link set {bridge(spec.switch)} up")
        if not there:
            self._ip(f"link add {cable(ref)} type veth peer name lan netns {ref}")
        for address in self._addresses(ref) - set(spec.addresses):
            self._ip(f"-n {ref} addr del {address} dev lan")
        for command in lan(ref, spec):
            self._ip(command)

    def _join(self, ref: str, spec: RouterSpec) -> None:
        """Lay the cables to its peers that are there, and cut those to whom it is no longer joined."""
        wanted, there = {link_name(link.router): link for link in spec.links}, self._links(ref)
        for name in there:
            if name.startswith("p-") and name not in wanted:
                self._ip(f"-n {ref} link del {name}")
        known = self._namespaces()
        for name, link in wanted.items():
            if link.router not in known:
                raise Retryable("The peer isn't set up yet.")
            if name not in there:
                self._ip(f"link add {name} netns {ref} type veth peer name {link_name(ref)} netns {link.router}")
            for command in joined(ref, link):
                self._ip(command)

    def _route(self, ref: str, spec: RouterSpec) -> None:
        """Forget the routes that are no longer wanted."""
        wanted = {prefix for prefix, _hop in spec.routes} | {prefix for link in spec.links for prefix in link.routes}
        for route in self._json(f"-n {ref} -4 route show"):
            if route["dst"] not in wanted and route.get("protocol") != "kernel":
                self._ip(f"-n {ref} route del {route['dst']}")

    def _namespaces(self) -> set[str]:
        return {one["name"] for one in self._json("netns list")}

    def _links(self, ref: str = "") -> set[str]:
        return {one["ifname"] for one in self._json(f"{f'-n {ref} ' if ref else ''}link show")}

    def _addresses(self, ref: str) -> set[str]:
        [found] = self._json(f"-n {ref} -4 addr show dev lan") or [{}]
        return {f"{one['local']}/{one['prefixlen']}" for one in found.get("addr_info", ())}

    def _json(self, command: str) -> Any:
        return json.loads(self._ip(f"-j {command}") or "[]")

    def _ip(self, command: str) -> str:
        return self._run("ip", *command.split())

    @staticmethod
    def _run(*command: str) -> str:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
        except FileNotFoundError as error:
            raise Rejected(f"{command[0]} isn't installed on this host") from error
        except subprocess.TimeoutExpired as error:
            raise Retryable(f"{command[0]} took longer than {SECONDS} s") from error
        except subprocess.CalledProcessError as error:
            raise trouble(error.stderr) from error
        return done.stdout


def trouble(said: str) -> Exception:
    """What iproute2 says, as an error of ours: what rights forbid never succeeds, the rest may."""
    text = re.sub(r"\s+", " ", said).strip()[:200]
    return Rejected(text) if "not permitted" in text.lower() else Retryable(text)
