"""Public numbers: 12 digits from one sequence. They may change (a plan change); primary keys never leave."""

from datetime import datetime

from django.db import connection, models
from django.utils.translation import gettext as _

from core.errors import Refused

FIRST = 113_700_000_001


class NextNumber(models.Func):
    """The next number of the sequence, drawn by the database."""

    function = "nextval"
    template = "%(function)s('core_number')"
    output_field = models.BigIntegerField()


class NumberField(models.BigIntegerField):  # type: ignore[type-arg]
    """A row's public number: unique, given by the database."""

    def __init__(self, **options: object) -> None:
        options.setdefault("unique", True)
        options.setdefault("editable", False)
        options.setdefault("db_default", NextNumber())
        super().__init__(**options)  # type: ignore[arg-type]


class FormerNumber(models.Model):
    """A number that something had before: pages redirect to the new one, the API answers 404."""

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=64)
    subject_pk = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["kind", "subject_pk"])]


def kind_of(subject: models.Model | type[models.Model]) -> str:
    """The kind of a thing, as cross-app pointers name it: "compute.server"."""
    return subject._meta.label_lower


def reserve(subject: models.Model) -> None:
    """Give a row its primary key before it is saved, so that others can point at it first. Save with force_insert."""
    table, column = subject._meta.db_table, subject._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [table, column])
        subject.pk = cursor.fetchone()[0]


def renumber(subject: models.Model, *, at: datetime) -> int:
    """Give the thing a new public number and remember the old one; returns the new number.

    Raises Refused when a rival has renumbered it since it was read.
    """
    former: int = subject.number  # type: ignore[attr-defined]
    if not type(subject)._base_manager.filter(pk=subject.pk, number=former).update(number=NextNumber()):
        raise Refused(_("Somebody else has changed this meanwhile. Reload the page and look again."))
    FormerNumber.objects.create(number=former, kind=kind_of(subject), subject_pk=subject.pk, at=at)
    subject.refresh_from_db(fields=["number"])
    return subject.number  # type: ignore[attr-defined, no-any-return]
