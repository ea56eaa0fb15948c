"""What compute adds to an export of a customer's data."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from accounts.organisations.models import Organisation
from compute.disks.models import Disk
from compute.library.models import SshKey
from compute.servers.models import Server


def export(organisation: Organisation) -> Iterator[tuple[str, Iterable[Any]]]:
    """The customer's servers, disks and SSH keys, deleted ones too: (file name, rows), oldest first."""
    own = {"project__organisation": organisation}
    labels = ("number", "name", "description", "tags", "state", "created_at")
    places = {"zone_code": F("zone__code"), "plan_code": F("plan__code")}
    servers = Server.objects.filter(**own).order_by("pk")
    yield "servers.jsonl", servers.values(*labels, "address", "stopped_since", **places).iterator()
    disks = Disk.objects.filter(**own).order_by("pk")
    yield "disks.jsonl", disks.values(*labels, "size_gb", **places).iterator()
    keys = SshKey.objects.filter(**own).order_by("pk")
    yield "ssh-keys.jsonl", keys.values(*labels, "public_key", "fingerprint").iterator()
