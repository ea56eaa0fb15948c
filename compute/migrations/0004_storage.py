from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

import core.ids
import core.secrets
from compute import catalogue


def fill(apps: Any, schema_editor: Any) -> None:
    """The provider's CD-ROM images; what is known of the disks and archives so far."""
    catalogue.write_cdroms(apps)
    disks = apps.get_model("compute", "Disk").objects
    copied = disks.exclude(source_archive=None).filter(source_archive__size_gb__lte=F("size_gb"))
    size = apps.get_model("compute", "Archive").objects.filter(pk=OuterRef("source_archive")).values("size_gb")
    copied.update(partition_gb=Subquery(size))
    disks.exclude(state="MIGRATING").update(copied_mb=F("size_gb") * 1024)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0003_catalogue"),
        ("compute", "0002_catalogue"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchiveShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "Shared"), ("REVOKED", "Revoked"), ("DISABLED", "Disabled by us")],
                        default="ACTIVE",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(verbose_name="state changed")),
                ("keyed_at", models.DateTimeField(verbose_name="key made")),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
            ],
            options={
                "verbose_name": "archive share",
                "verbose_name_plural": "archive shares",
            },
        ),
        migrations.CreateModel(
            name="Cdrom",
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
                        choices=[
                            ("MIGRATING", "Copying"),
                            ("TRANSFERRING", "Transferring"),
                            ("UPLOADING", "Uploading"),
                            ("AVAILABLE", "Available"),
                            ("FAILED", "Failed"),
                            ("DELETED", "Deleted"),
                        ],
                        default="AVAILABLE",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("size_gb", models.PositiveIntegerField(verbose_name="size (GB)")),
                ("copied_mb", models.PositiveIntegerField(default=0)),
                ("upload_password", core.secrets.SealedField(null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "CD-ROM image",
                "verbose_name_plural": "CD-ROM images",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DiskSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host_name", models.CharField(blank=True, max_length=64)),
                ("password", core.secrets.SealedField(null=True)),
                (
                    "public_keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "scripts",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("address", models.GenericIPAddressField(null=True, protocol="IPv4")),
                ("prefix_length", models.PositiveSmallIntegerField(default=0)),
                ("gateway", models.GenericIPAddressField(null=True, protocol="IPv4")),
                ("password_login", models.BooleanField(default=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "settings of a disk",
                "verbose_name_plural": "settings of disks",
            },
        ),
        migrations.CreateModel(
            name="ShareUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="copied")),
            ],
            options={
                "verbose_name": "use of a shared archive",
                "verbose_name_plural": "uses of shared archives",
            },
        ),
        migrations.AddField(
            model_name="archive",
            name="contract",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.contract",
            ),
        ),
        migrations.AddField(
            model_name="archive",
            name="copied_mb",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="archive",
            name="error",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="archive",
            name="source_archive",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="compute.archive",
            ),
        ),
        migrations.AddField(
            model_name="archive",
            name="source_disk",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="archives",
                to="compute.disk",
            ),
        ),
        migrations.AddField(
            model_name="archive",
            name="upload_password",
            field=core.secrets.SealedField(null=True),
        ),
        migrations.AddField(
            model_name="disk",
            name="copied_mb",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="disk",
            name="partition_gb",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="disk",
            name="source_disk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="compute.disk"
            ),
        ),
        migrations.AddField(
            model_name="server",
            name="user_data",
            field=core.secrets.SealedField(null=True),
        ),
        migrations.AlterField(
            model_name="archive",
            name="state",
            field=models.CharField(
                choices=[
                    ("MIGRATING", "Copying"),
                    ("TRANSFERRING", "Transferring"),
                    ("UPLOADING", "Uploading"),
                    ("AVAILABLE", "Available"),
                    ("FAILED", "Failed"),
                    ("DELETED", "Deleted"),
                ],
                default="AVAILABLE",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="disk",
            name="source_archive",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="disks", to="compute.archive"
            ),
        ),
        migrations.AddIndex(
            model_name="archive",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="archive_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="archive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contract", None), ("project", None)),
                    models.Q(("contract__isnull", False), ("project__isnull", False)),
                    _connector="OR",
                ),
                name="archive_of_a_customer_has_a_contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="archive",
            constraint=models.CheckConstraint(
                condition=models.Q(("upload_password", None), ("state", "UPLOADING"), _connector="OR"),
                name="archive_password_only_while_uploading",
            ),
        ),
        migrations.AddConstraint(
            model_name="archive",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_archive", None), ("source_disk", None), _connector="OR"),
                name="archive_has_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="disk",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_archive", None), ("source_disk", None), _connector="OR"),
                name="disk_has_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="disk",
            constraint=models.CheckConstraint(
                condition=models.Q(("partition_gb__lte", models.F("size_gb"))), name="disk_holds_its_partition"
            ),
        ),
        migrations.AddField(
            model_name="archiveshare",
            name="archive",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="compute.archive"
            ),
        ),
        migrations.AddField(
            model_name="archiveshare",
            name="contract",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.contract"
            ),
        ),
        migrations.AddField(
            model_name="cdrom",
            name="contract",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.contract",
            ),
        ),
        migrations.AddField(
            model_name="cdrom",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.project",
            ),
        ),
        migrations.AddField(
            model_name="cdrom",
            name="zone",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="compute.zone"),
        ),
        migrations.AddField(
            model_name="server",
            name="cdrom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="servers",
                to="compute.cdrom",
            ),
        ),
        migrations.AddField(
            model_name="disksettings",
            name="disk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="settings", to="compute.disk"
            ),
        ),
        migrations.AddField(
            model_name="shareuse",
            name="archive",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="share_use", to="compute.archive"
            ),
        ),
        migrations.AddField(
            model_name="shareuse",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="shareuse",
            name="share",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="compute.archiveshare"
            ),
        ),
        migrations.AddConstraint(
            model_name="archiveshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "REVOKED"), _negated=True), fields=("archive",), name="archive_shared_once"
            ),
        ),
        migrations.AddIndex(
            model_name="cdrom",
            index=models.Index(fields=["project", "name", "id"], name="cdrom_by_name"),
        ),
        migrations.AddIndex(
            model_name="cdrom",
            index=models.Index(fields=["project", "state", "id"], name="cdrom_by_state"),
        ),
        migrations.AddIndex(
            model_name="cdrom",
            index=models.Index(fields=["project", "created_at", "id"], name="cdrom_by_age"),
        ),
        migrations.AddIndex(
            model_name="cdrom",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="cdrom_name_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="cdrom",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="cdrom_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="cdrom",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contract", None), ("project", None)),
                    models.Q(("contract__isnull", False), ("project__isnull", False)),
                    _connector="OR",
                ),
                name="cdrom_of_a_customer_has_a_contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="cdrom",
            constraint=models.CheckConstraint(
                condition=models.Q(("upload_password", None), ("state", "UPLOADING"), _connector="OR"),
                name="cdrom_password_only_while_uploading",
            ),
        ),
        migrations.AddIndex(
            model_name="shareuse",
            index=models.Index(fields=["share", "-at"], name="share_use_by_age"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
