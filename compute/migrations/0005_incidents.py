import django.db.models.deletion
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("compute", "0004_storage"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("FAULT", "Fault"),
                            ("MAINTENANCE", "Announced maintenance"),
                            ("SMS", "Fault caused by SMS (outside the quality guarantee)"),
                        ],
                        max_length=11,
                        verbose_name="cause",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ANNOUNCED", "Announced"),
                            ("ONGOING", "Going on"),
                            ("ENDED", "Ended"),
                            ("CANCELLED", "Called off"),
                        ],
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("title_ja", models.CharField(max_length=100, verbose_name="title (Japanese)")),
                ("title_en", models.CharField(max_length=100, verbose_name="title (English)")),
                ("text_ja", models.TextField(max_length=2000, verbose_name="text (Japanese)")),
                ("text_en", models.TextField(max_length=2000, verbose_name="text (English)")),
                ("starts_at", models.DateTimeField(verbose_name="from (JST)")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="to (JST)")),
                ("announced_until", models.DateTimeField(null=True, verbose_name="announced end")),
                ("created_at", models.DateTimeField(verbose_name="recorded")),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="compute.zone",
                        verbose_name="zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident or maintenance",
                "verbose_name_plural": "incidents and maintenance",
            },
        ),
        migrations.CreateModel(
            name="Affected",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "server",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.server"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affected",
                        to="compute.incident",
                    ),
                ),
            ],
            options={
                "verbose_name": "affected server",
                "verbose_name_plural": "affected servers",
            },
        ),
        migrations.CreateModel(
            name="IncidentUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_ja", models.TextField(max_length=2000, verbose_name="text (Japanese)")),
                ("text_en", models.TextField(max_length=2000, verbose_name="text (English)")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="compute.incident"
                    ),
                ),
            ],
            options={
                "verbose_name": "news",
                "verbose_name_plural": "news",
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-starts_at", "-id"], name="incident_by_age"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                name="incident_has_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "MAINTENANCE"), _negated=True),
                    models.Q(("announced_until__isnull", False), ("ends_at__isnull", False)),
                    _connector="OR",
                ),
                name="incident_maintenance_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ENDED"), _negated=True), ("ends_at__isnull", False), _connector="OR"
                ),
                name="incident_over_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="affected",
            constraint=models.UniqueConstraint(fields=("incident", "server"), name="affected_once"),
        ),
    ]
