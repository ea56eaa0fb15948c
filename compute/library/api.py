"""SSH keys in the cloud API; they belong to no zone."""

from typing import Any

from accounts.access import ARRANGE
from accounts.api import Resources
from compute.library import actions
from compute.library.models import SshKey
from core.api import Body, Id, Instant, Part, Text

SSH_KEY = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "PublicKey": Text("public_key"),
        "Fingerprint": Text("fingerprint"),
        "CreatedAt": Instant("created_at"),
    }
)

ssh_keys = Resources("sshkey", "SSHKey", "SSHKeys", rows=lambda request: SshKey.objects.all(), fields=SSH_KEY)


@ssh_keys.creates(level=ARRANGE)
def create(request: Any, body: Body) -> SshKey:
    """Register a public key."""
    name = body.like(SshKey, "name", "SSHKey.Name")
    public_key = body.like(SshKey, "public_key", "SSHKey.PublicKey")
    return actions.create(request.project, name=name, public_key=public_key, by=request.actor, at=request.now)


@ssh_keys.deletes(level=ARRANGE)
def delete(request: Any, key: SshKey, body: Body) -> None:
    """Forget it; servers that have it keep it."""
    actions.delete(key, by=request.actor, at=request.now)
