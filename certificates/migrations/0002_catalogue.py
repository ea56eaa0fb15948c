from typing import Any

from django.db import migrations

from certificates.authorities import catalogue


def write(apps: Any, schema_editor: Any) -> None:
    catalogue.write(apps)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
