"""The closed table of the terms' clauses: what each says in our own words, in Japanese and English.

`get("7-4")` gives a clause; an id that is not in the table raises KeyError. What keeps and proves each clause is found
by `core.terms.evidence`; `docs/terms.md` is generated from both.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext as _

from core.terms.clause import CONSENT, NOTICE, RULE, Clause, Examples, Kind, Place, Section
from core.terms.table import SECTIONS

__all__ = [
    "CLAUSES",
    "CONSENT",
    "EFFECTIVE_ON",
    "NOTICE",
    "RULE",
    "SECTIONS",
    "VERSIONS",
    "Clause",
    "Examples",
    "Kind",
    "Place",
    "Section",
    "get",
    "label",
    "neighbours",
    "related",
    "section_of",
]

# Days (JST) on which the versions of these terms took effect, newest first (s-1).
VERSIONS = (date(2023, 6, 5), date(2022, 8, 1))
EFFECTIVE_ON = VERSIONS[0]

CLAUSES: tuple[Clause, ...] = tuple(clause for section in SECTIONS for clause in section.clauses)
_BY_ID: Mapping[str, Clause] = MappingProxyType({clause.id: clause for clause in CLAUSES})
_ORDER: Mapping[str, int] = MappingProxyType({clause.id: index for index, clause in enumerate(CLAUSES)})


def get(clause: str) -> Clause:
    """The clause of an id such as "7-4", "70-1" or "s-1". Raises KeyError for an id that the terms don't have."""
    return _BY_ID[clause]


def section_of(clause: Clause) -> Section:
    """The chapter or section in which the clause stands."""
    return next(section for section in SECTIONS if clause in section.clauses)


def label(clause: Clause) -> str:
    """How the clause is cited in the reader's language: "Article 7, paragraph 4", or "Article 70" if it is alone."""
    article, _dash, paragraph = clause.id.partition("-")
    if article == "s":
        return _("Supplementary provision %(paragraph)s") % {"paragraph": paragraph}
    if sum(other.article == article for other in CLAUSES) == 1:
        return _("Article %(article)s") % {"article": article}
    return _("Article %(article)s, paragraph %(paragraph)s") % {"article": article, "paragraph": paragraph}


def related(clause: Clause) -> list[Clause]:
    """The clauses it points to and those that point to it, in the order of the terms."""
    return [other for other in CLAUSES if other.id in clause.see or clause.id in other.see]


def neighbours(clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after it in the terms."""
    index = _ORDER[clause.id]
    return (CLAUSES[index - 1] if index else None), (CLAUSES[index + 1] if index + 1 < len(CLAUSES) else None)
