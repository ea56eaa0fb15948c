"""What is written into a disk for its next boot: host name, password, keys, scripts, address."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_interface, ip_network

from django.utils.translation import gettext as _

from accounts.access import Actor
from compute.disks.models import Disk, DiskSettings
from compute.drivers.storage import Settings
from compute.library.actions import fingerprint
from core import operations
from core.errors import Refused
from core.secrets import seal, unseal

HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")
SCRIPT_BYTES = 65_536


@dataclass(frozen=True)
class SettingsOrder:
    """What a customer wants set. "" and empty: left as it is. address: with its prefix, "192.168.0.4/24"."""

    host_name: str = ""
    password: str = ""
    public_keys: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    address: str = ""
    gateway: str = ""
    password_login: bool = True

    def check(self) -> None:
        """Raise Refused, naming the field, for what no system would take."""
        if self.host_name and not HOST_NAME.fullmatch(self.host_name):
            text = _("A host name has letters, digits, hyphens and periods, 64 at most.")
            raise Refused(text, field="host_name", code="invalid_host_name", status=400)
        if self.password and (not 8 <= len(self.password) <= 128 or not self.password.isprintable()):
            text = _("A password has 8 to 128 characters, none of them a control character.")
            raise Refused(text, field="password", code="invalid_password", status=400)
        if any(len(script.encode()) > SCRIPT_BYTES or "\0" in script for script in self.scripts):
            raise Refused(_("A script has 64 KB at most."), field="script", code="invalid_script", status=400)
        for key in self.public_keys:
            fingerprint(key)
        self.check_address()

    def check_address(self) -> None:
        """Raise Refused unless address and gateway are different hosts of one network."""
        if not (self.address or self.gateway):
            return
        text = _("Address, prefix and gateway must be of one IPv4 network, like 192.168.0.4/24 and 192.168.0.1.")
        try:
            network = ip_network(self.address, strict=False)
            good = network.version == 4 and "/" in self.address and network.prefixlen < 31
            own = ip_interface(self.address)
            gateway = ip_interface(self.gateway) if self.gateway else own
            gateway = ip_interface(network[1]) if good and not self.gateway else gateway
        except ValueError:
            good = False
        if not good or own.ip == gateway.ip or gateway.ip not in network or own.ip in (network[0], network[-1]):
            raise Refused(text, field="address", code="invalid_address", status=400)


NO_SETTINGS = SettingsOrder()


def ask_settings(disk: Disk, order: SettingsOrder, *, by: Actor, at: datetime) -> None:
    """Ask a worker to write them; nothing when there is nothing to write."""
    if order == NO_SETTINGS:
        return
    network = ip_interface(order.address) if order.address else None
    row = DiskSettings.objects.create(
        disk=disk,
        host_name=order.host_name,
        password=seal(order.password.encode(), bound(disk)) if order.password else None,
        public_keys=list(order.public_keys),
        scripts=list(order.scripts),
        address=str(network.ip) if network else None,
        prefix_length=network.network.prefixlen if network else 0,
        gateway=order.gateway or (str(network.network[1]) if network else None),
        password_login=order.password_login,
        at=at,
    )
    operations.ask("disk.write_settings", disk, payload={"settings": row.pk}, by=by, at=at)


def bound(disk: Disk) -> str:
    """What the password's envelope is bound to."""
    return f"{disk.project_id}:{disk.ref}:password"


def spec(row: DiskSettings) -> Settings:
    """As the driver takes them."""
    password = unseal(bytes(row.password), bound(row.disk)).decode() if row.password else ""
    return Settings(
        row.host_name, password, tuple(row.public_keys), tuple(row.scripts), row.address or "", row.prefix_length,
        row.gateway or "", row.password_login,
    )  # fmt: skip


def written(row_pk: int) -> None:
    """They are in the disk: the password is forgotten."""
    DiskSettings.objects.filter(pk=row_pk).update(password=None)
