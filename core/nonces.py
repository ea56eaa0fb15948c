"""Forms that act once: a second send of the same form leads to the first one's result."""

import uuid

from django.db import models


class UsedNonce(models.Model):
    """A form that was sent, and where its result is. Kept for a day."""

    nonce = models.UUIDField(primary_key=True)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "core"


def result_of(nonce: uuid.UUID) -> str | None:
    """Where the form's result is, if it was sent before."""
    return UsedNonce.objects.filter(nonce=nonce).values_list("url", flat=True).first()
