"""Stored papers of all kinds, receipts, ZIP files."""

import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0017_revisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "state",
                    models.CharField(
                        choices=[("ASKED", "Being made"), ("READY", "Ready"), ("FAILED", "Failed")],
                        default="ASKED",
                        editable=False,
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("papers", models.PositiveIntegerField(default=0, verbose_name="papers")),
                ("size", models.BigIntegerField(default=0, verbose_name="size")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "ZIP of papers",
                "verbose_name_plural": "ZIPs of papers",
            },
        ),
        migrations.CreateModel(
            name="BundlePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "bundle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="billing.bundle",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a ZIP",
                "verbose_name_plural": "parts of ZIPs",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(db_default=0, editable=False, unique=True, verbose_name="number")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                ("issued_at", models.DateTimeField(verbose_name="issued")),
                ("issuer", models.JSONField(verbose_name="issuer")),
                ("recipient", models.JSONField(verbose_name="recipient")),
                (
                    "attempt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="billing.paymentattempt",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt",
                        to="billing.banktransfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt for a payment",
                "verbose_name_plural": "receipts for payments",
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("INVOICE", "Invoice"), ("CREDIT_NOTE", "Return invoice"), ("RECEIPT", "Receipt")],
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ja", "日本語"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("issued_on", models.DateField(verbose_name="issued")),
                ("total", models.BigIntegerField(verbose_name="total")),
                ("as_of", models.DateTimeField()),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "credit_note",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.creditnote",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.invoice",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="billing.receipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
            },
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ASKED")),
                fields=("organisation", "year"),
                name="bundle_made_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="bundlepart",
            constraint=models.UniqueConstraint(fields=("bundle", "position"), name="bundle_part_once"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="receipt_of_money"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", False), ("transfer", None)),
                    models.Q(("attempt", None), ("transfer__isnull", False)),
                    _connector="OR",
                ),
                name="receipt_of_one_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["organisation", "-issued_on", "-id"], name="document_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit_note", None), ("invoice__isnull", False), ("kind", "INVOICE"), ("receipt", None)),
                    models.Q(
                        ("credit_note__isnull", False), ("invoice", None), ("kind", "CREDIT_NOTE"), ("receipt", None)
                    ),
                    models.Q(("credit_note", None), ("invoice", None), ("kind", "RECEIPT"), ("receipt__isnull", False)),
                    _connector="OR",
                ),
                name="document_of_one_paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(models.F("number"), models.F("language"), name="document_once"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "sha256",
                        models.Func(
                            models.Func(models.F("content"), function="sha256"),
                            models.Value("hex"),
                            function="encode",
                            output_field=models.CharField(),
                        ),
                    )
                ),
                name="document_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["ja", "en"])), name="document_language"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="write_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="66561bbcfff0fb0d3885c4c9807ee1a252a2a72c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_write_once_7fd62",
                    table="billing_document",
                    when="BEFORE",
                ),
            ),
        ),
    ]
