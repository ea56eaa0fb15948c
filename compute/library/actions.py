"""The verbs of an SSH key."""

import base64
import binascii
import hashlib
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.projects.models import Project
from compute.library.models import SshKey
from core.errors import Refused


def fingerprint(public_key: str) -> str:
    """MD5 of the key blob, in hex with colons. Raises Refused for anything that isn't one OpenSSH public key."""
    try:
        load_ssh_public_key(public_key.encode())
        blob = base64.b64decode(public_key.split()[1], validate=True)
    except (ValueError, IndexError, binascii.Error, UnsupportedAlgorithm):
        text = _("This is not a public key in OpenSSH format. It looks like “ssh-ed25519 AAAA… name”.")
        raise Refused(text, code="invalid_public_key", field="public_key", status=400) from None
    digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return ":".join(digest[i : i + 2] for i in range(0, 32, 2))


@transaction.atomic
def create(project: Project, *, name: str, public_key: str, by: Actor, at: datetime) -> SshKey:
    """Register a public key. Raises Refused when it is none, or one the project has already."""
    public_key = public_key.strip()
    print_of_key = fingerprint(public_key)
    if SshKey.objects.alive().filter(project=project, fingerprint=print_of_key).exists():
        raise Refused(_("This key is registered already."), field="public_key", code="duplicate_key")
    key = SshKey(
        project=project, name=name, public_key=public_key, fingerprint=print_of_key, created_at=at, state_changed_at=at
    )
    key.save()
    audit.record("ssh_key.created", key, by=by, at=at, fingerprint=print_of_key)
    return key


@transaction.atomic
def delete(key: SshKey, *, by: Actor, at: datetime) -> None:
    """Forget the key; servers that have it keep it."""
    SshKey.objects.filter(pk=key.pk).update(state=SshKey.State.DELETED, state_changed_at=at)
    audit.record("ssh_key.deleted", key, by=by, at=at)
