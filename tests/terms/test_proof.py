"""Every clause of the terms is kept and proven, or on the list of what isn't built yet."""

from pathlib import Path

import pytest
from django.conf import settings

from core import terms
from core.terms import document
from core.terms.evidence import Evidence
from core.terms.unbuilt import UNBUILT

LISTED = [clause for clauses in UNBUILT.values() for clause in clauses]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """What the project's own source says."""
    return Evidence.of(Path(settings.BASE_DIR))


def test_every_clause_is_kept_and_proven(evidence):
    lacking = {c.id: evidence.lacking(c) for c in terms.CLAUSES if c.id not in LISTED and evidence.lacking(c)}

    assert lacking == {}, "see core/terms/source.py for how code, tests, consent texts and pages name a clause"


def test_the_list_of_what_is_not_built_only_shrinks(evidence):
    done = [clause for clause in LISTED if not evidence.lacking(terms.get(clause))]

    assert done == [], "these are kept and proven now: take them off core/terms/unbuilt.py"


def test_the_list_names_each_clause_once():
    assert sorted(LISTED) == sorted(set(LISTED))


def test_nothing_names_a_clause_that_the_terms_lack(evidence):
    assert evidence.unknown() == []


def test_the_document_is_up_to_date(evidence):
    written = document.path_in(Path(settings.BASE_DIR)).read_text("utf-8")

    assert written == document.render(evidence), "run `python3 manage.py terms_doc`"
