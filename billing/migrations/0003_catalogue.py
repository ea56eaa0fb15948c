"""The price book starts with the demo catalogue, the tax rates and the demo issuer."""

from typing import Any

from django.db import migrations

from billing.prices.catalogue import ISSUER, SINCE
from billing.prices.seeding import seed


def fill(apps: Any, schema_editor: Any) -> None:
    """Seed with the models as they are at this migration."""
    seed(*(apps.get_model("billing", name) for name in ("Item", "Price", "TaxRate")))
    apps.get_model("billing", "Issuer").objects.get_or_create(since=SINCE, defaults=ISSUER)


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
