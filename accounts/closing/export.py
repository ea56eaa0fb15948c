"""A customer's data as a ZIP of JSON files, one object a line."""

import zipfile
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.module_loading import import_string

from accounts.api_keys.models import ApiKey
from accounts.audit.models import AuditEvent
from accounts.cases.models import CaseMessage
from accounts.consents.models import Acceptance
from accounts.members.models import Member
from accounts.notices.models import Notice
from accounts.organisations.models import Organisation
from accounts.projects.models import Project

Rows = Iterable[dict[str, Any]]
CHUNK = 1000


def archive(organisation: Organisation) -> IO[bytes]:
    """The ZIP as an open temporary file, at its beginning; what each app exports is in settings.EXPORTERS."""
    target = TemporaryFile()  # noqa: SIM115  closed by the response
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path in settings.EXPORTERS:
            for name, rows in import_string(path)(organisation):
                with package.open(name, "w") as file:
                    for row in rows:
                        file.write(orjson.dumps(row, default=str) + b"\n")
    target.seek(0)
    return target


def accounts(organisation: Organisation) -> Iterator[tuple[str, Rows]]:
    """What this app knows about the customer. No hashes, nothing of other organisations."""
    own = {"organisation": organisation}
    yield (
        "organisation.jsonl",
        rows(
            Organisation.objects.filter(pk=organisation.pk),
            *("number", "name", "kind", "state", "billing_name", "postal_code", "address", "phone"),
            *("registration_number", "language", "created_at", "concluded_at"),
        ),
    )
    yield (
        "projects.jsonl",
        rows(Project.objects.filter(**own), "number", "name", "description", "created_at", "closed_at"),
    )
    yield "members.jsonl", rows(
        Member.objects.filter(**own), "is_owner", "may_bill", "may_eventlog", "created_at",
        name=F("user__name"), email=F("user__email"),
    )  # fmt: skip
    yield "api-keys.jsonl", rows(
        ApiKey.objects.filter(project__organisation=organisation), "token", "name", "level", "created_at",
        "last_used_on", "revoked_at", project_number=F("project__number"),
    )  # fmt: skip
    yield "events.jsonl", rows(
        AuditEvent.objects.filter(**own), "at", "verb", "subject_kind", "subject_number", "subject_name", "source",
        "target", "actor_kind", "actor_label", "address", "data",
    )  # fmt: skip
    yield "notices.jsonl", rows(Notice.objects.filter(**own), "at", "title", "text", to=F("user__email"))
    yield "consents.jsonl", rows(
        Acceptance.objects.filter(**own), "at", "actor_label", "text_sha256", "context",
        code=F("document__code"), version=F("document__version"), texts=F("document__texts"),
    )  # fmt: skip
    yield "cases.jsonl", rows(
        CaseMessage.objects.filter(case__organisation=organisation), "at", "from_staff", "author_label", "body",
        number=F("case__number"), title=F("case__title"),
    )  # fmt: skip


def rows(found: QuerySet[Any], *names: str, **named: F) -> Rows:
    """The rows as dicts, oldest first, read in chunks."""
    return found.order_by("pk").values(*names, **named).iterator(CHUNK)
