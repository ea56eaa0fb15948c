"""What the built-in authority for development remembers. It stands outside the panel and reads no other table."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.secrets import SealedField


class DevelopmentRoot(models.Model):
    """Its root: made once, trusted by nobody."""

    certificate = models.TextField()
    private_key = SealedField()


class DevelopmentOrder(models.Model):
    """An order, and the certificate that came of it."""

    uuid = models.UUIDField(unique=True)
    names = ArrayField(models.CharField(max_length=253))
    replaces = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    is_valid = models.BooleanField(default=False)
    csr = models.TextField(blank=True)
    chain = models.TextField(blank=True)
    serial = models.CharField(max_length=40, blank=True, db_index=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.PositiveSmallIntegerField(null=True)
    # When it announces that a certificate must be renewed early.
    renew_from = models.DateTimeField(null=True)
    renew_to = models.DateTimeField(null=True)
