"""Papers in the panel's API: what was issued, and each PDF as it was made."""

import base64
import re
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import VIEW
from accounts.api import Collection, PanelEndpoint, of_bills
from billing.papers.models import Document
from core.api import Body, Column, Instant, Part, Reply, Text, Whole

PAPER = Part(
    {
        "SHA256": Text("sha256"),
        "Number": Text("number"),
        "Kind": Text("kind"),
        "Language": Text("language"),
        "IssuedOn": Column("issued_on"),
        "Total": Whole("total"),
        "MadeAt": Instant("made_at"),
    }
)


def stored(request: Any) -> QuerySet[Document]:
    """The papers of the key's organisation, newest first. Raises Forbidden without the right to bills."""
    return Document.objects.filter(organisation=of_bills(request)).order_by("-issued_on", "-pk")


class Papers(Collection):
    """Invoices, return invoices and receipts as PDF, one for each language; named by the SHA-256 of the file."""

    endpoint = PanelEndpoint

    def id_of(self, key: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise Http404
        return key


papers = Papers("papers", "Paper", "Papers", rows=stored, fields=PAPER, key="sha256")


@papers.verb("GET", "content", level=VIEW)
def content(request: Any, paper: Document, body: Body) -> Reply:
    """The PDF: {"Filename", "ContentType", "Content"}, the bytes in base64. They never change."""
    file = base64.b64encode(paper.content).decode()
    return Reply({"Filename": paper.filename, "ContentType": "application/pdf", "Content": file})
