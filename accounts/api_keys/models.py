"""Keys of the API: a token that names the key and a secret that is shown once and kept as a hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.levels import Level


class ApiKey(models.Model):
    """A program's way into one project, with its own level and flags."""

    project = models.ForeignKey("accounts.Project", models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=64)
    token = models.UUIDField(_("access token"), unique=True, editable=False)
    secret_hash = models.BinaryField(max_length=32, editable=False)
    level = models.PositiveSmallIntegerField(_("access level"), choices=Level.choices, default=Level.VIEW)
    may_bill = models.BooleanField(_("may see bills"), default=False)
    may_eventlog = models.BooleanField(_("may read the event log"), default=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name
