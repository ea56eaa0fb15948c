"""Codes whose time is over are found quickly, to empty their texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sms", "0002_catalogue")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("expires_at"),
                condition=models.Q(("body__isnull", False), ("expires_at__isnull", False)),
                name="sms_useless",
            ),
        ),
        migrations.AddIndex(
            model_name="earlyreceipt", index=models.Index(models.F("destination"), name="sms_early_number")
        ),
    ]
