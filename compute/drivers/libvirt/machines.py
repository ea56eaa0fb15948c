"""Machines: defined, powered, wired, given disks; what they did is told by their counters."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

from django.conf import settings

from compute.drivers import MachineSpec, Nic, Sample
from compute.drivers.libvirt import counters, documents, seeds
from compute.drivers.libvirt.documents import part, volumes
from compute.drivers.libvirt.volumes import Volumes
from compute.drivers.storage import Screen
from core.operations import Gone, Pending, Rejected

LOOK_AGAIN, PATIENCE = 1.0, timedelta(minutes=3)
# Linux's codes of the keys that our API names; letters and digits follow from their rows.
KEYCODES = {
    "esc": 1, "backspace": 14, "tab": 15, "enter": 28, "ctrl": 29, "shift": 42, "alt": 56, "space": 57, "delete": 111,
    "up": 103, "left": 105, "right": 106, "down": 108, "home": 102, "end": 107, "insert": 110,
    **{f"f{number}": 58 + number for number in range(1, 11)}, "f11": 87, "f12": 88,
    **{digit: code for code, digit in enumerate("1234567890", 2)},
    **{letter: code for code, letter in enumerate("qwertyuiop", 16)},
    **{letter: code for code, letter in enumerate("asdfghjkl", 30)},
    **{letter: code for code, letter in enumerate("zxcvbnm", 44)},
}  # fmt: skip


class Machines(Volumes):
    """The part of the driver that knows machines and what is put into them."""

    def create_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None:
        if self._find_machine(ref) is None:
            self._filter(ref, spec.interfaces)
            kind, shared = self.connection.kind, settings.LIBVIRT_SHARED_NETWORK
            self._define(documents.machine(ref, spec, kind=kind, shared=shared))

    def resize_machine(self, ref: str, spec: MachineSpec, *, key: UUID, at: datetime) -> None:
        document = self._document(ref)
        documents.resize(document, spec)
        self._define(document)

    def power_on(self, ref: str, *, user_data: str = "", key: UUID, at: datetime) -> None:
        found = self._machine(ref)
        with self.connection.translated():
            if found.isActive():
                return
        self._seed(ref, user_data)
        with self.connection.translated():
            self._machine(ref).create()

    def _seed(self, ref: str, user_data: str) -> None:
        """Put into the second drive what cloud-init is told at this boot; nothing when there is nothing to tell."""
        document = self._document(ref)
        first = next(iter(volumes(document)), "")
        written = self._read(seeds.settings_of(first)) if first and self.connection.kind != "test" else b""
        if written or user_data:
            mac = document.find("devices/interface/mac")
            address = mac.get("address", "") if mac is not None else ""
            self._write(seeds.seed_of(ref), seeds.image(first or ref, written, user_data, mac=address))
            self._put_into_drive(ref, documents.SEED, seeds.seed_of(ref))

    def power_off(self, ref: str, *, force: bool, key: UUID, at: datetime) -> None:
        found = self._machine(ref)
        with self.connection.translated():
            if not found.isActive():
                return
        if force:
            with self.connection.translated():
                found.destroy()
            return
        self._ask_to_shut_down(ref, found, key, at)
        with self.connection.translated():
            if found.isActive():
                raise Pending(LOOK_AGAIN)

    def _ask_to_shut_down(self, ref: str, found: Any, key: UUID, at: datetime) -> None:
        """Press its power button once for each key; give up when the guest doesn't listen."""
        began = self._done(ref, "power_off", key)
        if not began:
            with self.connection.translated():
                found.shutdown()
            self._remember(ref, "power_off", f"{key} {at.isoformat()}")
        elif at > datetime.fromisoformat(began) + PATIENCE:
            raise Rejected("The guest did not shut down within 3 minutes: force it off, or look at its screen.")

    def reset(self, ref: str, *, key: UUID, at: datetime) -> None:
        self._once(ref, "reset", key, at, lambda found: found.reset())

    def press_keys(self, machine: str, keys: tuple[str, ...], *, key: UUID, at: datetime) -> None:
        unknown = [name for name in keys if name.lower() not in KEYCODES]
        if unknown:
            raise Rejected(f"There is no key called {unknown[0]}.")
        codes = [KEYCODES[name.lower()] for name in keys]
        self._once(machine, "press_keys", key, at, lambda found: found.sendKey(0, 50, codes, len(codes), 0))

    def interrupt(self, machine: str, *, key: UUID, at: datetime) -> None:
        self._once(machine, "interrupt", key, at, lambda found: found.injectNMI())

    def delete_machine(self, ref: str, *, key: UUID, at: datetime) -> None:
        found = self._find_machine(ref)
        if found is None:
            return
        with self.connection.translated():
            if found.isActive():
                found.destroy()
            found.undefine()
        self._remove(seeds.seed_of(ref))
        self._unfilter(ref)

    def wire_machine(self, ref: str, interfaces: tuple[Nic, ...], *, key: UUID, at: datetime) -> None:
        self._filter(ref, interfaces)
        document = self._document(ref)
        devices = part(document, "devices")
        for old in devices.findall("interface"):
            devices.remove(old)
        devices.extend([documents.nic(ref, one, shared=settings.LIBVIRT_SHARED_NETWORK) for one in interfaces])
        self._define(document)

    def attach_disk(self, ref: str, machine: str, *, key: UUID, at: datetime) -> None:
        document = self._document(machine)
        attached = volumes(document)
        if ref not in attached:
            free = next(n for n in range(len(attached) + 1) if f"vd{documents.LETTERS[n]}" not in attached.values())
            disk = documents.disk(settings.LIBVIRT_POOL, ref, free, format=self.format_of(ref))
            part(document, "devices").append(disk)
            self._define(document)
            self._plug(machine, disk, "attachDeviceFlags")

    def detach_disk(self, ref: str, *, key: UUID, at: datetime) -> None:
        with self.connection.translated():
            names = [found.name() for found in self.connection.host.listAllDomains()]
        for name in names:
            document = self._document(name)
            devices = part(document, "devices")
            for disk in devices.findall("disk"):
                if disk.find(f"source[@volume='{ref}']") is not None:
                    devices.remove(disk)
                    self._define(document)
                    self._plug(name, disk, "detachDeviceFlags")

    def insert_cdrom(self, machine: str, image: str, *, key: UUID, at: datetime) -> None:
        self._put_into_drive(machine, documents.CDROM, image)

    def _put_into_drive(self, ref: str, target: str, image: str) -> None:
        """Put a volume into a drive of the machine, "" takes out what is there; a running machine sees it at once."""
        document, drive = self._document(ref), documents.drive(target)
        if image:
            drive = documents.drive(target, settings.LIBVIRT_POOL, image, format=self.format_of(image))
        devices = part(document, "devices")
        for old in devices.findall("disk"):
            if old.find(f"target[@dev='{target}']") is not None:
                devices.remove(old)
        devices.append(drive)
        self._define(document)
        self._plug(ref, drive, "updateDeviceFlags")

    def observe(self, refs: Sequence[str], *, at: datetime) -> dict[str, str]:
        with self.connection.translated():
            known = {found.name(): found.isActive() for found in self.connection.host.listAllDomains()}
        return {ref: "up" if known[ref] else "down" for ref in refs if ref in known}

    def metrics(self, ref: str, start: datetime, end: datetime, step: int) -> list[Sample]:
        return counters.samples(ref, start, end, step)

    def collect(self, *, at: datetime) -> int:
        """Write down the counters of all running machines; returns how many."""
        with self.connection.translated():
            return counters.keep(self.connection.host.getAllDomainStats(), at)

    def screen(self, machine: str) -> Screen | None:
        found = self._machine(machine)
        with self.connection.translated():
            if not found.isActive():
                return None
            live = documents.parsed(found.XMLDesc())
            graphics = live.find("devices/graphics[@type='vnc']")
            if graphics is None:
                return None
            password = secrets.token_hex(4)  # VNC knows no longer ones
            graphics.attrib |= {"passwd": password}
            found.updateDeviceFlags(documents.text(graphics), self.connection.api.VIR_DOMAIN_AFFECT_LIVE)
            return Screen(settings.LIBVIRT_SCREEN_HOST, int(graphics.get("port", "0")), password)

    def _find_machine(self, ref: str) -> Any:
        return self.connection.find(lambda name: self.connection.host.lookupByName(name), ref)

    def _machine(self, ref: str) -> Any:
        found = self._find_machine(ref)
        if found is None:
            raise Gone("The machine is unknown to the hypervisor.")
        return found

    def _document(self, ref: str) -> Element:
        """The machine as it will be at its next start, secrets included."""
        api, found = self.connection.api, self._machine(ref)
        with self.connection.translated():
            inactive, secret = api.VIR_DOMAIN_XML_INACTIVE, api.VIR_DOMAIN_XML_SECURE
            return documents.parsed(found.XMLDesc(inactive | secret))

    def _define(self, document: Element) -> None:
        with self.connection.translated():
            self.connection.host.defineXML(documents.text(document))

    def _plug(self, ref: str, device: Element, verb: str) -> None:
        """Do to the running machine what was done to its definition."""
        found = self._machine(ref)
        with self.connection.translated():
            if found.isActive():
                getattr(found, verb)(documents.text(device), self.connection.api.VIR_DOMAIN_AFFECT_LIVE)

    def _once(self, ref: str, call: str, key: UUID, at: datetime, do: Callable[[Any], Any]) -> None:
        """Do what can't be seen afterwards, once for each key."""
        found = self._machine(ref)
        if self._done(ref, call, key):
            return
        with self.connection.translated():
            do(found)
        self._remember(ref, call, f"{key} {at.isoformat()}")

    def _done(self, ref: str, call: str, key: UUID) -> str:
        """When the call with this key was made, "" when it was not."""
        known, _space, began = documents.key_of(self._document(ref), call).partition(" ")
        return began if known == str(key) else ""

    def _remember(self, ref: str, call: str, words: str) -> None:
        document = self._document(ref)
        documents.remember(document, call, words)
        self._define(document)

    def _filter(self, ref: str, interfaces: tuple[Nic, ...]) -> None:
        """Define the filters of interfaces that need one; running machines obey at once."""
        for one in interfaces:
            if one.rules or one.network == "shared":
                with self.connection.translated():
                    self.connection.host.nwfilterDefineXML(documents.text(documents.packet_filter(ref, one)))

    def _unfilter(self, ref: str) -> None:
        with self.connection.translated():
            names = self.connection.host.listNWFilters() if self.connection.kind != "test" else []
            for name in names:
                if name.startswith(f"{ref}-"):
                    self.connection.host.nwfilterLookupByName(name).undefine()
