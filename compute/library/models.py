"""SSH keys: public keys that servers get at their first boot."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import Resource


class SshKey(Resource):
    """A public key. `fingerprint` is the MD5 of the key blob in hex with colons, as clients of the API expect."""

    class State(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        DELETED = "DELETED", _("Deleted")

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.AVAILABLE)
    public_key = models.TextField(_("public key"), max_length=16_384)
    fingerprint = models.CharField(_("fingerprint"), max_length=47)

    class Meta(Resource.Meta):
        verbose_name = _("SSH key")
        verbose_name_plural = _("SSH keys")

    def get_absolute_url(self) -> str:
        return reverse("ssh_keys")
