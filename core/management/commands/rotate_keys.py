"""manage.py rotate_keys: put every sealed value under the newest master key, so that the old ones can be forgotten."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils.module_loading import import_string

from core import secrets

CHUNK = 500


class Command(BaseCommand):
    """Rewraps all columns of type `SealedField`, in chunks; safe to stop and to repeat."""

    help = "Put a new key first in ENGAWA_MASTER_KEY, restart, run this, then remove the old key."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, secrets.SealedField):
                    self.stdout.write(f"{model._meta.label}.{field.name}={rotate(model, field.name)}")
        for path in settings.SEALED_ELSEWHERE:
            self.stdout.write(f"{path}={import_string(path)()}")


def rotate(model: type[models.Model], name: str) -> int:
    """Rewrap one column; returns how many values were under an old key."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            rows = list(
                model._base_manager.select_for_update().filter(pk__gt=last).order_by("pk").only("pk", name)[:CHUNK]
            )
            changed += sum(rewrapped(row, name) for row in rows)
        if not rows:
            return changed
        last = rows[-1].pk


def rewrapped(row: models.Model, name: str) -> bool:
    """Rewrap one value; returns whether it had to be."""
    before = bytes(getattr(row, name) or b"")
    if not before or (after := secrets.rewrap(before)) == before:
        return False
    type(row)._base_manager.filter(pk=row.pk).update(**{name: after})
    return True
