"""Which texts are in force, what an organisation has accepted, and accepting (1-1, 1-2, AM-24)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import get_language

from accounts import audit
from accounts.consents import library
from accounts.consents.models import Acceptance, Document
from core.calendar import jst_date

if TYPE_CHECKING:
    from accounts.access import Actor
    from accounts.organisations.models import Organisation

# Both are accepted at sign-up, by version (1-1).
SIGN_UP = ("basic", "service")


def sync() -> int:
    """Bring the texts of the files into the database; returns how many versions are new. Safe to repeat.

    Raises ValueError when the text of a version that is already stored was edited.
    """
    known = {(d.code, d.version): d.hashes for d in Document.objects.only("code", "version", "hashes")}
    fresh = []
    for text in library.texts():
        stored = known.get((text.code, text.version))
        if stored is None:
            fresh.append(Document(**vars(text), hashes=text.hashes))
        elif stored != text.hashes:
            raise ValueError(f"{text.code} version {text.version} was edited; write a new version instead")
    return len(Document.objects.bulk_create(fresh, ignore_conflicts=True))


def in_force(codes: Iterable[str], at: datetime) -> list[Document]:
    """The latest version of each document effective at `at` (AM-24), in the order asked for. One query.

    Raises LookupError when a document has no version in force.
    """
    wanted = list(codes)
    rows = Document.objects.filter(code__in=wanted, effective_on__lte=jst_date(at))
    found = {d.code: d for d in rows.order_by("code", "-version").distinct("code")}
    absent = [code for code in wanted if code not in found]
    if absent:
        raise LookupError(f"no version in force: {', '.join(absent)}")
    return [found[code] for code in wanted]


def missing(organisation: "Organisation", codes: Iterable[str], at: datetime) -> list[Document]:
    """Those of the documents whose version in force the organisation has not accepted yet (AM-24). Two queries."""
    documents = in_force(codes, at)
    accepted = set(
        Acceptance.objects.filter(organisation=organisation, document__in=documents).values_list(
            "document_id", flat=True
        )
    )
    return [document for document in documents if document.pk not in accepted]


@transaction.atomic
def accept(
    organisation: "Organisation",
    codes: Iterable[str],
    *,
    context: dict[str, str] | None = None,
    language: str = "",
    by: "Actor",
    at: datetime,
) -> None:
    """Record that the versions in force were accepted; what was accepted before stays as it was.

    language: of the text that was shown (default: the active one). context: what it was accepted for, JSON.
    """
    documents = missing(organisation, codes, at)
    shown = [document.text(language or get_language() or "ja") for document in documents]
    rows = [
        Acceptance(
            organisation=organisation,
            document=document,
            text_sha256=library.sha256_of(text),
            accepted_by=by.user,
            actor_label=by.label[:64],
            address=by.address or None,
            at=at,
            context=context or {},
        )
        for document, text in zip(documents, shown, strict=True)
    ]
    Acceptance.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        titles = [f"{text['title']} (v{d.version})" for d, text in zip(documents, shown, strict=True)]
        audit.record("consent.accepted", organisation, by=by, at=at, titles=", ".join(titles), **(context or {}))
