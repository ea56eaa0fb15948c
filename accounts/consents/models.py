"""What customers agreed to: documents in versions, and who accepted which text when (1-1, 1-2)."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """One version of a text that is accepted: terms, a consent, upper terms. Never changed once in force.

    `texts` holds {"ja": {"title": ..., "body": ...}, "en": ...}; `hashes` the SHA-256 of title and body per language.
    """

    code = models.CharField(_("document"), max_length=64)
    version = models.PositiveSmallIntegerField(_("version"))
    effective_on = models.DateField(_("effective from"))
    texts = models.JSONField()
    hashes = models.JSONField()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="document_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def accepted_text(self, sha256: str) -> dict[str, str]:
        """Title and body with that hash: exactly what was on the screen."""
        language = next(language for language, found in self.hashes.items() if found == sha256)
        return self.text(language)

    def text(self, language: str) -> dict[str, str]:
        """Title and body in that language, else in Japanese, the language of the contract."""
        found: dict[str, str] = self.texts.get(language) or self.texts["ja"]
        return found


class Acceptance(models.Model):
    """An organisation agreed to one version of a document. Rows are never changed or removed."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="acceptances")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(_("by"), max_length=64)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    at = models.DateTimeField(_("accepted"))
    context = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [models.UniqueConstraint(fields=["organisation", "document"], name="accepted_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document_id} {self.actor_label}"
