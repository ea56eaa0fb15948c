"""Switches, routers with their addresses, packet filters, bridges; shared addresses become addresses."""

from typing import Any

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import netfields.fields
from django.db import migrations, models

import core.ids
from compute.networks import catalogue


def write(apps: Any, schema_editor: Any) -> None:
    """The bandwidths and the address pools."""
    catalogue.write(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0009_credits"),
        ("compute", "0005_incidents"),
    ]

    operations = [
        migrations.RenameModel("SharedAddress", "Address"),
        migrations.AlterModelOptions(
            name="address",
            options={"verbose_name": "address", "verbose_name_plural": "addresses"},
        ),
        migrations.AlterField(
            model_name="address",
            name="address",
            field=models.GenericIPAddressField(unique=True, verbose_name="IP address"),
        ),
        migrations.AddField(
            model_name="address",
            name="host_name",
            field=models.CharField(blank=True, max_length=253, verbose_name="host name"),
        ),
        migrations.AlterModelOptions(
            name="interface",
            options={"verbose_name": "interface", "verbose_name_plural": "interfaces"},
        ),
        migrations.AlterField(
            model_name="interface",
            name="shared_address",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interface",
                to="compute.address",
            ),
        ),
        migrations.CreateModel(
            name="RouterPlan",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=16, unique=True, verbose_name="code")),
                ("bandwidth_mbps", models.PositiveIntegerField(unique=True, verbose_name="bandwidth (Mbps)")),
                ("is_open", models.BooleanField(default=True, verbose_name="open for orders")),
            ],
            options={
                "verbose_name": "router plan",
                "verbose_name_plural": "router plans",
            },
        ),
        migrations.AddField(
            model_name="interface",
            name="user_address",
            field=models.GenericIPAddressField(blank=True, null=True, protocol="IPv4", verbose_name="IP address"),
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("OWN", "Included"), ("ADDITIONAL", "Additional"), ("IPV6", "IPv6")], max_length=10
                    ),
                ),
                ("network", netfields.fields.CidrAddressField(max_length=43, verbose_name="network")),
                (
                    "next_hop",
                    models.GenericIPAddressField(blank=True, null=True, protocol="IPv4", verbose_name="next hop"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="given back")),
                (
                    "contract",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.contract",
                    ),
                ),
            ],
            options={
                "verbose_name": "block of addresses",
                "verbose_name_plural": "blocks of addresses",
            },
        ),
        migrations.AddField(
            model_name="address",
            name="block",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="addresses", to="compute.block"
            ),
        ),
        migrations.CreateModel(
            name="Bridge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=512, verbose_name="description")),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        validators=[django.core.validators.MaxLengthValidator(10)],
                        verbose_name="tags",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("protected", models.BooleanField(default=False, verbose_name="protected against deletion")),
                (
                    "state",
                    models.CharField(
                        choices=[("AVAILABLE", "Available"), ("DELETED", "Deleted")],
                        default="AVAILABLE",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.contract"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "bridge",
                "verbose_name_plural": "bridges",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PacketFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=512, verbose_name="description")),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        validators=[django.core.validators.MaxLengthValidator(10)],
                        verbose_name="tags",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("protected", models.BooleanField(default=False, verbose_name="protected against deletion")),
                (
                    "state",
                    models.CharField(
                        choices=[("AVAILABLE", "Available"), ("DELETED", "Deleted")],
                        default="AVAILABLE",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("rules", models.JSONField(default=list, verbose_name="rules")),
                ("expression_hash", models.CharField(max_length=32)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.zone"),
                ),
            ],
            options={
                "verbose_name": "packet filter",
                "verbose_name_plural": "packet filters",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="interface",
            name="packet_filter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interfaces",
                to="compute.packetfilter",
            ),
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", netfields.fields.CidrAddressField(max_length=43, unique=True, verbose_name="network")),
                ("is_open", models.BooleanField(default=True, verbose_name="gives out addresses")),
                (
                    "zone",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.zone"),
                ),
            ],
            options={
                "verbose_name": "address pool",
                "verbose_name_plural": "address pools",
            },
        ),
        migrations.CreateModel(
            name="Router",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=512, verbose_name="description")),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        validators=[django.core.validators.MaxLengthValidator(10)],
                        verbose_name="tags",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("protected", models.BooleanField(default=False, verbose_name="protected against deletion")),
                (
                    "state",
                    models.CharField(
                        choices=[("AVAILABLE", "Available"), ("DELETED", "Deleted")],
                        default="AVAILABLE",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.contract"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.zone"),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.routerplan"
                    ),
                ),
            ],
            options={
                "verbose_name": "router+switch",
                "verbose_name_plural": "router+switches",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="block",
            name="router",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="blocks", to="compute.router"
            ),
        ),
        migrations.CreateModel(
            name="Switch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", core.ids.NumberField(db_default=core.ids.NextNumber(), editable=False, unique=True)),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=512, verbose_name="description")),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32),
                        blank=True,
                        default=list,
                        size=None,
                        validators=[django.core.validators.MaxLengthValidator(10)],
                        verbose_name="tags",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("protected", models.BooleanField(default=False, verbose_name="protected against deletion")),
                (
                    "state",
                    models.CharField(
                        choices=[("AVAILABLE", "Available"), ("DELETED", "Deleted")],
                        default="AVAILABLE",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "default_route",
                    models.GenericIPAddressField(blank=True, null=True, protocol="IPv4", verbose_name="default route"),
                ),
                ("mask_length", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="prefix length")),
                (
                    "bridge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="switches",
                        to="compute.bridge",
                    ),
                ),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.contract"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.zone"),
                ),
            ],
            options={
                "verbose_name": "switch",
                "verbose_name_plural": "switches",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="router",
            name="switch",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="router", to="compute.switch"
            ),
        ),
        migrations.AddField(
            model_name="interface",
            name="switch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interfaces",
                to="compute.switch",
            ),
        ),
        migrations.AddConstraint(
            model_name="interface",
            constraint=models.UniqueConstraint(
                condition=models.Q(("switch__isnull", False)),
                fields=("switch", "user_address"),
                name="interface_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="interface",
            constraint=models.CheckConstraint(
                condition=models.Q(("shared_address", None), ("switch", None), _connector="OR"),
                name="interface_on_one_network",
            ),
        ),
        migrations.AddConstraint(
            model_name="interface",
            constraint=models.CheckConstraint(
                condition=models.Q(("shared_address", None), ("user_address", None), _connector="OR"),
                name="interface_shared_has_one_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("block", None), ("is_taken", True), _connector="OR"),
                name="address_of_block_is_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_taken", True), ("host_name", ""), _connector="OR"),
                name="address_free_has_no_name",
            ),
        ),
        migrations.AddIndex(
            model_name="bridge",
            index=models.Index(fields=["project", "name", "id"], name="bridge_by_name"),
        ),
        migrations.AddIndex(
            model_name="bridge",
            index=models.Index(fields=["project", "state", "id"], name="bridge_by_state"),
        ),
        migrations.AddIndex(
            model_name="bridge",
            index=models.Index(fields=["project", "created_at", "id"], name="bridge_by_age"),
        ),
        migrations.AddIndex(
            model_name="bridge",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="bridge_name_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="bridge",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="bridge_by_tag"),
        ),
        migrations.AddIndex(
            model_name="packetfilter",
            index=models.Index(fields=["project", "name", "id"], name="packetfilter_by_name"),
        ),
        migrations.AddIndex(
            model_name="packetfilter",
            index=models.Index(fields=["project", "state", "id"], name="packetfilter_by_state"),
        ),
        migrations.AddIndex(
            model_name="packetfilter",
            index=models.Index(fields=["project", "created_at", "id"], name="packetfilter_by_age"),
        ),
        migrations.AddIndex(
            model_name="packetfilter",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="packetfilter_name_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="packetfilter",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="packetfilter_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("released_at", None)),
                expressions=[(django.contrib.postgres.indexes.OpClass("network", name="inet_ops"), "&&")],
                name="block_no_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("kind", "ADDITIONAL"), _negated=True), ("released_at", None)),
                fields=("router", "kind"),
                name="block_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contract__isnull", False), ("kind", "ADDITIONAL"), ("next_hop__isnull", False)),
                    models.Q(models.Q(("kind", "ADDITIONAL"), _negated=True), ("contract", None), ("next_hop", None)),
                    _connector="OR",
                ),
                name="block_additional_has_contract",
            ),
        ),
        migrations.AddIndex(
            model_name="switch",
            index=models.Index(fields=["project", "name", "id"], name="switch_by_name"),
        ),
        migrations.AddIndex(
            model_name="switch",
            index=models.Index(fields=["project", "state", "id"], name="switch_by_state"),
        ),
        migrations.AddIndex(
            model_name="switch",
            index=models.Index(fields=["project", "created_at", "id"], name="switch_by_age"),
        ),
        migrations.AddIndex(
            model_name="switch",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="switch_name_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="switch",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="switch_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="switch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bridge__isnull", False)),
                fields=("bridge", "zone"),
                name="bridge_has_one_switch_in_a_zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="switch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mask_length", None), models.Q(("mask_length__gte", 8), ("mask_length__lte", 29)), _connector="OR"
                ),
                name="switch_mask_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="switch",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "DELETED"), _negated=True), ("bridge", None), _connector="OR"),
                name="switch_deleted_has_no_bridge",
            ),
        ),
        migrations.AddIndex(
            model_name="router",
            index=models.Index(fields=["project", "name", "id"], name="router_by_name"),
        ),
        migrations.AddIndex(
            model_name="router",
            index=models.Index(fields=["project", "state", "id"], name="router_by_state"),
        ),
        migrations.AddIndex(
            model_name="router",
            index=models.Index(fields=["project", "created_at", "id"], name="router_by_age"),
        ),
        migrations.AddIndex(
            model_name="router",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="router_name_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="router",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="router_by_tag"),
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
