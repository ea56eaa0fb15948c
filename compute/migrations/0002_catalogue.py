from typing import Any

from django.db import migrations

from compute import catalogue


def write(apps: Any, schema_editor: Any) -> None:
    catalogue.write(apps)


class Migration(migrations.Migration):
    dependencies = [("compute", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
