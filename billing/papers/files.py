"""The PDFs of one paper, as its page shows them."""

from dataclasses import dataclass

from billing.papers import asking
from billing.papers.models import Document, Language, Paper


@dataclass(frozen=True)
class Files:
    """What is stored of a paper; english: "made", "asked", or "" when it can be asked for."""

    paper: Paper
    documents: list[Document]
    english: str

    @property
    def original(self) -> Document | None:
        """The Japanese one, once it is made."""
        return next((document for document in self.documents if document.language == Language.JA), None)


def of(paper: Paper) -> Files:
    """The files of a paper. Two queries."""
    documents = list(asking.documents_of(paper))
    coming = asking.asked(paper, Language.EN)
    made = any(document.language == Language.EN for document in documents)
    return Files(paper, documents, "made" if made else "asked" if coming else "")
