"""Asking workers for the PDF of a paper; keeping it."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from billing.papers.models import Document, Language, Paper
from core import operations
from core.calendar import jst_date
from core.errors import Refused
from core.ids import kind_of
from core.operations.models import Operation

if TYPE_CHECKING:
    from accounts.access import Actor

# The kind of a paper by the name of its model.
KINDS = {
    "billing.invoice": Document.Kind.INVOICE,
    "billing.creditnote": Document.Kind.CREDIT_NOTE,
    "billing.receipt": Document.Kind.RECEIPT,
}


def kind(paper: Paper) -> Document.Kind:
    return KINDS[kind_of(paper)]


def field(paper: Paper) -> str:
    """The name of the column of `Document` that points at it."""
    return kind(paper).lower()


def documents_of(paper: Paper) -> QuerySet[Document]:
    """What is stored of a paper, Japanese first, without the bytes."""
    return Document.objects.filter(**{field(paper): paper}).defer("content").order_by("-language")


def ask(paper: Paper, *, by: object, at: datetime) -> None:
    """Have the PDF made, in Japanese and in the language the organisation wants its papers in."""
    for language in sorted({Language.JA, Language(paper.recipient["language"])}, reverse=True):
        request(paper, language, as_of=at, by=by, at=at)


def ask_english(paper: Paper, *, by: "Actor", at: datetime) -> None:
    """Have the English version made too: the same facts under the same number.

    Raises Refused before the Japanese one is there, and when the English one is there or being made.
    """
    made = {document.language: document for document in documents_of(paper)}
    if Language.JA not in made:
        raise Refused(_("The PDF is being made; try again in a minute."))
    if Language.EN in made:
        raise Refused(_("The English version is there already."))
    if asked(paper, Language.EN):
        raise Refused(_("The English version is being made. Reload this page in a minute."))
    request(paper, Language.EN, as_of=made[Language.JA].as_of, by=by, at=at)
    audit.record("document.asked", paper, by=by, at=at)


def request(paper: Paper, language: Language, *, as_of: datetime, by: object, at: datetime) -> None:
    payload = {"language": language.value, "as_of": as_of.isoformat()}
    operations.ask(f"{field(paper)}.render", paper, payload=payload, by=by, at=at)


def asked(paper: Paper, language: Language) -> bool:
    """Whether a worker is to make it. One query."""
    own = Operation.objects.filter(kind=f"{field(paper)}.render", subject_kind=kind_of(paper), subject_pk=paper.pk)
    return own.filter(payload__language=language, state__in=("WAITING", "RUNNING")).exists()


def store(paper: Paper, language: str, content: bytes, *, as_of: datetime, at: datetime) -> Document:
    """Keep the PDF with its SHA-256, once: what is stored already stays."""
    values = {
        "kind": kind(paper),
        "organisation_id": paper.organisation_id,
        "issued_on": jst_date(paper.issued_at),
        "total": paper.total,
        "as_of": as_of,
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "made_at": at,
        field(paper): paper,
    }
    document, _created = Document.objects.get_or_create(number=paper.label, language=language, defaults=values)
    return document
