"""The terms in plain words: all clauses by chapter, and one clause. Public: what binds people must be readable."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from core import terms
from core.terms.unbuilt import issue_of
from core.web import gated


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All clauses by chapter, with the day the terms took effect (s-1)."""
    sections = [(section, cited(section.clauses)) for section in terms.SECTIONS]
    return render(request, "terms/index.html", {"sections": sections, "versions": terms.VERSIONS})


@require_safe
def clause(request: HttpRequest, number: str) -> HttpResponse:
    """What one clause says, what it means for the customer and where they meet it; 404 for a number the terms lack."""
    try:
        found = terms.get(number)
    except KeyError:
        raise Http404 from None
    before, after = terms.neighbours(found)
    context = {
        "clause": found,
        "label": terms.label(found),
        "section": terms.section_of(found),
        "related": cited(terms.related(found)),
        "before": before,
        "after": after,
        "offered": not issue_of(found.id),
    }
    return render(request, "terms/clause.html", context)


def cited(clauses: Iterable[terms.Clause]) -> list[tuple[terms.Clause, str]]:
    """Each clause with how it is cited."""
    return [(clause, terms.label(clause)) for clause in clauses]


gated(index, "public")
gated(clause, "public")

urlpatterns = [
    path("terms/", index, name="terms"),
    path("terms/<str:number>", clause, name="clause"),
]
