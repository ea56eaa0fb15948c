import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import core.secrets


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_bulk"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoticeHook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("host", models.CharField(max_length=255, verbose_name="host")),
                ("url", core.secrets.SealedField(null=True)),
                ("secret", core.secrets.SealedField(null=True)),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("TERMS", "Contracts, deadlines and the terms"),
                                ("SECURITY", "Security of your account"),
                                ("MONEY", "Invoices and payments"),
                                ("SERVICE", "State of your services"),
                                ("SUPPORT", "Answers to your cases"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                        verbose_name="topics",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("removed_at", models.DateTimeField(null=True, verbose_name="removed")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_hooks",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.CreateModel(
            name="HookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=48, verbose_name="kind")),
                ("subject_kind", models.CharField(max_length=64)),
                ("subject_pk", models.BigIntegerField()),
                ("occasion", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("said", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("WAITING", "Being delivered"), ("DELIVERED", "Delivered"), ("FAILED", "Failed")],
                        default="WAITING",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="error")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="accounts.noticehook"
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
            },
        ),
        migrations.AddConstraint(
            model_name="noticehook",
            constraint=models.CheckConstraint(
                condition=models.Q(("removed_at", None), ("url__isnull", True), _connector="XOR"),
                name="hook_has_address",
            ),
        ),
        migrations.AddIndex(
            model_name="hookdelivery",
            index=models.Index(fields=["hook", "-at", "-id"], name="hook_log"),
        ),
        migrations.AddConstraint(
            model_name="hookdelivery",
            constraint=models.UniqueConstraint(
                fields=("hook", "kind", "subject_kind", "subject_pk", "occasion"), name="hook_once_per_occasion"
            ),
        ),
    ]
