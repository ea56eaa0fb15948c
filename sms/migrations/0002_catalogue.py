from typing import Any

from django.db import migrations


def write(apps: Any, schema_editor: Any) -> None:
    for kind in ("TWO_FACTOR", "A2P"):
        apps.get_model("sms", "Unit").objects.get_or_create(kind=kind)


class Migration(migrations.Migration):
    dependencies = [("sms", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
