from typing import Any

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.ids
from billing.credits import catalogue as grades
from billing.passports import catalogue as offers


def fill(apps: Any, schema_editor: Any) -> None:
    """What is on offer and guaranteed at the beginning, with the models as they are at this migration."""
    offers.seed(apps.get_model("billing", "PassportOffer"))
    grades.seed(apps.get_model("billing", "SlaGrade"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0008_documents_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Coupon",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("code_hash", models.BinaryField(max_length=32, unique=True)),
                ("last4", models.CharField(max_length=4, verbose_name="last 4 digits")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("left", models.BigIntegerField(verbose_name="left")),
                ("expires_on", models.DateField(verbose_name="usable until")),
                ("redeemed_at", models.DateTimeField(null=True, verbose_name="redeemed")),
            ],
            options={
                "verbose_name": "coupon",
                "verbose_name_plural": "coupons",
            },
        ),
        migrations.CreateModel(
            name="CouponBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=64, verbose_name="title")),
                ("count", models.PositiveIntegerField(verbose_name="number of coupons")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("expires_on", models.DateField(verbose_name="usable until")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("made_by", models.CharField(max_length=64, verbose_name="by")),
            ],
            options={
                "verbose_name": "batch of coupons",
                "verbose_name_plural": "batches of coupons",
            },
        ),
        migrations.CreateModel(
            name="CouponTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CouponUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "use of a coupon",
                "verbose_name_plural": "uses of coupons",
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("FAULT", "Fault"),
                            ("MAINTENANCE", "Announced maintenance"),
                            ("OWN_STOP", "Stopped by the customer"),
                            ("SMS", "Caused by SMS"),
                        ],
                        max_length=11,
                        verbose_name="cause",
                    ),
                ),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period")),
                ("source_kind", models.CharField(max_length=64)),
                ("source_pk", models.BigIntegerField()),
                ("source_number", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "outage",
                "verbose_name_plural": "outages",
            },
        ),
        migrations.CreateModel(
            name="PassportOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                ("rate", models.DecimalField(decimal_places=4, max_digits=5, verbose_name="discount")),
                ("factor", models.DecimalField(decimal_places=3, max_digits=6, verbose_name="monthly fees to pay")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "passport on offer",
                "verbose_name_plural": "passports on offer",
            },
        ),
        migrations.CreateModel(
            name="SlaClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("month", models.DateField(verbose_name="month")),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "Being looked at"), ("APPROVED", "Approved"), ("REJECTED", "Rejected")],
                        default="OPEN",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("claimed_at", models.DateTimeField(verbose_name="claimed")),
                ("outage_seconds", models.PositiveIntegerField(null=True, verbose_name="outage, seconds")),
                (
                    "credit",
                    models.DecimalField(
                        decimal_places=4, max_digits=5, null=True, verbose_name="part of the fee credited"
                    ),
                ),
                ("amount", models.BigIntegerField(null=True, verbose_name="credit, without tax")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "claim under the quality guarantee",
                "verbose_name_plural": "claims under the quality guarantee",
            },
        ),
        migrations.CreateModel(
            name="SlaGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("below", models.DecimalField(decimal_places=5, max_digits=6, verbose_name="uptime below")),
                (
                    "credit",
                    models.DecimalField(decimal_places=4, max_digits=5, verbose_name="part of the fee credited"),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "grade of the quality guarantee",
                "verbose_name_plural": "grades of the quality guarantee",
            },
        ),
        migrations.AddField(
            model_name="passport",
            name="business_use",
            field=models.BooleanField(default=False, verbose_name="declared business use"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="passport",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8b8bf6d839fc5fabe318e55d3b04c33051dc4515",
                    operation="DELETE",
                    pgid="pgtrigger_kept_49dbb",
                    table="billing_passport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="passport",
            trigger=pgtrigger.compiler.Trigger(
                name="unchanged",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "organisation_id", "plan", "months", "rate", "valid", "price", "tax_rate", "tax", "business_use" rows from % table\', TG_TABLE_NAME;',  # noqa: E501
                    hash="e433a48a6ef41bdc2ef6a317684e94c28e8e8e2c",
                    operation='UPDATE OF "organisation_id", "plan", "months", "rate", "valid", "price", "tax_rate", "tax", "business_use"',  # noqa: E501
                    pgid="pgtrigger_unchanged_d8376",
                    table="billing_passport",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="passport",
            constraint=models.CheckConstraint(condition=models.Q(("business_use", True)), name="passport_for_business"),
        ),
        migrations.AddField(
            model_name="coupon",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupons",
                to="accounts.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="couponbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("count__gt", 0)), name="coupon_batch_sane"
            ),
        ),
        migrations.AddField(
            model_name="coupon",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="coupons", to="billing.couponbatch"
            ),
        ),
        migrations.AddField(
            model_name="coupontries",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="couponuse",
            name="coupon",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="billing.coupon"
            ),
        ),
        migrations.AddField(
            model_name="couponuse",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.invoice"
            ),
        ),
        migrations.AddField(
            model_name="outage",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outages",
                to="billing.contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="passportoffer",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("months", "="), ("valid", "&&")], name="passport_offer_no_overlap"
            ),
        ),
        migrations.AddConstraint(
            model_name="passportoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0), ("rate__gt", 0), ("rate__lte", 1)), name="passport_offer_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="passportoffer",
            constraint=models.CheckConstraint(condition=models.Q(("months__gt", 0)), name="passport_offer_has_months"),
        ),
        migrations.AddConstraint(
            model_name="passportoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", True), ("valid__lower_inf", False), _connector="OR"),
                name="passport_offer_begins",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="passportoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="8388a48d1546c071164ba9044bb9b9e7a2586063",
                    operation="DELETE",
                    pgid="pgtrigger_kept_788b0",
                    table="billing_passportoffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="passportoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="unchanged",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "months", "rate", "factor" rows from % table\', TG_TABLE_NAME;',  # noqa: E501
                    hash="4503d183a70ba983e7e063efbc793baf1f826808",
                    operation='UPDATE OF "months", "rate", "factor"',
                    pgid="pgtrigger_unchanged_3a679",
                    table="billing_passportoffer",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="slaclaim",
            name="case",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.case"
            ),
        ),
        migrations.AddField(
            model_name="slaclaim",
            name="contract",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sla_claims",
                to="billing.contract",
            ),
        ),
        migrations.AddField(
            model_name="slaclaim",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="slagrade",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("below", "="), ("valid", "&&")], name="sla_grade_no_overlap"
            ),
        ),
        migrations.AddConstraint(
            model_name="slagrade",
            constraint=models.CheckConstraint(
                condition=models.Q(("below__gt", 0), ("below__lte", 1), ("credit__gte", 0), ("credit__lte", 1)),
                name="sla_grade_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="slagrade",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", True), ("valid__lower_inf", False), _connector="OR"),
                name="sla_grade_begins",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slagrade",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="c45310635980607f5a46387a6890db080445d9d4",
                    operation="DELETE",
                    pgid="pgtrigger_kept_6308c",
                    table="billing_slagrade",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="slagrade",
            trigger=pgtrigger.compiler.Trigger(
                name="unchanged",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "below", "credit" rows from % table\', TG_TABLE_NAME;',  # noqa: E501
                    hash="078df0a2fdcb15b2ac203ae7ecb1ebed0990dd67",
                    operation='UPDATE OF "below", "credit"',
                    pgid="pgtrigger_unchanged_a5b54",
                    table="billing_slagrade",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="coupon",
            index=models.Index(
                models.F("expires_on"),
                condition=models.Q(("left__gt", 0), ("redeemed_at__isnull", False)),
                name="coupon_usable",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("left__gte", 0), ("left__lte", models.F("amount"))),
                name="coupon_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left", models.F("amount")), ("organisation", None), ("redeemed_at", None)),
                    models.Q(("organisation__isnull", False), ("redeemed_at__isnull", False)),
                    _connector="OR",
                ),
                name="coupon_redeemed_by_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coupon",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4b9cc5fe6600819f05912c80bd5a110262c467f8",
                    operation="DELETE",
                    pgid="pgtrigger_kept_cb8bf",
                    table="billing_coupon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coupon",
            trigger=pgtrigger.compiler.Trigger(
                name="unchanged",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "code_hash", "amount", "batch_id" rows from % table\', TG_TABLE_NAME;',  # noqa: E501
                    hash="9ca391251e7362ab1a9e4fc57313022525122f7b",
                    operation='UPDATE OF "code_hash", "amount", "batch_id"',
                    pgid="pgtrigger_unchanged_a2ccc",
                    table="billing_coupon",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coupon",
            trigger=pgtrigger.compiler.Trigger(
                name="redeemed_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."redeemed_at" IS NOT NULL)',
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "organisation_id", "redeemed_at" rows from % table\', TG_TABLE_NAME;',  # noqa: E501
                    hash="f9e4bcfab4125b85a4b226c8c85ec093753214b1",
                    operation='UPDATE OF "organisation_id", "redeemed_at"',
                    pgid="pgtrigger_redeemed_once_cac41",
                    table="billing_coupon",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="coupontries",
            constraint=models.UniqueConstraint(models.F("organisation"), models.F("hour"), name="coupon_tries_once"),
        ),
        migrations.AddConstraint(
            model_name="couponuse",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="coupon_use_pays"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="couponuse",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c9ec6824c377df4eb5e1fb91a18ffe60ca4d8ff8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4537b",
                    table="billing_couponuse",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="outage",
            index=models.Index(models.F("source_kind"), models.F("source_pk"), name="outage_of_source"),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("contract", "="),
                    ("cause", "="),
                    ("source_kind", "="),
                    ("source_pk", "="),
                    ("period", "&&"),
                ],
                name="outage_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__isempty", False),
                    ("period__lower_inc", True),
                    ("period__lower_inf", False),
                    ("period__upper_inc", False),
                ),
                name="outage_has_length",
            ),
        ),
        migrations.AddIndex(
            model_name="slaclaim",
            index=models.Index(fields=["organisation", "-claimed_at"], name="sla_claim_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="slaclaim",
            constraint=models.UniqueConstraint(models.F("contract"), models.F("month"), name="sla_claim_once"),
        ),
        migrations.AddConstraint(
            model_name="slaclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "APPROVED"), _negated=True),
                    models.Q(("amount__gt", 0), ("credit__gt", 0)),
                    _connector="OR",
                ),
                name="sla_claim_approved_has_amount",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
