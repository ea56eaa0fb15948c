"""Codes whose time is over are found quickly, to empty their texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sms", "0002_catalogue")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("body__isnull", False), ("expires_at__isnull", False)),
                fields=["expires_at"],
                name="sms_useless",
            ),
        ),
    ]
